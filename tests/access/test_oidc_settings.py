"""From settings to a desk that takes an issuer's tokens."""

import os
from pathlib import Path
from typing import Any

import pytest

from summarizer.access.caller import Caller
from summarizer.access.permissions import Role
from summarizer.audit.origin import CaseTagger
from summarizer.bootstrap import build_client, open_desk
from summarizer.errors import ConfigurationError
from summarizer.settings import Settings
from tests.fakes import MemoryStore
from tests.issuers import AUDIENCE, LocalIssuer

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("SUMMARIZER_")]:
        monkeypatch.delenv(name)


async def test_variables_are_all_that_an_issuer_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with LocalIssuer() as issuer:
        for name, value in {
            "DATA_DIR": str(tmp_path),
            "OIDC_ISSUER": issuer.url,
            "OIDC_AUDIENCE": AUDIENCE,
            "OIDC_ROLE_CLAIM": "realm_access.roles",
            "OIDC_ROLES": '{"CN=Officers,OU=Bank": "risk"}',
            "OIDC_NAME_CLAIM": "employee",
        }.items():
            monkeypatch.setenv(f"SUMMARIZER_{name}", value)
        brought = issuer.token(
            realm_access={"roles": ["CN=Officers,OU=Bank"]}, employee="E-1001", roles=["admin"]
        )

        async with open_desk(Settings.load({}), MemoryStore()) as desk:
            assert issuer.asked == []
            caller = await desk.caller(brought, what="erase")

    assert isinstance(caller, Caller)
    assert (caller.name, caller.role) == ("E-1001", Role.RISK)


def test_a_table_of_the_file_names_the_roles(tmp_path: Path) -> None:
    (tmp_path / "summarizer.toml").write_text('[oidc_roles]\n"Case Agents" = "agent"\n')

    assert Settings.load({}).oidc_roles == {"Case Agents": Role.AGENT}


@pytest.mark.parametrize("text", ["Officers=risk", "[" * 100_000, '{"Officers": "boss"}', "[]"])
def test_roles_that_cannot_be_read_name_their_variable(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("SUMMARIZER_OIDC_ROLES", text)

    with pytest.raises(ConfigurationError, match="SUMMARIZER_OIDC_ROLES"):
        Settings.load({})


@pytest.mark.parametrize(
    "flags",
    [
        {"oidc_issuer": "https://login.bank.example"},
        {"oidc_audience": AUDIENCE},
        {"oidc_issuer": "https://login.bank.example", "oidc_audience": ""},
        {"oidc_issuer": "", "oidc_audience": AUDIENCE},
        {"oidc_issuer": "http://login.bank.example", "oidc_audience": AUDIENCE},
    ],
)
async def test_half_an_issuer_keeps_the_service_from_opening(
    tmp_path: Path, flags: dict[str, Any]
) -> None:
    settings = Settings.load({"data_dir": tmp_path, **flags})

    with pytest.raises(ConfigurationError, match="SUMMARIZER_OIDC_ISSUER"):
        async with open_desk(settings, MemoryStore()):
            pass


CLIENT: dict[str, Any] = {
    "oidc_issuer": "https://login.bank.example",
    "oidc_audience": AUDIENCE,
    "oidc_client_id": "pages",
    "oidc_redirect": "https://cases.bank.example/sign-in/callback",
    "allowed_hosts": "Cases.bank.example",
}


async def test_people_are_sent_to_the_issuer_once_the_service_is_a_client_of_it(
    tmp_path: Path,
) -> None:
    settings = Settings.load({"data_dir": tmp_path, **CLIENT})
    async with open_desk(settings, MemoryStore(), tagger=CaseTagger(bytes(32))) as desk:
        at_issuer = desk.at_issuer

    assert at_issuer is not None
    assert at_issuer.host == "login.bank.example"
    assert at_issuer.client.origin == "https://cases.bank.example"
    assert at_issuer.client.secret is None


@pytest.mark.parametrize(
    ("changed", "fix"),
    [
        ({"oidc_client_id": None}, "SUMMARIZER_OIDC_CLIENT_ID"),
        ({"oidc_redirect": None}, "SUMMARIZER_OIDC_REDIRECT"),
        ({"oidc_issuer": None, "oidc_audience": None}, "SUMMARIZER_OIDC_ISSUER"),
        ({"oidc_redirect": "http://cases.bank.example/sign-in/callback"}, "OIDC_REDIRECT"),
        ({"oidc_redirect": "https://cases.bank.example/"}, "sign-in/callback"),
        ({"oidc_redirect": "https://cases.bank.example/sign-in/callback?a=b"}, "OIDC_REDIRECT"),
        ({"oidc_redirect": "/sign-in/callback"}, "OIDC_REDIRECT"),
        ({"allowed_hosts": "other.bank.example"}, "SUMMARIZER_ALLOWED_HOSTS"),
    ],
)
async def test_half_a_client_keeps_the_service_from_opening(
    tmp_path: Path, changed: dict[str, Any], fix: str
) -> None:
    settings = Settings.load({"data_dir": tmp_path, **CLIENT, **changed})

    with pytest.raises(ConfigurationError, match=fix):
        async with open_desk(settings, MemoryStore()):
            pass


@pytest.mark.parametrize("scope", ["", "profile", "openid,profile", "openid  groups"])
def test_a_scope_without_openid_gives_no_id_token_and_is_refused(scope: str) -> None:
    with pytest.raises(ConfigurationError, match="SUMMARIZER_OIDC_SCOPE"):
        Settings.load({"oidc_scope": scope})


def test_the_secret_of_the_client_stands_in_a_variable_or_the_secrets_file_and_is_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "secrets"
    path.touch(mode=0o600)
    path.write_text("SUMMARIZER_OIDC_CLIENT_SECRET=of-the-file\n")
    of_file = Settings.load({"secrets_file": path}).client_secret
    monkeypatch.setenv("SUMMARIZER_OIDC_CLIENT_SECRET", "of-the-variable")
    of_variable = Settings.load({"secrets_file": path})

    assert Settings.load({}).client_secret == "of-the-variable"
    assert (of_file, of_variable.client_secret) == ("of-the-file", "of-the-variable")
    client = build_client(Settings.load({"secrets_file": path, **CLIENT}))
    assert "of-the-" not in repr(of_variable) + repr(client)
