"""The compose file: every container hardened, secrets in files, and a way out only where needed."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from summarizer.cli.app import app
from summarizer.policy import Policy
from summarizer.settings import Settings
from tests.deploy.files import compose, dockerfile
from tests.routes import REPOSITORY

SERVICES: dict[str, dict[str, Any]] = compose()["services"]
LASTING = sorted(set(SERVICES) - {"model-file"})


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_has_no_rights_it_does_not_need(name: str) -> None:
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert any(mount.startswith("/tmp:") for mount in service["tmpfs"])  # noqa: S108
    assert service["mem_limit"]
    assert service["pids_limit"]
    assert service.keys().isdisjoint({"privileged", "cap_add", "devices", "network_mode", "pid"})
    assert not any("docker.sock" in volume for volume in service["volumes"])


def test_no_container_runs_as_root() -> None:
    """Ours by the image's user, PostgreSQL by the number its image gives to its own."""
    for service in SERVICES.values():
        assert "build" in service or service["user"] == "999:999"


@pytest.mark.parametrize("name", LASTING)
def test_a_container_that_lasts_has_a_health_check(name: str) -> None:
    check = SERVICES[name]["healthcheck"]

    assert check["test"][0] == "CMD"
    assert {"interval", "timeout", "retries"} <= check.keys()


def test_secrets_are_files_that_are_not_in_the_repository() -> None:
    declared = compose()["secrets"]
    ignored = (REPOSITORY / ".gitignore").read_text().splitlines()

    assert "/deploy/secrets/" in ignored
    assert all(each["file"].startswith("./deploy/secrets/") for each in declared.values())
    assert {name for service in SERVICES.values() for name in service.get("secrets", [])} == set(
        declared
    )
    for service in SERVICES.values():
        for variable, value in service.get("environment", {}).items():
            secret = any(word in variable for word in ("PASSWORD", "KEY", "TOKEN", "PASSFILE"))
            assert not secret or value.startswith("/run/secrets/")
            before = value.partition("://")[2].rpartition("@")[0]
            assert ":" not in before, "a password in an address"


def test_only_the_service_can_be_reached_and_only_from_this_host() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}

    assert published == {"service": ["127.0.0.1:8000:8000"]}


def test_database_and_model_server_reach_no_other_network() -> None:
    assert compose()["networks"]["inside"] == {"internal": True}
    assert SERVICES["postgres"]["networks"] == SERVICES["model"]["networks"] == ["inside"]


@pytest.mark.parametrize("name", ["model-file", "model", "service"])
def test_what_a_container_runs_is_a_command_of_ours(name: str) -> None:
    (default,) = (json.loads(each.text) for each in dockerfile() if each.name == "CMD")
    command = SERVICES[name].get("command", default)

    assert CliRunner().invoke(app, [*command, "--help"]).exit_code == 0
    assert CliRunner().invoke(app, [*command, "--no-such-option", "--help"]).exit_code == 2


def test_the_service_has_settings_that_exist_and_a_model_that_policy_allows() -> None:
    environment = SERVICES["service"]["environment"]
    ours = {
        name.removeprefix("SUMMARIZER_").lower(): value
        for name, value in environment.items()
        if name.startswith("SUMMARIZER_")
    }
    settings = Settings.load(ours)
    rule = Policy.read(settings.policy_dir).model(settings.model)

    assert rule.prompt_tokens == 5600
    assert rule.price is not None
    assert rule.price.cost_usd(1_000, 1_000) == 0
    assert str(settings.api_base).startswith("http://model:8080/")
    assert SERVICES["model"]["command"][-1] == "8080"
