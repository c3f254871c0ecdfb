"""The policy folder: what it decides, and how a fault is named."""

from pathlib import Path

import pytest

from summarizer.errors import ConfigurationError, ModelNotAllowed
from summarizer.policy import Policy
from summarizer.policy.sections import EntityRule, RetentionRules
from tests.test_taxonomy import TAXONOMY

SHIPPED = Path(__file__).parent.parent / "policies" / "default"
POLICY = """\
name: bank
description: A policy for tests.
redaction:
  default: {threshold: 0.4}
  entities:
    CREDIT_CARD: {action: mask, keep_last: 4}
    CVV: {action: block}
limits: {messages: 10}
"""
MODELS = """\
allow:
  - model: embedded
  - {model: openai/gpt-4*, timeout_seconds: 9}
  - {model: openai/gpt-*, price: {prompt: 2.5, completion: 10}}
fallback: [embedded]
"""


def _folder(parent: Path, policy: str = POLICY, name: str = "bank") -> Path:
    folder = parent / name
    folder.mkdir()
    (folder / "policy.yaml").write_text(policy)
    (folder / "taxonomy.yaml").write_text(TAXONOMY)
    return folder


def _with_models(parent: Path, models: str = MODELS) -> Path:
    folder = _folder(parent)
    (folder / "models.yaml").write_text(models)
    return folder


def _refusal(folder: Path) -> str:
    with pytest.raises(ConfigurationError) as refused:
        Policy.read(folder)
    return refused.value.detail


def test_a_policy_is_read(tmp_path: Path) -> None:
    policy = Policy.read(_folder(tmp_path))
    assert policy.rule("CREDIT_CARD") == EntityRule(action="mask", keep_last=4)
    assert policy.rule("PERSON") == EntityRule(threshold=0.4)
    assert policy.blocking == {"CVV"}
    assert policy.limits.messages == 10
    assert policy.taxonomy.name == "small"


LISTS = POLICY.replace(
    "limits:",
    """\
  allow:
    - {term: Northgate Bank}
    - {term: Pay Later, entities: [PERSON]}
  deny:
    - {term: Project Falcon, entity: CVV}
    - {pattern: 'NB-[0-9]{6}', entity: CVV}
limits:""",
)


def test_what_is_detected_or_denied_is_looked_for(tmp_path: Path) -> None:
    quiet = LISTS.replace("CVV: {action: block}", "CVV: {detect: false}\n    PIN: {detect: false}")
    policy = Policy.read(_folder(tmp_path, quiet))

    assert policy.looks_for("PERSON")
    assert policy.looks_for("CVV")
    assert not policy.looks_for("PIN")


def test_the_lists_are_read_and_are_part_of_the_version(tmp_path: Path) -> None:
    policy = Policy.read(_folder(tmp_path, LISTS))

    assert [term.term for term in policy.allowed] == ["Northgate Bank", "Pay Later"]
    assert [entry.term or entry.pattern for entry in policy.denied] == [
        "Project Falcon",
        "NB-[0-9]{6}",
    ]
    assert policy.version != Policy.read(_folder(tmp_path, name="other")).version


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("[0-9]{6}", "(?=x)", ":13: redaction.deny.1.pattern: Value error, not a pattern of RE2"),
        ("NB-[0-9]{6}", "(", ":13: redaction.deny.1.pattern: Value error, not a pattern of RE2"),
        ("NB-[0-9]{6}", "[0-9]*", ":13: redaction.deny.1.pattern: Value error, the pattern matc"),
        ("NB-[0-9]{6}", "[a-z]+", ":13: redaction.deny.1.pattern: Value error, the pattern is too"),
        ("NB-[0-9]{6}", "((a{999}){999}){9}", ":13: redaction.deny.1.pattern: Value error, not a"),
        ("pattern: 'NB-[0-9]{6}', ", "", ":13: redaction.deny.1: Value error, give either a term"),
        ("term: Northgate Bank", "term: '--'", ":9: redaction.allow.0.term: String should match"),
        ("term: Northgate Bank", "tern: x", ":9: redaction.allow.0.tern: unknown key"),
    ],
)
def test_a_fault_in_a_list_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, fault: str
) -> None:
    assert old in LISTS
    assert fault in _refusal(_folder(tmp_path, LISTS.replace(old, new)))


