"""Signing in: a key once, then a session that opens no more and lasts no longer."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import anyio
import anyio.to_thread
import httpx
import pytest
from fastapi import Request

from summarizer.access.caller import Caller, Refused
from summarizer.access.keys import APIKeys, IssuedKey
from summarizer.access.permissions import Permission, Role
from summarizer.access.sessions import LONGEST, Sessions, form_token
from summarizer.access.stored import open_stored
from summarizer.api.pages.signin import place_of
from tests.api.services import application, service, serving

SECRET = "Zanzibar-7731"
PAGE = {"Accept": "text/html,*/*"}


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[httpx.Client]:
    """A client with a cookie jar and no token of its own."""
    with (
        service(tmp_path) as client,
        httpx.Client(base_url=client.base_url, timeout=30, trust_env=False, headers=PAGE) as own,
    ):
        yield own


def made_key(folder: Path, role: Role = Role.RISK) -> IssuedKey:
    """Put a key into the database beside the log."""

    async def make() -> IssuedKey:
        database = await open_stored(f"sqlite:///{folder / 'audit.db'}")
        try:
            keys = APIKeys(database, now=lambda: datetime.now(UTC))
            issued = keys.issue(name="ada", role=role, lifetime=timedelta(days=1))
            await keys.add(issued)
            return issued
        finally:
            database.dispose()

    return anyio.run(make)


def revoked(folder: Path, key_id: str) -> None:
    async def revoke() -> None:
        database = await open_stored(f"sqlite:///{folder / 'audit.db'}")
        try:
            assert await APIKeys(database, now=lambda: datetime.now(UTC)).revoke(key_id)
        finally:
            database.dispose()

    anyio.run(revoke)


def test_a_key_opens_a_session_whose_cookie_no_script_and_no_other_site_gets(
    browser: httpx.Client, tmp_path: Path
) -> None:
    key = made_key(tmp_path)

    response = browser.post("/sign-in", data={"key": key.secret, "next": "/dashboard"})

    assert (response.status_code, response.headers["location"]) == (303, "/dashboard")
    cookie = response.headers["set-cookie"]
    assert key.secret not in cookie
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie


def test_over_a_network_the_cookie_is_for_tls_and_this_host_alone(tmp_path: Path) -> None:
    name = "bank.example.com"
    with serving(partial(application, tmp_path), hosts={name}) as client:
        response = client.post("/sign-in", data={"key": "badge:risk:ada"}, headers={"Host": name})

    cookie = response.headers["set-cookie"]
    assert cookie.startswith("__Host-")
    assert "Secure" in cookie.split("; ")


def test_a_bad_key_opens_nothing_and_is_not_shown_again(browser: httpx.Client) -> None:
    response = browser.post("/sign-in", data={"key": SECRET})

    assert response.status_code == 401
    assert "set-cookie" not in response.headers
    assert SECRET not in response.text
    assert "no form that is known" in response.text


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example.com/", "//evil.example.com", "/\\evil.example.com", "javascript:1", ""],
)
def test_nobody_is_led_to_another_site_after_signing_in(
    browser: httpx.Client, elsewhere: str
) -> None:
    response = browser.post("/sign-in", data={"key": "badge:agent:ada", "next": elsewhere})

    assert response.headers["location"] == "/"


def test_a_session_ends_with_its_key(browser: httpx.Client, tmp_path: Path) -> None:
    key = made_key(tmp_path, Role.AGENT)
    browser.post("/sign-in", data={"key": key.secret})
    assert browser.get("/playground").status_code == 200

    revoked(tmp_path, key.stored.id)

    assert browser.get("/playground").headers["location"] == "/sign-in?next=/playground"


def test_signing_out_ends_the_session_for_whoever_has_its_cookie(browser: httpx.Client) -> None:
    signed_in = browser.post("/sign-in", data={"key": "badge:agent:ada"})
    cookie = {"Cookie": signed_in.headers["set-cookie"].partition(";")[0]}
    assert browser.get("/playground", headers=cookie).status_code == 200

    browser.post("/sign-out", headers=cookie)

    assert browser.get("/playground", headers=cookie).status_code == 303


def test_signing_in_again_ends_the_session_there_was(browser: httpx.Client) -> None:
    """Whoever knew the cookie of before, or had put it there, has nothing in their hands."""
    given = browser.post("/sign-in", data={"key": "badge:agent:mallory"}).headers["set-cookie"]
    before = {"Cookie": given.partition(";")[0]}
    assert browser.get("/playground", headers=before).status_code == 200

    again = browser.post("/sign-in", data={"key": "badge:agent:ada"}, headers=before)

    assert again.headers["set-cookie"].partition(";")[0] != before["Cookie"]
    assert browser.get("/playground", headers=before).status_code == 303
    after = {"Cookie": again.headers["set-cookie"].partition(";")[0]}
    assert browser.get("/playground", headers=after).status_code == 200


def test_a_session_goes_on_when_signing_in_anew_fails(browser: httpx.Client) -> None:
    browser.post("/sign-in", data={"key": "badge:agent:ada"})

    assert browser.post("/sign-in", data={"key": SECRET}).status_code == 401

    assert browser.get("/playground").status_code == 200


def test_too_many_tries_from_one_address_are_told_when_to_come_again(tmp_path: Path) -> None:
    with (
        service(tmp_path, requests_per_minute=3) as client,
        httpx.Client(base_url=client.base_url, timeout=30, trust_env=False, headers=PAGE) as own,
    ):
        tries = [own.post("/sign-in", data={"key": SECRET}) for _ in range(5)]
        good = own.post("/sign-in", data={"key": "badge:agent:ada"})
        shown = own.get("/sign-in")
        as_caller = client.post("/v1/redactions", json={"text": "x"})

    assert [each.status_code for each in tries] == [401] * 3 + [429] * 2
    assert good.status_code == 429
    assert "set-cookie" not in good.headers
    assert 1 <= int(good.headers["retry-after"]) <= 20
    assert "<h1>The caller asks too often</h1>" in good.text
    assert shown.status_code == as_caller.status_code == 200


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8:1:1::1", "2001:db8:1:1:ffff::2", True),
        ("2001:db8:1:1::1", "2001:db8:1:2::1", False),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("", "testclient", False),
    ],
)
def test_an_address_is_one_place(one: str, other: str, *, is_same: bool) -> None:
    def place(host: str) -> str:
        return place_of(Request({"type": "http", "client": (host, 1)}))

    assert (place(one) == place(other)) is is_same


def test_a_part_of_a_page_leads_the_whole_page_to_the_door(browser: httpx.Client) -> None:
    response = browser.get("/playground", headers={"HX-Request": "true"})

    assert (response.status_code, response.headers["hx-redirect"]) == (
        401,
        "/sign-in?next=/playground",
    )


def test_a_page_runs_nothing_foreign_and_is_framed_by_nobody(browser: httpx.Client) -> None:
    headers = browser.get("/sign-in").headers

    policy = dict(
        part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";")
    )
    assert policy.pop("default-src") == "'none'"
    assert policy.pop("frame-ancestors") == policy.pop("base-uri") == "'none'"
    assert set(policy.values()) == {"'self'"}
    assert headers["x-frame-options"] == "DENY"
    assert headers["cache-control"] == "no-store"


def test_what_is_not_there_is_a_page_for_a_person_and_a_problem_for_a_program(
    browser: httpx.Client,
) -> None:
    assert "<h1>" in browser.get(f"/{SECRET}").text
    assert browser.get(f"/{SECRET}", headers={"Accept": "*/*"}).json()["code"] == "NOT_FOUND"
    assert browser.get(f"/v1/{SECRET}").json()["code"] == "NOT_FOUND"


@pytest.mark.anyio
async def test_a_session_lasts_a_working_day_and_is_stored_as_a_hash(tmp_path: Path) -> None:
    now = datetime(2026, 11, 30, 9, tzinfo=UTC)
    database = await open_stored(f"sqlite:///{tmp_path / 'audit.db'}")
    sessions = Sessions(database, now=lambda: now)
    withheld = frozenset({Permission.ERASE})
    ada = Caller("ada", Role.RISK, "badge", withheld)
    try:
        cookie = await sessions.begin(ada, by_key=False)
        found = await sessions.caller(cookie)
        stored = await anyio.to_thread.run_sync((tmp_path / "access.db-wal").read_bytes)
        now += LONGEST
        over = await sessions.caller(cookie)
    finally:
        database.dispose()

    assert isinstance(found, Caller)
    assert (found.name, found.role, found.withheld) == ("ada", Role.RISK, withheld)
    assert isinstance(over, Refused)
    assert b"badge" in stored
    assert cookie.encode() not in stored
    assert form_token(cookie).encode() not in stored


@pytest.mark.anyio
async def test_a_session_does_not_outlast_the_token_it_came_from(tmp_path: Path) -> None:
    now = datetime(2026, 11, 30, 9, tzinfo=UTC)
    database = await open_stored(f"sqlite:///{tmp_path / 'audit.db'}")
    sessions = Sessions(database, now=lambda: now)
    ends = now + timedelta(minutes=5)
    try:
        cookie = await sessions.begin(Caller("ada", Role.RISK, "t", expires=ends), by_key=False)
        now = ends
        over = await sessions.caller(cookie)
    finally:
        database.dispose()

    assert isinstance(over, Refused)
