"""Settings: where they come from, and what a wrong one says."""

from pathlib import Path

import pytest

from summarizer.errors import ConfigurationError
from summarizer.settings import Settings, bundled

REPOSITORY = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"SUMMARIZER_{name.upper()}", raising=False)


def test_flags_win_over_variables_and_variables_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "summarizer.toml").write_text('model = "file"\npolicy = "file"\nport = 1\n')
    monkeypatch.setenv("SUMMARIZER_MODEL", "variable")
    monkeypatch.setenv("SUMMARIZER_POLICY", "variable")

    settings = Settings.load({"model": "flag", "policy": None})

    assert (settings.model, settings.policy, settings.port) == ("flag", "variable", 1)


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("port = 99999", "SUMMARIZER_PORT"),
        ("prot = 1", "SUMMARIZER_PROT"),
        ("port = ", "not valid TOML"),
        ('log_format = "xml"', "SUMMARIZER_LOG_FORMAT"),
    ],
)
def test_a_wrong_setting_names_itself_and_its_variable(
    tmp_path: Path, toml: str, message: str
) -> None:
    (tmp_path / "summarizer.toml").write_text(toml)

    with pytest.raises(ConfigurationError, match=message):
        Settings.load({})


def test_a_key_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUMMARIZER_API_KEY", "sk-secret")

    assert "sk-secret" not in repr(Settings.load({})) + Settings.load({}).model_dump_json()


def test_an_unknown_policy_or_prompt_names_those_that_exist() -> None:
    settings = Settings.load({"policy": "nope", "prompt": "nope"})

    with pytest.raises(ConfigurationError, match="default"):
        _ = settings.policy_dir
    with pytest.raises(ConfigurationError, match="case_summary"):
        _ = settings.prompt_dir


@pytest.mark.parametrize("name", ["../policies/default", "default/.."])
def test_a_name_does_not_climb_out_of_the_shipped_folder(name: str) -> None:
    with pytest.raises(ConfigurationError):
        _ = Settings.load({"policy": name}).policy_dir


def test_a_folder_of_ones_own_is_taken(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "policy.yaml").write_text("name: mine")

    assert Settings.load({"policy": "mine"}).policy_dir == tmp_path / "mine"


def test_what_ships_is_found_in_the_repository() -> None:
    assert bundled("policies") == REPOSITORY / "policies"


def test_the_readme_lists_every_setting() -> None:
    readme = (REPOSITORY / "README.md").read_text()

    for name in Settings.model_fields:
        assert f"SUMMARIZER_{name.upper()}" in readme


def test_the_banks_mail_domains_are_a_list_or_separated_by_commas(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Settings.load({}).mail_domains == ()
    (tmp_path / "summarizer.toml").write_text('mail_domains = ["bank.example"]')
    assert Settings.load({}).mail_domains == ("bank.example",)
    monkeypatch.setenv("SUMMARIZER_MAIL_DOMAINS", "bank.example, cards.bank.example")
    assert Settings.load({}).mail_domains == ("bank.example", "cards.bank.example")
    monkeypatch.setenv("SUMMARIZER_MAIL_DOMAINS", "@bank.example")
    with pytest.raises(ConfigurationError, match="SUMMARIZER_MAIL_DOMAINS"):
        Settings.load({})