def test_a_list_that_names_an_unknown_entity_is_refused(tmp_path: Path) -> None:
    text = LISTS.replace("[PERSON]", "[SHOE_SIZE]")

    with pytest.raises(ConfigurationError, match=r":10: .*SHOE_SIZE: no recognizer finds"):
        Policy.read(_folder(tmp_path, text)).require_known(
            frozenset({"CREDIT_CARD", "CVV", "PERSON"})
        )


@pytest.mark.parametrize(
    ("model", "allowed"),
    [("embedded", True), ("openai/gpt-4o", True), ("openai/o1", False), ("Embedded", False)],
)
def test_models_are_allowed_by_pattern(tmp_path: Path, model: str, *, allowed: bool) -> None:
    assert Policy.read(_with_models(tmp_path)).allows(model) is allowed


def test_the_first_entry_that_fits_a_model_holds_for_it(tmp_path: Path) -> None:
    policy = Policy.read(_with_models(tmp_path))

    assert policy.model("openai/gpt-4o").timeout_seconds == 9
    price = policy.model("openai/gpt-5").price
    assert price is not None
    assert price.cost_usd(1_000_000, 500_000) == 7.5


def test_a_model_that_is_not_allowed_is_refused_with_the_file_to_change(tmp_path: Path) -> None:
    with pytest.raises(ModelNotAllowed, match=r"openai/o1; add it to allow in .*models\.yaml"):
        Policy.read(_with_models(tmp_path)).model("openai/o1")


def test_without_a_file_of_models_only_those_of_ours_may_be_asked(tmp_path: Path) -> None:
    policy = Policy.read(_folder(tmp_path))

    assert [entry.model for entry in policy.models.allow] == ["embedded", "scripted", "extractive"]


@pytest.mark.parametrize(
    ("model", "order"),
    [
        ("openai/gpt-4o", ("openai/gpt-4o", "embedded")),
        ("embedded", ("embedded",)),
        ("scripted", ("scripted",)),
    ],
)
def test_the_configured_model_comes_first_and_what_cannot_fail_has_no_fallback(
    tmp_path: Path, model: str, order: tuple[str, ...]
) -> None:
    assert Policy.read(_with_models(tmp_path)).models.order(model) == order


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("[embedded]", "[openai/*]", ":5: fallback: Value error, openai/* is a pattern; name the"),
        ("[embedded]", "[embedded, embedded]", ":5: fallback: Value error, embedded stands twice"),
        ("timeout_seconds: 9", "timeout: 9", ":3: allow.1.timeout: unknown key"),
        ("prompt: 2.5, ", "", ":4: allow.2.price.prompt: is missing; add it"),
        ("prompt: 2.5", "prompt: -1", ":4: allow.2.price.prompt: Input should be greater"),
        ("prompt: 2.5", "prompt: .nan", ":4: allow.2.price.prompt: Input should be"),
        ("timeout_seconds: 9", "api_key: x", ":3: allow.1.api_key: unknown key"),
        ("fallback:", "monthly_budget_usd: 9\nfallback:", "needs a price for openai/gpt-4*; add"),
        ("fallback:", "breaker: {faults: 0}\nfallback:", ":5: breaker.faults: Input should be"),
    ],
)
def test_a_fault_in_the_file_of_models_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, fault: str
) -> None:
    assert old in MODELS
    detail = _refusal(_with_models(tmp_path, MODELS.replace(old, new)))
    assert "models.yaml:" in detail
    assert fault in detail


def test_the_version_covers_the_file_of_models(tmp_path: Path) -> None:
    folder = _with_models(tmp_path)
    before = Policy.read(folder).version
    (folder / "models.yaml").write_text(MODELS.replace("2.5", "2.6"))

    assert Policy.read(folder).version != before


def test_the_version_covers_the_taxonomy_and_not_the_folder(tmp_path: Path) -> None:
    first = Policy.read(_folder(tmp_path)).version
    assert first.startswith("bank@sha256:")
    folder = _folder(tmp_path, name="moved")
    assert Policy.read(folder).version == first
    (folder / "taxonomy.yaml").write_text(TAXONOMY.replace("No hurry.", "Whenever."))
    assert Policy.read(folder).version != first


