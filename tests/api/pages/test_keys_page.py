"""Keys and settings on a page: as the interface does it, and no secret but once."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from structlog.testing import capture_logs

from summarizer.access.permissions import Role
from summarizer.settings import Settings
from tests.api.pages.test_permissions import signed_in
from tests.api.services import badge, recorded, service

PAGE = {"Accept": "text/html,*/*"}
_KEY = re.compile(r"csk_[0-9a-f]{12}_[A-Za-z0-9_-]{43}")


@pytest.fixture
def admin(tmp_path: Path) -> Iterator[httpx.Client]:
    with service(tmp_path) as client, signed_in(client, "badge:admin:ada") as browser:
        browser.headers.update(PAGE)
        yield browser


def made(admin: httpx.Client, **form: str) -> str:
    """Make a key; return it."""
    response = admin.post("/keys", data={"role": "agent", "days": "30", **form})
    assert response.status_code == 201, response.text
    (key,) = _KEY.findall(response.text)
    return str(key)


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def test_a_key_is_shown_once_and_opens_what_it_was_made_for(admin: httpx.Client) -> None:
    response = admin.post(
        "/keys", data={"role": "agent", "name": "crm", "days": "30", "without.restore": "on"}
    )
    (key,) = _KEY.findall(response.text)

    assert response.headers["cache-control"] == "no-store"
    listed = admin.get("/keys")
    assert _KEY.findall(listed.text) == []
    assert listed.headers["cache-control"] == "no-store"
    assert "crm" in listed.text
    assert "by ada" in listed.text
    assert "without restore" in listed.text
    (told,) = admin.get("/v1/keys", headers=badge(Role.ADMIN)).json()["keys"]
    assert (told["name"], told["role"], told["without"]) == ("crm", "agent", ["restore"])
    assert admin.get("/v1/summaries", headers=bearer(key)).status_code == 200
    assert admin.post("/v1/summaries/x/restore", headers=bearer(key)).status_code == 403


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"role": "boss"}, "role"),
        ({"role": ""}, "role"),
        ({"days": "0"}, "days"),
        ({"days": "731"}, "days"),
        ({"days": "-1"}, "days"),
        ({"days": "٣"}, "days"),
        ({"name": "<b>Zanzibar"}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "Rene\N{COMBINING ACUTE ACCENT}e"}, "name"),
        ({"without.erase": "on"}, "without"),
        ({"without.nothing": "on"}, "without"),
    ],
)
def test_a_form_with_a_fault_makes_no_key_and_names_the_field(
    admin: httpx.Client, form: dict[str, str], field: str
) -> None:
    response = admin.post("/keys", data={"role": "agent", "days": "30", **form})

    assert response.status_code == 422
    alert = response.text.partition('role="alert"')[2].partition("</div>")[0]
    assert field in alert
    assert "Zanzibar" not in alert
    assert "<b>" not in response.text.partition("<main")[2]
    assert _KEY.findall(response.text) == []
    assert admin.get("/v1/keys", headers=badge(Role.ADMIN)).json()["keys"] == []


def test_a_key_is_revoked_after_a_question_and_its_sessions_end_with_it(
    admin: httpx.Client,
) -> None:
    key = made(admin, name="rita", role="risk")
    key_id = key.split("_")[1]
    with signed_in(admin, key) as theirs:
        assert theirs.get("/events").status_code == 200

        question = admin.get(f"/keys/{key_id}")
        assert "Revoke the key of rita?" in question.text
        assert theirs.get("/events").status_code == 200
        done = admin.post(f"/keys/{key_id}")

        assert (done.status_code, done.headers["location"]) == (303, "/keys?done=revoked")
        assert theirs.get("/events").status_code == 303
    assert admin.get("/v1/summaries", headers=bearer(key)).status_code == 401
    assert "Revoke it for good" not in admin.get(f"/keys/{key_id}").text
    assert admin.post(f"/keys/{key_id}").status_code == 404


def test_whoever_is_about_to_revoke_their_own_key_is_told_so(admin: httpx.Client) -> None:
    key = made(admin, role="admin", name="eve")
    with signed_in(admin, key) as own:
        assert "you are signed in with it" in own.get(f"/keys/{key.split('_')[1]}").text
        assert "you are signed in with it" not in admin.get(f"/keys/{key.split('_')[1]}").text


def test_what_is_not_there_is_not_shown_or_revoked(admin: httpx.Client) -> None:
    for key_id in ("000000000000", "x", "%2e%2e"):
        assert admin.get(f"/keys/{key_id}").status_code == 404
        assert admin.post(f"/keys/{key_id}").status_code == 404


def test_no_key_is_made_by_a_form_of_another_session(admin: httpx.Client) -> None:
    admin.headers["X-Form-Token"] = "0" * 64

    assert admin.post("/keys", data={"role": "admin", "days": "1"}).status_code == 403
    assert admin.get("/v1/keys", headers=badge(Role.ADMIN)).json()["keys"] == []


def test_making_and_revoking_is_on_record_and_no_secret_is_kept_or_logged(
    tmp_path: Path,
) -> None:
    with (
        capture_logs() as logs,
        service(tmp_path) as client,
        signed_in(client, "badge:admin:ada") as admin,
    ):
        key = made(admin, name="crm")
        admin.post(f"/keys/{key.split('_')[1]}")

    records, verification = recorded(tmp_path)
    assert verification.ok
    mine = [record for record in records if record.kind in {"key_created", "key_revoked"}]
    assert [record.kind for record in mine] == ["key_created", "key_revoked"]
    assert {(record.body or {})["actor"] for record in mine} == {"ada"}
    secret = key[len("csk_000000000000_") :]
    assert secret not in repr(logs)
    kept = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert secret.encode() not in kept


def test_settings_are_shown_and_secrets_are_not(tmp_path: Path) -> None:
    secrets = tmp_path / "secrets"
    secrets.touch(mode=0o600)
    secrets.write_text("SUMMARIZER_OIDC_CLIENT_SECRET=Zanzibar-1\n")
    settings = {
        "api_key": "Zanzibar-2",
        "api_base": "https://user:Zan@zibar-3@llm.bank.example/v1?key=Zanzibar-4",
        "trace_collector": "https://Zanzibar-5@traces.bank.example",
        "secrets_file": secrets,
        "mail_domains": ("bank.example", "cards.bank.example"),
        "oidc_roles": {"Case Agents": "agent"},
        "queue_length": 7,
    }
    with (
        service(tmp_path, **settings) as client,
        signed_in(client, "badge:admin:ada") as admin,
    ):
        response = admin.get("/settings")

    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    for each in ("Zanzibar", "Zan@zibar", "zibar-3"):
        assert each not in response.text
    rows = dict(re.findall(r"<code>(\w+)</code></th>\s*<td[^>]*>([^<]*)", response.text, re.DOTALL))
    shown = {name: value.strip() for name, value in rows.items()}
    assert shown["api_key"] == shown["oidc_client_secret"] == "set"
    assert shown["zendesk_secret"] == shown["database_url"] == "not set"
    assert shown["api_base"] == "https://…@llm.bank.example/v1?…"
    assert shown["trace_collector"] == "https://…@traces.bank.example"
    assert shown["mail_domains"] == "bank.example, cards.bank.example"
    assert shown["oidc_roles"] == "Case Agents: agent"
    assert shown["queue_length"] == "7"


def test_every_setting_is_on_the_page(admin: httpx.Client) -> None:
    text = admin.get("/settings").text

    assert [name for name in Settings.model_fields if f"<code>{name}</code>" not in text] == []
