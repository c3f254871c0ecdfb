"""The secrets file: what it holds, who may read it, and that no fault shows a value."""

from pathlib import Path

import pytest

from summarizer.errors import ConfigurationError
from summarizer.secretsfile import read_secrets
from summarizer.settings import Settings

SECRET = "sk-not-for-anyone"


def secrets(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / "secrets.env"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def test_lines_are_keys_and_values_as_in_an_environment_file(tmp_path: Path) -> None:
    text = "# ours\n\nA=1\nexport B = two words \nC='# no comment'\nD=\"x\"\nE=\nF=a=$A\n"

    assert read_secrets(secrets(tmp_path, text)) == {
        "A": "1",
        "B": "two words",
        "C": "# no comment",
        "D": "x",
        "E": "",
        "F": "a=$A",
    }


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601])
def test_a_file_that_others_may_touch_is_refused_with_what_to_run(
    tmp_path: Path, mode: int
) -> None:
    with pytest.raises(ConfigurationError, match=rf"mode {mode:04o}; run chmod 600"):
        read_secrets(secrets(tmp_path, "A=1", mode))


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_file_of_its_owner_alone_is_read(tmp_path: Path, mode: int) -> None:
    assert read_secrets(secrets(tmp_path, "A=1", mode)) == {"A": "1"}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (f"A=1\n{SECRET}\n", ":2: not KEY=VALUE"),
        (f"A={SECRET}\nA={SECRET}\n", ":2: A stands twice; keep one"),
        (f"1A={SECRET}\n", ":1: not KEY=VALUE"),
    ],
)
def test_a_fault_names_the_line_and_shows_no_value(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_secrets(secrets(tmp_path, text))

    assert fault in caught.value.detail
    assert SECRET not in caught.value.detail


def test_a_missing_file_and_one_that_is_no_text_are_named(tmp_path: Path) -> None:
    binary = secrets(tmp_path, "")
    binary.write_bytes(b"A=\xff\xfe")

    with pytest.raises(ConfigurationError, match=r"No such file.*SUMMARIZER_SECRETS_FILE"):
        read_secrets(tmp_path / "none")
    with pytest.raises(ConfigurationError, match="not UTF-8"):
        read_secrets(binary)


def test_the_environment_goes_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = secrets(tmp_path, "OPENAI_API_KEY=file\nANTHROPIC_API_KEY=file\n")
    monkeypatch.setenv("OPENAI_API_KEY", "environment")
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)

    environ = Settings.load({"secrets_file": path}).environ

    assert (environ["OPENAI_API_KEY"], environ["ANTHROPIC_API_KEY"]) == ("environment", "file")


def test_the_configured_models_key_and_address_go_to_no_other_model(tmp_path: Path) -> None:
    path = secrets(tmp_path, f"SUMMARIZER_API_KEY={SECRET}\n")
    settings = Settings.load({
        "secrets_file": path,
        "model": "openai/ours",
        "api_base": "https://llm.bank.example",
    })

    ours, other = settings.credentials("openai/ours"), settings.credentials("anthropic/theirs")

    assert (ours["api_base"], ours["api_key"]) == ("https://llm.bank.example", SECRET)
    assert (other["api_base"], other["api_key"]) == (None, None)
    assert SECRET not in repr(settings)