def test_a_folder_without_a_policy_is_refused(tmp_path: Path) -> None:
    assert _refusal(tmp_path).endswith("not a policy folder; it must contain policy.yaml")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("limits: {messages: 10}", "limit: {}", "policy.yaml:8: limit: unknown key"),
        (
            "threshold: 0.4",
            "treshold: 0.4",
            "policy.yaml:4: redaction.default.treshold: unknown key",
        ),
        ("threshold: 0.4", "threshold: 4", "policy.yaml:4: redaction.default.threshold: Input"),
        ("action: block", "action: blok", "policy.yaml:7: redaction.entities.CVV.action: Input"),
        ("action: mask, ", "", "policy.yaml:6: redaction.entities.CREDIT_CARD: Value error, keep_"),
        ("    CVV:", "    CREDIT_CARD:", "policy.yaml:7: not valid YAML: the key 'CREDIT_CARD'"),
        ("CVV", "cvv", "policy.yaml:7: redaction.entities.cvv.[key]: String should match"),
        ("name: bank", "name: My Bank", "policy.yaml:1: name: String should match"),
        ("limits:", "retention: {days: 3}\nlimits:", "policy.yaml:8: retention.days: unknown key"),
        (
            "limits:",
            "retention: {audit_class: forever}\nlimits:",
            "retention.audit_class: Value error, there is no retention class 'forever'; use one",
        ),
        (
            "limits:",
            "retention: {retain_case: open}\nlimits:",
            "policy.yaml:8: retention.retain_case: Input should be 'none' or 'sealed'",
        ),
        (
            "limits:",
            "retention: {sealed_days: 0}\nlimits:",
            "policy.yaml:8: retention.sealed_days: Input should be greater",
        ),
        ("limits:", "taxonomy: none.yaml\nlimits:", "taxonomy: none.yaml must be a .yaml file"),
        ("limits:", "taxonomy: ../t.yaml\nlimits:", "taxonomy: ../t.yaml must be a .yaml file"),
    ],
)
def test_a_fault_is_named_with_file_line_and_fix(
    tmp_path: Path, old: str, new: str, fault: str
) -> None:
    assert old in POLICY
    (tmp_path / "t.yaml").write_text(TAXONOMY)
    folder = _folder(tmp_path, POLICY.replace(old, new))
    assert fault in _refusal(folder)


def _sharing(tmp_path: Path) -> Path:
    """A policy that names the taxonomy of the one beside it."""
    _folder(tmp_path)
    folder = _folder(tmp_path, POLICY + "taxonomy: ../bank/taxonomy.yaml\n", name="branch")
    (folder / "taxonomy.yaml").unlink()
    return folder


def test_two_policies_can_share_a_taxonomy_and_both_versions_cover_it(tmp_path: Path) -> None:
    folder = _sharing(tmp_path)
    before = Policy.read(folder)
    path = tmp_path / "bank" / "taxonomy.yaml"
    path.write_text(TAXONOMY.replace("No hurry.", "Whenever."))

    assert before.taxonomy.name == "small"
    assert Policy.read(folder).version != before.version


def test_a_taxonomy_of_ones_own_and_a_shared_one_of_that_name_are_refused(tmp_path: Path) -> None:
    folder = _sharing(tmp_path)
    (folder / "taxonomy.yaml").write_text(TAXONOMY)

    assert "has a file taxonomy.yaml too; name that one or remove it" in _refusal(folder)


@pytest.mark.parametrize(
    "name",
    ["../../etc/t.yaml", "../bank/../t.yaml", "/t.yaml", "../bank/policy.yml", "../none/t.yaml"],
)
def test_only_the_taxonomy_of_a_neighbour_can_be_shared(tmp_path: Path, name: str) -> None:
    _folder(tmp_path)
    (tmp_path / "t.yaml").write_text(TAXONOMY)
    folder = _folder(tmp_path, POLICY + f"taxonomy: {name}\n", name="branch")

    assert "or ../POLICY/FILE.yaml of a policy folder beside it" in _refusal(folder)


