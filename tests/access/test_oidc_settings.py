"""From settings to a desk that takes an issuer's tokens."""

import os
from pathlib import Path
from typing import Any

import pytest

from summarizer.access.caller import Caller
from summarizer.access.permissions import Role
from summarizer.bootstrap import open_desk
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
