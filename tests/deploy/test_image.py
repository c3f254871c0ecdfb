"""The image: built from hashed locks, without tools of development, and run without rights."""

import re
from fnmatch import fnmatch
from typing import Any

import pytest

from tests.deploy.files import dockerfile, locked, project
from tests.routes import REPOSITORY

LOCKS = ("deploy/requirements.lock", "deploy/build.lock")
_NAME = re.compile(r"[A-Za-z0-9._-]+")


def instructions(name: str, *, stage: int | None = None) -> list[str]:
    found = dockerfile()
    return [each.text for each in found if each.name == name and stage in {None, each.stage}]


def _names(requirements: list[Any]) -> set[str]:
    """Return the names; a table includes another group and has none."""
    matches = (_NAME.match(each) for each in requirements if isinstance(each, str))
    return {match[0].lower().replace("_", "-") for match in matches if match}


def test_whatever_is_installed_is_pinned_by_hash_or_built_from_the_source_at_hand() -> None:
    commands = [part for run in instructions("RUN") for part in run.split("&&")]
    installs = [part for part in commands if "pip install" in part or "pip wheel" in part]

    assert len(installs) == 4
    for install in installs:
        assert "--no-deps" in install
        assert "--require-hashes" in install or "--no-index" in install
    assert not any("curl" in run or "wget" in run or "apt" in run for run in commands)
    assert instructions("ADD") == []


def test_only_locks_and_what_the_wheel_holds_enter_the_build() -> None:
    copied = {source for text in instructions("COPY", stage=0) for source in text.split()[:-1]}

    assert copied == {
        *LOCKS, "pyproject.toml", "README.md", "LICENSE", "prompts", "policies", "samples",
        "eval_sets/smoke", "summarizer",
    }  # fmt: skip
    assert instructions("COPY", stage=1) == ["--from=build /opt/summarizer /opt/summarizer"]


def test_the_build_context_holds_what_is_copied_and_no_secret() -> None:
    lines = (REPOSITORY / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    kept = {rule[1:] for rule in rules if rule.startswith("!")}

    assert rules[0] == "*"
    assert kept == {
        source for text in instructions("COPY", stage=0) for source in text.split()[:-1]
    }
    assert all((REPOSITORY / path).exists() for path in kept)
    assert not any(fnmatch("deploy/secrets/pgpass", f"{path}*") for path in kept)


def test_the_image_runs_as_a_numbered_user_without_rights() -> None:
    last = [each for each in dockerfile() if each.stage == 1]
    user = next(at for at, each in enumerate(last) if each.name == "USER")

    assert last[user].text == "10001:10001"
    assert {each.name for each in last[user + 1 :]}.isdisjoint({"RUN", "USER", "COPY"})
    (made,) = (each.text for each in last if each.name == "RUN")
    assert "--mode=0700 /data /cache" in made


def test_nothing_is_written_but_to_volumes_and_the_temporary_folder() -> None:
    (variables,) = instructions("ENV", stage=1)

    assert "SUMMARIZER_DATA_DIR=/data" in variables
    assert "SUMMARIZER_CACHE_DIR=/cache" in variables
    assert "PYTHONDONTWRITEBYTECODE=1" in variables
    assert "HOME=/tmp" in variables
    assert instructions("VOLUME") == ['["/data", "/cache"]']


def test_the_health_check_asks_healthz_without_another_program() -> None:
    (check,) = instructions("HEALTHCHECK")

    assert 'CMD ["python"' in check
    assert "http://127.0.0.1:8000/healthz" in check
    assert instructions("CMD") == ['["serve", "--host", "0.0.0.0", "--port", "8000"]']


@pytest.mark.parametrize("path", LOCKS)
def test_a_lock_of_the_image_has_the_tested_versions_each_with_a_hash(path: str) -> None:
    text = (REPOSITORY / path).read_text()

    assert locked(path).items() <= locked("requirements.lock").items()
    for block in re.split(r"\n(?=\S)", text.strip()):
        assert "--hash=sha256:" in block
    assert "://" not in text


def test_the_image_has_every_runtime_dependency_and_no_tool_of_development() -> None:
    metadata = project()
    runtime = set(locked("deploy/requirements.lock"))
    groups = metadata["dependency-groups"]
    # Libraries that serve need it, too.
    tools = (_names(groups["dev"]) | _names(groups["build"])) - {"packaging"}
    evaluation = _names(metadata["project"]["optional-dependencies"]["evaluation"])

    assert _names(metadata["project"]["dependencies"]) <= runtime
    assert _names(metadata["project"]["optional-dependencies"]["aws"]) <= runtime
    assert runtime.isdisjoint(tools | evaluation | {"pytest", "mypy", "pip", "hatchling"})