@pytest.mark.parametrize("file", ["deadlines.yaml", "urgency.yaml"])
def test_rules_beside_a_policy_are_its_own_and_its_version_covers_them(
    tmp_path: Path, file: str
) -> None:
    folder = _folder(tmp_path)
    bare = Policy.read(folder)
    (folder / file).write_text((SHIPPED / file).read_text())
    ruled = Policy.read(folder)
    (folder / file).write_text((SHIPPED / file).read_text() + "# changed\n")

    assert (bare.deadlines, bare.urgency) == (None, None)
    assert (ruled.deadlines is None) == (file != "deadlines.yaml")
    assert (ruled.urgency is None) == (file != "urgency.yaml")
    assert len({bare.version, ruled.version, Policy.read(folder).version}) == 3


def test_rules_of_a_neighbour_can_be_shared_and_the_version_covers_them(tmp_path: Path) -> None:
    shared = _folder(tmp_path) / "urgency.yaml"
    shared.write_text((SHIPPED / "urgency.yaml").read_text())
    keys = "taxonomy: ../bank/taxonomy.yaml\nurgency: ../bank/urgency.yaml\n"
    branch = _folder(tmp_path, POLICY + keys, name="branch")
    (branch / "taxonomy.yaml").unlink()
    before = Policy.read(branch)
    shared.write_text(shared.read_text() + "# changed\n")

    assert before.urgency is not None
    assert before.urgency_path == shared.resolve()
    assert Policy.read(branch).version != before.version


def test_two_shared_files_of_one_name_are_refused(tmp_path: Path) -> None:
    for name in ("bank", "other"):
        (_folder(tmp_path, name=name) / "rules.yaml").write_text(
            (SHIPPED / "urgency.yaml").read_text()
        )
    keys = "urgency: ../bank/rules.yaml\ndeadlines: ../other/rules.yaml\n"
    folder = _folder(tmp_path, POLICY + keys, name="branch")

    assert "two of the files it names have one name" in _refusal(folder)


def test_a_taxonomy_that_the_version_would_not_cover_is_refused(tmp_path: Path) -> None:
    folder = _folder(tmp_path, POLICY + "taxonomy: labels.yml\n")
    (folder / "labels.yml").write_text(TAXONOMY)
    assert "taxonomy: labels.yml must be a .yaml file" in _refusal(folder)


def test_a_rule_for_an_entity_that_nobody_finds_is_refused(tmp_path: Path) -> None:
    policy = Policy.read(_folder(tmp_path))
    policy.require_known(frozenset({"CREDIT_CARD", "CVV", "PERSON"}))
    with pytest.raises(ConfigurationError) as refused:
        policy.require_known(frozenset({"CREDIT_CARD", "PERSON"}))
    assert "redaction.entities.CVV: no recognizer finds this entity" in refused.value.detail
    assert refused.value.detail.endswith("use one of CREDIT_CARD, PERSON")


def test_a_case_is_kept_sealed_for_thirty_days_unless_policy_says_otherwise(tmp_path: Path) -> None:
    kept = Policy.read(_folder(tmp_path)).retention
    section = "retention: {retain_case: none, audit_class: mifid}\nlimits:"
    other = Policy.read(_folder(tmp_path, POLICY.replace("limits:", section), "other")).retention

    assert kept == RetentionRules(retain_case="sealed", sealed_days=30, audit_class="standard")
    assert (other.retain_case, other.audit_class) == ("none", "mifid")


def test_a_prompt_has_no_more_tokens_than_each_model_of_the_order_may_read(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    (folder / "models.yaml").write_text(
        "allow:\n"
        "  - {model: openai/gpt-4o-mini, prompt_tokens: 9000}\n"
        "  - {model: openai/*, prompt_tokens: 64000}\n"
        "  - {model: embedded, prompt_tokens: 5000}\n"
        "  - {model: mistral/*}\n"
        "fallback: [openai/gpt-4o-mini]\n"
    )
    policy = Policy.read(folder)

    assert policy.prompt_budget("openai/gpt-4o") == 9_000
    assert policy.prompt_budget("embedded") == 5_000
    assert policy.prompt_budget("mistral/large") == 9_000
    assert policy.model("mistral/large").prompt_tokens == 24_000
