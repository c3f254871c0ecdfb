import shutil
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from summarizer.cli.policy_entities import entity_tables
from summarizer.pii.ticket import TicketDetector
from summarizer.policy import Policy
from summarizer.settings import bundled
from tests.cli.conftest import Run, lines


@pytest.fixture
def policy_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "our-policy"
    shutil.copytree(bundled("policies") / "default", folder)
    return folder


def test_the_shipped_policy_is_sound(run: Run) -> None:
    result = run("policy", "check", "--json")
    [answer] = lines(result.stdout)

    assert result.exit_code == 0
    assert answer["ok"] is True
    assert answer["policy"].startswith("default@sha256:")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("limits:", "limitz:", "limitz"),
        ("PIN: {", "PIN: {kep_last: 2, ", "redaction.entities.PIN.kep_last"),
        ("PIN: {", "PARSNIP: {", "PARSNIP: no recognizer finds this entity"),
        ("threshold: 0.35}", "threshold: 0.99}", "PERSON"),
    ],
)
def test_what_is_wrong_with_a_policy_is_named(
    run: Run, policy_folder: Path, old: str, new: str, words: str
) -> None:
    path = policy_folder / "policy.yaml"
    content = path.read_text()
    assert old in content
    path.write_text(content.replace(old, new, 1))
    result = run("policy", "check", "our-policy")

    assert result.exit_code == 2
    assert result.stderr.startswith("INVALID_CONFIGURATION: ")
    assert "policy.yaml" in result.stderr
    assert words in result.stderr


def test_a_policy_is_shown_in_words(run: Run) -> None:
    result = run("policy", "show")

    assert result.exit_code == 0
    for words in ("CREDIT_CARD", "last 4 stay", "a token", "CVV", "embedded"):
        assert words in result.stdout


def test_the_budgets_of_prompts_and_when_a_person_must_look_are_shown(run: Run) -> None:
    [described] = lines(run("policy", "show", "--json").stdout)

    shown = " ".join(run("policy", "show").stdout.split())
    assert "prompt up to" in shown
    assert "5,600" in shown
    assert "50 % of the messages" in shown
    assert [entry["prompt_tokens"] for entry in described["models"]["allow"]][:2] == [5_600, 24_000]
    assert described["long_cases"] == {"review_above_shortened_share": 0.5}


def test_every_action_has_words(run: Run, policy_folder: Path) -> None:
    path = policy_folder / "policy.yaml"
    content = path.read_text()
    path.write_text(content.replace("PIN: {action: drop", "PIN: {action: block"))
    result = run("policy", "show", "--policy", "our-policy")

    for words in ("the name of its kind", "the case is refused", "a coarser value"):
        assert words in result.stdout


def test_the_lists_of_a_policy_are_checked_and_shown_in_words(
    run: Run, policy_folder: Path
) -> None:
    path = policy_folder / "policy.yaml"
    lists = """\
  allow:
    - {term: Northgate Bank, entities: [PERSON]}
  deny:
    - {term: Project Falcon, entity: CUSTOMER_ID}
    - {pattern: 'NB-[0-9]{6}', entity: CUSTOMER_ID}
limits:"""
    path.write_text(path.read_text().replace("limits:", lists, 1))
    checked = run("policy", "check", "our-policy", "--json")
    shown = run("policy", "show", "--policy", "our-policy")

    assert checked.exit_code == 0, checked.output
    assert lines(checked.stdout)[0]["deny"][1]["pattern"] == "NB-[0-9]{6}"
    for words in (
        "“Project Falcon”, as CUSTOMER_ID",
        "what matches NB-[0-9]{6}, as CUSTOMER_ID",
        "“Northgate Bank”, taken for PERSON",
        "2 always held back, 1 never personal",
    ):
        assert words in shown.stdout


def test_a_list_that_names_an_unknown_entity_is_refused_with_its_line(
    run: Run, policy_folder: Path
) -> None:
    path = policy_folder / "policy.yaml"
    lists = "  deny:\n    - {term: Project Falcon, entity: SHOE_SIZE}\nlimits:"
    path.write_text(path.read_text().replace("limits:", lists, 1))
    result = run("policy", "check", "our-policy")

    assert result.exit_code == 2
    assert "redaction.deny.0.entity.SHOE_SIZE: no recognizer finds this entity" in result.stderr


def test_a_mask_is_held_against_the_card_rules(run: Run) -> None:
    assert "PCI DSS 3.4.1" in run("policy", "show").stdout


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        (
            "deadlines.yaml",
            "due: 2026-03-20}",
            "due: 2026-03-21}",
            "rule reg_e_provisional_credit: holds 3: due 2026-03-20",
        ),
        (
            "urgency.yaml",
            "- This queue is killing me.",
            "- This queue makes me kill myself.",
            "rule self_harm: holds_not 2: the rule holds",
        ),
        (
            "deadlines.yaml",
            "issue_types: [atm_cash]",
            "issue_types: [atm_money]",
            "notices.payment_error.issue_types: the taxonomy has no issue type 'atm_money'",
        ),
        ("deadlines.yaml", "zone: Europe/London", "zone: Europe/Londinium", "jurisdictions.UK: No"),
        ("urgency.yaml", "because: A stranger", "becuase: A stranger", "unknown key"),
    ],
)
def test_a_rule_that_does_otherwise_than_its_example_is_named_with_its_line(
    run: Run, policy_folder: Path, *, file: str, old: str, new: str, words: str
) -> None:
    path = policy_folder / file
    before = path.read_text()
    assert old in before
    path.write_text(before.replace(old, new, 1))
    line = before[: before.index(old)].count("\n") + 1
    result = run("policy", "check", "our-policy")

    assert result.exit_code == 2
    assert f"{file}:{line}: " in result.stderr or "jurisdictions.UK" in words
    assert words in result.stderr


