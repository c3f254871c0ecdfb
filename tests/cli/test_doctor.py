import json
import shutil
from pathlib import Path

from summarizer.settings import bundled
from tests.cli.conftest import Run, lines
from tests.issuers import LocalIssuer, rsa_signer
from tests.signing_issuers import CLIENT, SigningIssuer

KEY = "sk-not-for-anyone"


def test_a_sound_installation_is_ok_line_by_line(run: Run) -> None:
    result = run("doctor", "--json")
    [answer] = lines(result.stdout)
    status = {check["name"]: check["status"] for check in answer["checks"]}

    assert result.exit_code == 0
    assert answer["ok"] is True
    assert status.pop("embedded model") == "warn"
    assert {name for name, value in status.items() if value == "fail"} == set()
    assert "EMAIL_ADDRESS" in _detail(answer, "detector")


def test_the_kinds_of_personal_data_that_a_policy_looks_for_are_counted_with_those_by_default(
    run: Run, tmp_path: Path
) -> None:
    policy = tmp_path / "ours"
    shutil.copytree(bundled("policies") / "default", policy)
    text = (policy / "policy.yaml").read_text()
    shown = json.loads(run("policy", "show", "--json").stdout)["entities"]
    more = "    BIC_CODE: {detect: false}\n"
    (policy / "policy.yaml").write_text(text.replace("  entities:\n", f"  entities:\n{more}"))
    answers = [
        lines(run("doctor", "--json", "--policy", name).stdout)[0]
        for name in ("default", str(policy))
    ]

    own = sum(rule["own_rule"] for rule in shown.values())
    found = sum(rule["detect"] for rule in shown.values())
    details = [_detail(answer, "policy") for answer in answers]
    assert f"looks for {found} of {len(shown)} kinds of personal data, {own} of" in details[0]
    assert f"looks for {found - 1} of {len(shown)} kinds" in details[1]


def test_what_fails_comes_with_its_fix_and_exit_code_1(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o755)
    result = run("doctor", "--model", "openai/gpt-x")

    assert result.exit_code == 1
    assert "OPENAI_API_KEY" in result.stdout
    assert "chmod 700" in result.stdout


def test_the_embedded_model_is_missed_only_if_it_is_used(run: Run) -> None:
    result = run("doctor", "--model", "embedded", "--json")
    [answer] = lines(result.stdout)

    assert result.exit_code == 1
    assert [check["name"] for check in answer["checks"] if check["status"] == "fail"] == [
        "embedded model"
    ]
    assert "model pull" in str(answer)


def test_a_changed_log_fails_the_checkup(run: Run, ticket_file: Path, tmp_path: Path) -> None:
    assert run("summarize", str(ticket_file)).exit_code == 0
    intact = lines(run("doctor", "--json").stdout)[0]
    database = tmp_path / "data" / "audit.db"
    database.write_bytes(database.read_bytes().replace(b"EMAIL_ADDRESS", b"EMAIL_ADDRESZ"))
    [changed] = lines(run("doctor", "--json").stdout)

    assert "intact" in _detail(intact, "audit store")
    assert changed["ok"] is False
    assert "not intact" in _detail(changed, "audit store")


def test_each_model_in_order_is_said_with_its_address_and_keys_and_none_is_contacted(
    run: Run, tmp_path: Path
) -> None:
    secrets = tmp_path / "secrets.env"
    secrets.write_text(f"OPENAI_API_KEY={KEY}\nANTHROPIC_API_KEY={KEY}\n")
    secrets.chmod(0o600)
    policy = _policy(tmp_path, "fallback: []", "fallback: [anthropic/claude-x]")

    result = run(
        *("doctor", "--json", "--policy", policy, "--model", "openai/gpt-x"),
        env={"SUMMARIZER_SECRETS_FILE": str(secrets)},
    )
    [answer] = lines(result.stdout)

    said = _detail(answer, "provider")
    assert said.index("openai/gpt-x at https://") < said.index(
        "then anthropic/claude-x at https://"
    )
    assert "ANTHROPIC_API_KEY, OPENAI_API_KEY" in _detail(answer, "provider keys")
    assert KEY not in result.stdout