def test_the_rules_of_a_policy_are_shown_in_words(run: Run) -> None:
    shown = run("policy", "show").stdout
    [answer] = lines(run("policy", "show", "--json").stdout)

    for words in (
        "12 CFR 1005.11(c)(1): 10 business days (20 if the account was opened in the last 30 days)",
        "The customer speaks of ending their life",
        "A statutory deadline falls due within 3 days",
    ):
        assert words in shown
    assert answer["deadlines"][0]["citation"] == "12 CFR 1005.11(c)(1)"
    assert {"rule": "near_deadline", "level": "high"}.items() <= answer["urgency"][-1].items()


def test_a_policy_without_rules_says_so(run: Run, policy_folder: Path) -> None:
    (policy_folder / "deadlines.yaml").unlink()
    (policy_folder / "urgency.yaml").unlink()
    shown = run("policy", "show", "--policy", "our-policy").stdout

    assert "No deadline is computed" in shown
    assert "A model's urgency stands" in shown


def test_every_entity_that_can_be_found_has_a_row_and_words(
    run: Run, detector: TicketDetector
) -> None:
    shown = run("policy", "show").stdout
    [answer] = lines(run("policy", "show", "--json").stdout)

    assert answer["entities"].keys() == detector.entities
    assert all(row["looked_for"] and row["stands_for_it"] for row in answer["entities"].values())
    assert not [entity for entity in detector.entities if entity not in shown.split()]


def test_the_reason_and_the_score_of_a_rule_are_shown(run: Run) -> None:
    shown = run("policy", "show", "--policy", "minimal").stdout
    [answer] = lines(run("policy", "show", "--policy", "minimal", "--json").stdout)
    passage = " ".join(shown.split())

    assert "PCI DSS 3.3.1" in passage
    assert answer["entities"]["CVV"]["reason"].startswith("PCI DSS 3.3.1")
    assert answer["entities"]["CVV"]["own_rule"] is True
    person = answer["entities"]["PERSON"]
    assert (person["own_rule"], person["detect"], person["threshold"]) == (False, True, 0.35)
    assert answer["entities"]["MERCHANT"]["stands_for_it"] == "the value itself"


@pytest.mark.parametrize("columns", [80, 120])
def test_nothing_of_a_policy_is_cut_off_in_a_terminal(columns: int) -> None:
    console = Console(width=columns, file=StringIO(), record=True)
    for table in entity_tables(Policy.read(bundled("policies") / "default")):
        console.print(table)
    shown = console.export_text()

    assert "ABA_ROUTING_NUMBER" in shown
    assert "…" not in shown
    assert max(map(len, shown.splitlines())) <= columns


def test_a_rule_for_what_nothing_finds_is_not_shown_as_if_it_held(
    run: Run, policy_folder: Path
) -> None:
    path = policy_folder / "policy.yaml"
    path.write_text(path.read_text().replace("    PIN:", "    SHOE_SIZE:"))
    result = run("policy", "show", "--policy", "our-policy")

    assert result.exit_code == 2
    assert "SHOE_SIZE: no recognizer finds this entity" in result.stderr


def test_models_are_shown_in_words(run: Run, policy_folder: Path) -> None:
    path = policy_folder / "models.yaml"
    content = path.read_text()
    for old, new in (
        (
            "  - model: openai/*\n",
            "  - model: openai/gpt-4o\n    price: {prompt: 2.5, completion: 10}\n",
        ),
        (
            "  - model: anthropic/*\n",
            "  - model: anthropic/x\n    price: {prompt: 3, completion: 15}\n",
        ),
        (
            "    # per_minute: {requests: 500, tokens: 200000}\n",
            "    per_minute: {requests: 500}\n",
        ),
        ("fallback: []", "fallback: [anthropic/x, embedded]\nmonthly_budget_usd: 1500"),
    ):
        assert old in content
        content = content.replace(old, new)
    path.write_text(content)

    result = run("policy", "show", "--policy", "our-policy")
    shown = " ".join(result.stdout.split())

    assert result.exit_code == 0
    for words in (
        "openai/gpt-4o",
        "this machine",
        "500 requests",
        "2.50 in",
        "If the configured model gives no answer: anthropic/x, then embedded.",
        "After 5 faults in a row a model is left alone for 30 s",
        "Asked once more for the probability of each label: embedded.",
        "sentences of the case stand in, for review",
        "At most 1,500.00 USD are spent in a month",
    ):
        assert words in shown


def test_a_policy_without_order_budget_or_stand_in_says_so(run: Run, policy_folder: Path) -> None:
    path = policy_folder / "models.yaml"
    path.write_text(path.read_text().replace("stand_in: true", "stand_in: false"))

    shown = " ".join(run("policy", "show", "--policy", "our-policy").stdout.split())

    for words in ("No other model is asked", "there is no summary.", "There is no budget."):
        assert words in shown


def test_a_model_in_the_order_that_is_not_allowed_is_refused(run: Run, policy_folder: Path) -> None:
    path = policy_folder / "models.yaml"
    path.write_text(path.read_text().replace("fallback: []", "fallback: [mistral/large]"))
    result = run("policy", "check", "our-policy")

    assert result.exit_code == 3
    assert "MODEL_NOT_ALLOWED" in result.stderr
    assert "mistral/large" in result.stderr