def test_a_secrets_file_that_others_may_read_fails_the_checkup(run: Run, tmp_path: Path) -> None:
    secrets = tmp_path / "secrets.env"
    secrets.write_text(f"OPENAI_API_KEY={KEY}\n")
    secrets.chmod(0o644)

    result = run("doctor", "--json", env={"SUMMARIZER_SECRETS_FILE": str(secrets)})
    [answer] = lines(result.stdout)

    [check] = [each for each in answer["checks"] if each["name"] == "provider keys"]
    assert (check["status"], check["detail"]) == ("fail", "INVALID_CONFIGURATION")
    assert "chmod 600" in check["fix"]


def test_what_is_left_of_the_budget_is_said(run: Run, tmp_path: Path) -> None:
    none = lines(run("doctor", "--json").stdout)[0]
    (tmp_path / "data").mkdir(mode=0o700, exist_ok=True)
    policy = _policy(tmp_path, "fallback: []", "monthly_budget_usd: 20", providers=False)
    [some] = lines(run("doctor", "--json", "--policy", policy).stdout)

    assert _detail(none, "budget") == "policy sets none"
    assert _detail(some, "budget") == "0.00 of 20.00 USD are spent this month"


def test_the_issuer_of_tokens_is_asked_for_its_keys(run: Run) -> None:
    with LocalIssuer(rsa_signer("k1"), rsa_signer("k2")) as issuer:
        env = {"SUMMARIZER_OIDC_ISSUER": issuer.url, "SUMMARIZER_OIDC_AUDIENCE": "summaries"}
        [sound] = lines(run("doctor", "--json", env=env).stdout)
        issuer.key_set = b'{"keys": []}'
        [keyless] = lines(run("doctor", "--json", env=env).stdout)
        issuer.described = {"issuer": "https://login.other.example"}
        [renamed] = lines(run("doctor", "--json", env=env).stdout)

    assert "2 of its keys" in _detail(sound, "token issuer")
    assert [each["ok"] for each in (sound, keyless, renamed)] == [True, False, False]
    assert "no key" in _detail(keyless, "token issuer")
    assert _detail(renamed, "token issuer") == "ISSUER_UNAVAILABLE"


def test_an_issuer_at_which_nobody_can_sign_in_is_told_where_people_are_sent_there(
    run: Run,
) -> None:
    with SigningIssuer() as issuer:
        env = {
            "SUMMARIZER_OIDC_ISSUER": issuer.url,
            "SUMMARIZER_OIDC_AUDIENCE": "summaries",
            "SUMMARIZER_OIDC_CLIENT_ID": CLIENT,
            "SUMMARIZER_OIDC_REDIRECT": "http://localhost:8000/sign-in/callback",
        }
        [sound] = lines(run("doctor", "--json", env=env).stdout)
        del issuer.described["token_endpoint"]
        [half] = lines(run("doctor", "--json", env=env).stdout)

    assert [each["ok"] for each in (sound, half)] == [True, False]
    assert _detail(half, "token issuer") == "ISSUER_UNAVAILABLE"


def _policy(folder: Path, old: str, new: str, *, providers: bool = True) -> str:
    """A policy whose file of models says something else."""
    shutil.copytree(bundled("policies") / "default", folder / "ours")
    path = folder / "ours" / "models.yaml"
    text = path.read_text()
    assert old in text
    text = text.replace(old, new)
    if not providers:
        text = text[: text.index("  - model: openai/*")] + text[text.index("# Asked in this") :]
    path.write_text(text)
    return "ours"


def _detail(answer: dict[str, list[dict[str, str]]], name: str) -> str:
    return next(check["detail"] for check in answer["checks"] if check["name"] == name)
