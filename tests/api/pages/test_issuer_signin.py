"""Signing in at the bank's issuer: whoever did not begin here, now and once gets no session."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest
from structlog.testing import capture_logs

from summarizer.access.permissions import Role
from summarizer.audit import Record
from tests.api.services import application, badge, recorded, service, serving
from tests.issuers import KEY_SET, LocalIssuer, Reply, encoded, rsa_signer
from tests.signing_issuers import CLIENT, SECRET, SigningIssuer

REDIRECT = "http://127.0.0.1/sign-in/callback"
PAGE = {"Accept": "text/html,*/*"}
SESSION, ATTEMPT = "summarizer-session", "summarizer-sign-in"


def settings(issuer: LocalIssuer, **more: Any) -> dict[str, Any]:
    return {
        "oidc_issuer": issuer.url,
        "oidc_audience": "case-summarizer",
        "oidc_client_id": CLIENT,
        "oidc_redirect": REDIRECT,
        **more,
    }


@contextmanager
def browser_of(client: httpx.Client) -> Iterator[httpx.Client]:
    """A client with a cookie jar and no token of its own."""
    with httpx.Client(
        base_url=client.base_url, timeout=30, trust_env=False, headers=PAGE
    ) as browser:
        yield browser


@contextmanager
def served(folder: Path, issuer: LocalIssuer, **more: Any) -> Iterator[httpx.Client]:
    """A browser before the service, which lets people sign in at an issuer."""
    with service(folder, **settings(issuer, **more)) as client, browser_of(client) as browser:
        yield browser


@pytest.fixture
def issuer() -> Iterator[SigningIssuer]:
    with SigningIssuer() as local:
        local.redirects.add(REDIRECT)
        yield local


@pytest.fixture
def browser(tmp_path: Path, issuer: SigningIssuer) -> Iterator[httpx.Client]:
    with served(tmp_path, issuer) as browser:
        yield browser


def sent(browser: httpx.Client, path: str = "/sign-in/issuer") -> str:
    """Begin; return where the browser is sent."""
    response = browser.get(path)
    assert response.status_code == 303, response.text
    return response.headers["location"]


def answered(address: str) -> dict[str, str]:
    """Sign in at the issuer; return what it sends back with the browser."""
    response = httpx.get(address, trust_env=False)
    return dict(parse_qsl(urlsplit(response.headers["location"]).query))


def back(browser: httpx.Client, answer: dict[str, str]) -> httpx.Response:
    return browser.get("/sign-in/callback", params=answer)


def came_back(browser: httpx.Client) -> httpx.Response:
    return back(browser, answered(sent(browser)))


def assert_nobody(response: httpx.Response, browser: httpx.Client, status: int = 401) -> None:
    """Nobody is signed in, a page says why, and the attempt is used up."""
    assert response.status_code == status, response.text
    assert 'role="alert"' in response.text
    assert SESSION not in browser.cookies
    assert ATTEMPT not in browser.cookies


def denials(folder: Path) -> list[Record]:
    records, verification = recorded(folder)
    assert verification.ok
    return [record for record in records if record.kind == "access_denied"]


def test_who_signs_in_at_the_issuer_has_a_session_of_their_role(
    browser: httpx.Client, issuer: SigningIssuer
) -> None:
    issuer.said = {"roles": ["risk"], "sub": "rita"}

    door = browser.get("/sign-in", params={"next": "/dashboard"})
    assert "Sign in with 127.0.0.1" in door.text
    address = sent(browser, "/sign-in/issuer?next=/dashboard")
    response = back(browser, answered(address))

    assert response.status_code == 200
    assert 'content="0;url=/dashboard"' in response.text
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["referrer-policy"] == "no-referrer"
    page = browser.get("/dashboard")
    assert page.status_code == 200
    assert "rita (risk)" in page.text
    assert ATTEMPT not in browser.cookies


def test_what_is_asked_of_the_issuer_is_bound_to_this_sign_in_alone(
    browser: httpx.Client, issuer: SigningIssuer
) -> None:
    first, second = (dict(parse_qsl(urlsplit(sent(browser)).query)) for _ in range(2))

    for name in ("state", "nonce", "code_challenge"):
        assert first[name] != second[name]
        assert len(first[name]) >= 43
    assert len({first["state"], first["nonce"], first["code_challenge"]}) == 3
    assert first["code_challenge_method"] == "S256"
    assert (first["client_id"], first["redirect_uri"]) == (CLIENT, REDIRECT)
    assert not {"client_secret", "code_verifier"} & first.keys()


def test_the_cookie_of_an_attempt_is_short_lived_and_out_of_reach(browser: httpx.Client) -> None:
    response = browser.get("/sign-in/issuer")

    cookie = response.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=lax", "Path=/", "Max-Age=600"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    state = dict(parse_qsl(urlsplit(response.headers["location"]).query))["state"]
    assert state not in cookie


def test_over_a_network_the_cookies_are_for_tls_and_this_host_alone(
    tmp_path: Path, issuer: SigningIssuer
) -> None:
    name = "cases.bank.example"
    redirect = f"https://{name}/sign-in/callback"
    issuer.redirects.add(redirect)
    more = {"oidc_redirect": redirect, "allowed_hosts": (name,)}
    opened = partial(application, tmp_path, **settings(issuer, **more))
    with (
        serving(opened, hosts={name}) as client,
        httpx.Client(base_url=client.base_url, trust_env=False) as bare,
    ):
        begun = bare.get("/sign-in/issuer", headers={"Host": name})
        cookie = begun.headers["set-cookie"]
        asked = answered(begun.headers["location"])
        headers = {"Host": name, "Cookie": cookie.partition(";")[0]}
        done = bare.get("/sign-in/callback", params=asked, headers=headers)
        elsewhere = bare.get("/sign-in/issuer", headers=PAGE)

    assert cookie.startswith(f"__Host-{ATTEMPT}=")
    assert "Secure" in cookie.split("; ")
    session = next(
        each for each in done.headers.get_list("set-cookie") if each.startswith("__Host-summ")
    )
    assert {"Secure", "HttpOnly", "SameSite=strict"} <= set(session.split("; "))
    assert (elsewhere.status_code, f"https://{name}/sign-in" in elsewhere.text) == (421, True)


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "/a?b=//c",
    ],
)
def test_sign_in_leads_to_a_page_of_ours_and_nowhere_else(
    browser: httpx.Client, elsewhere: str
) -> None:
    begun = browser.get("/sign-in/issuer", params={"next": elsewhere})
    response = back(browser, answered(begun.headers["location"]))

    assert 'content="0;url=/"' in response.text
    assert "evil" not in response.text


def test_an_answer_with_another_state_begins_nothing_and_is_on_record(
    tmp_path: Path, issuer: SigningIssuer
) -> None:
    with served(tmp_path, issuer) as browser:
        mine, foreign = answered(sent(browser)), answered(sent(browser))
        response = back(browser, mine)
        assert_nobody(response, browser)
        assert back(browser, foreign).status_code == 401
        assert issuer.redeemed == []

    (denied,) = denials(tmp_path)
    assert denied.facts == {
        "credential": "oidc-sign-in",
        "reason": "wrong_state",
        "what": "sign_in",
    }
    assert denied.actor is None


@pytest.mark.parametrize("state", [None, "", "ä", "x" * 5_000])
def test_an_answer_without_a_state_of_ours_begins_nothing(
    browser: httpx.Client, issuer: SigningIssuer, state: str | None
) -> None:
    answer = answered(sent(browser))
    changed = {**answer, "state": state} if state is not None else {"code": answer["code"]}

    assert_nobody(back(browser, changed), browser)
    assert issuer.redeemed == []


def test_who_did_not_begin_here_is_not_let_in_and_leaves_no_record(
    tmp_path: Path, issuer: SigningIssuer
) -> None:
    with served(tmp_path, issuer) as browser:
        answer = answered(sent(browser))
        cookie = browser.cookies[ATTEMPT]
        head, mac = cookie.rsplit(".", 1)
        forged = [
            "",
            head,
            f"{head}.{'0' * 64}",
            f"{head.replace('.1', '.2', 1)}.{mac}",
            f"{head}{encoded(b'/dashboard')}.{mac}",
            "a.b.c.d",
            "x" * 3_000,
        ]
        for each in forged:
            browser.cookies.clear()
            browser.cookies.set(ATTEMPT, each, domain="127.0.0.1", path="/")
            assert back(browser, answer).status_code == 401
        assert issuer.redeemed == []

    assert denials(tmp_path) == []


def test_a_callback_that_is_sent_again_begins_no_second_session(
    tmp_path: Path, issuer: SigningIssuer
) -> None:
    with served(tmp_path, issuer) as browser:
        answer = answered(sent(browser))
        cookie = browser.cookies[ATTEMPT]
        assert back(browser, answer).status_code == 200
        assert back(browser, answer).status_code == 401
        browser.cookies.clear()
        browser.cookies.set(ATTEMPT, cookie, domain="127.0.0.1", path="/")
        assert_nobody(back(browser, answer), browser)

    (denied,) = denials(tmp_path)
    assert denied.facts["reason"] == "code_refused"


def test_an_issuer_that_takes_a_code_twice_opens_no_second_session_either(
    tmp_path: Path, issuer: SigningIssuer
) -> None:
    issuer.is_sloppy = True
    with served(tmp_path, issuer) as browser:
        answer = answered(sent(browser))
        stolen = browser.cookies[ATTEMPT]
        assert back(browser, answer).status_code == 200
        browser.post("/sign-out")
        browser.cookies.clear()
        browser.cookies.set(ATTEMPT, stolen, domain="127.0.0.1", path="/")
        assert_nobody(back(browser, answer), browser)
        assert len(issuer.redeemed) == 2

    (denied,) = denials(tmp_path)
    assert denied.facts["reason"] == "replayed"
    assert denied.actor is not None


def test_any_process_of_the_service_goes_on_with_what_another_began(
    tmp_path: Path, issuer: SigningIssuer
) -> None:
    issuer.is_sloppy = True
    with served(tmp_path, issuer) as one, served(tmp_path, issuer) as other:
        answer = answered(sent(one))
        cookie = one.cookies[ATTEMPT]
        other.cookies.set(ATTEMPT, cookie, domain="127.0.0.1", path="/")

        assert back(other, answer).status_code == 200
        assert back(one, answer).status_code == 401


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"nonce": "another"}, "wrong_nonce"),
        ({"nonce": None}, "wrong_nonce"),
        ({"nonce": "\ud800"}, "wrong_nonce"),
        ({"aud": "another-client"}, "wrong_audience"),
        ({"aud": "case-summarizer"}, "wrong_audience"),
        ({"aud": [CLIENT, "another-client"]}, "wrong_audience"),
        ({"azp": "another-client"}, "wrong_audience"),
        ({"exp": 1}, "expired"),
        ({"iat": None}, "malformed"),
        ({"cnf": {"jkt": "x"}}, "bound"),
    ],
)
def test_an_id_token_that_is_not_for_this_sign_in_is_refused_and_on_record(
    tmp_path: Path, issuer: SigningIssuer, said: dict[str, Any], reason: str
) -> None:
    issuer.said = said
    with served(tmp_path, issuer) as browser:
        assert_nobody(came_back(browser), browser)

    (denied,) = denials(tmp_path)
    assert denied.facts["reason"] == reason
    assert str(denied.facts["credential"]).startswith("oidc-")
    assert denied.actor is not None


@pytest.mark.parametrize("changed", [{"typ": "at+jwt"}, {"typ": "logout+jwt"}, {"alg": "none"}])
def test_what_is_no_id_token_of_the_issuer_signs_nobody_in(
    browser: httpx.Client, issuer: SigningIssuer, changed: dict[str, Any]
) -> None:
    issuer.header = changed

    assert_nobody(came_back(browser), browser)


def test_an_id_token_that_somebody_else_signed_signs_nobody_in(
    browser: httpx.Client, issuer: SigningIssuer
) -> None:
    address = sent(browser)
    issuer.key_set = issuer.content(KEY_SET)
    issuer.signers = [rsa_signer("stranger")]

    assert_nobody(back(browser, answered(address)), browser)


@pytest.mark.parametrize("audience", [CLIENT, [CLIENT]])
def test_the_authorized_party_may_be_named(
    browser: httpx.Client, issuer: SigningIssuer, audience: object
) -> None:
    issuer.said = {"aud": audience, "azp": CLIENT}

    assert came_back(browser).status_code == 200


@pytest.mark.parametrize("iss", ["https://login.other.example", None])
def test_an_answer_of_another_issuer_is_not_taken(
    browser: httpx.Client, issuer: SigningIssuer, iss: str | None
) -> None:
    issuer.iss = iss

    assert_nobody(came_back(browser), browser)
    assert issuer.redeemed == []


def test_an_issuer_that_does_not_promise_its_name_may_leave_it_out(
    browser: httpx.Client, issuer: SigningIssuer
) -> None:
    issuer.iss = None
    del issuer.described["authorization_response_iss_parameter_supported"]

    assert came_back(browser).status_code == 200


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ("access_denied", "access_denied"),
        ("login_required", "login_required"),
        ("<script>Jane Miller</script>", "issuer_error"),
    ],
)
def test_a_refusal_of_the_issuer_is_a_page_and_on_record(
    tmp_path: Path, issuer: SigningIssuer, error: str, reason: str
) -> None:
    issuer.error = error
    with served(tmp_path, issuer) as browser:
        response = came_back(browser)
        assert_nobody(response, browser)
        assert reason in response.text
        assert "Jane Miller" not in response.text
        assert "Sign in with" in response.text

    (denied,) = denials(tmp_path)
    assert denied.facts["reason"] == reason


def test_a_parameter_that_comes_twice_is_no_answer(
    browser: httpx.Client, issuer: SigningIssuer
) -> None:
    answer = answered(sent(browser))
    query = urlencode([*answer.items(), ("code", "another")])

    response = browser.get(f"/sign-in/callback?{query}")

    assert_nobody(response, browser)
    assert issuer.redeemed == []


@pytest.mark.parametrize("said", [{"roles": []}, {"roles": ["visitor"]}, {"sub": None}])
def test_who_has_no_role_is_told_so_and_is_on_record(
    tmp_path: Path, issuer: SigningIssuer, said: dict[str, Any]
) -> None:
    issuer.said = said
    with served(tmp_path, issuer) as browser:
        response = came_back(browser)
        assert_nobody(response, browser, status=403)
        assert "visitor" not in response.text

    (denied,) = denials(tmp_path)
    assert denied.facts["reason"] == ("no_name" if "sub" in said else "no_role")
    assert (denied.actor is None) is ("sub" in said)


def test_an_issuer_that_is_down_is_a_page_and_keys_still_sign_in(
    tmp_path: Path, issuer: SigningIssuer
) -> None:
    with served(tmp_path, issuer) as browser:
        answer = answered(sent(browser))
        issuer.stop()
        response = back(browser, answer)
        assert_nobody(response, browser, status=503)
        assert "did not answer" in response.text
        assert browser.post("/sign-in", data={"key": "badge:risk:ada"}).status_code == 303

    assert denials(tmp_path) == []


def test_an_issuer_that_was_never_there_is_a_page_too(tmp_path: Path) -> None:
    with SigningIssuer() as issuer:
        issuer.stop()
        with served(tmp_path, issuer) as browser:
            response = browser.get("/sign-in/issuer")

    assert response.status_code == 503
    assert "Your key" in response.text
    assert ATTEMPT not in browser.cookies


@pytest.mark.parametrize(
    "described",
    [
        {"authorization_endpoint": None},
        {"authorization_endpoint": "http://login.bank.example/auth"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "https://login.bank.example/auth#here"},
        {"token_endpoint": None},
        {"token_endpoint": "https://login.other.example/token"},
        {"token_endpoint": "http://127.0.0.1:9/token"},
        {"code_challenge_methods_supported": ["plain"]},
    ],
)
def test_an_issuer_that_describes_no_safe_way_is_not_used(
    browser: httpx.Client, issuer: SigningIssuer, described: dict[str, Any]
) -> None:
    issuer.described.update(described)

    response = browser.get("/sign-in/issuer")

    assert (response.status_code, "no way to sign in" in response.text) == (503, True)


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_a_confidential_client_shows_its_secret_to_the_issuer_alone(
    tmp_path: Path, issuer: SigningIssuer, method: str
) -> None:
    issuer.secret = SECRET
    issuer.described["token_endpoint_auth_methods_supported"] = [method]
    secrets = tmp_path / "secrets"
    secrets.touch(mode=0o600)
    secrets.write_text(f"SUMMARIZER_OIDC_CLIENT_SECRET={SECRET}\n")
    with (
        capture_logs() as logs,
        served(tmp_path, issuer, secrets_file=secrets) as browser,
    ):
        address = sent(browser)
        response = back(browser, answered(address))

    assert response.status_code == 200
    assert SECRET not in address + response.text + repr(logs)
    (form,) = issuer.redeemed
    assert ("client_secret" in form) is (method == "client_secret_post")


def test_a_client_that_the_issuer_does_not_know_is_a_matter_for_the_operator(
    tmp_path: Path, issuer: SigningIssuer
) -> None:
    issuer.secret = SECRET
    with served(tmp_path, issuer, oidc_client_secret="another") as browser:
        response = came_back(browser)

    assert_nobody(response, browser, status=503)
    assert "SUMMARIZER_OIDC_CLIENT_SECRET" in response.text


def test_a_session_lasts_as_long_as_any_whatever_the_id_token_says(
    tmp_path: Path, issuer: SigningIssuer
) -> None:
    with served(tmp_path, issuer) as browser:
        before = datetime.now(UTC)
        assert came_back(browser).status_code == 200

    with sqlite3.connect(tmp_path / "access.db") as connection:
        ((expires,),) = connection.execute("SELECT expires FROM access_session").fetchall()
    connection.close()
    ends = datetime.fromisoformat(expires) - before
    assert timedelta(hours=7, minutes=59) < ends < timedelta(hours=8, minutes=1)


def test_signing_out_ends_the_session_and_leads_to_the_issuer(
    browser: httpx.Client, issuer: SigningIssuer
) -> None:
    assert came_back(browser).status_code == 200
    cookie = {"Cookie": f"{SESSION}={browser.cookies[SESSION]}"}

    response = browser.post("/sign-out")

    assert response.status_code == 200
    assert f"{issuer.origin}/realm/end?client_id={CLIENT}" in response.text
    assert SESSION not in browser.cookies
    assert browser.get("/", headers=cookie).headers["location"].startswith("/sign-in")


def test_signing_out_says_so_where_the_issuer_names_no_place_for_it(
    browser: httpx.Client, issuer: SigningIssuer
) -> None:
    del issuer.described["end_session_endpoint"]
    assert came_back(browser).status_code == 200

    response = browser.post("/sign-out")

    assert (response.status_code, "may still be signed in" in response.text) == (200, True)
    assert SESSION not in browser.cookies


def test_who_signed_in_by_a_key_signs_out_here_alone(browser: httpx.Client) -> None:
    made = browser.post("/v1/keys", json={"role": "risk"}, headers=badge(Role.ADMIN))
    assert browser.post("/sign-in", data={"key": made.json()["key"]}).status_code == 303

    response = browser.post("/sign-out")

    assert (response.status_code, response.headers["location"]) == (303, "/sign-in")


def test_signing_in_at_the_issuer_ends_the_session_there_was(
    browser: httpx.Client, issuer: SigningIssuer
) -> None:
    """An issuer on the bank's own site: the browser brings the session along."""
    browser.post("/sign-in", data={"key": "badge:agent:mallory"})
    before = {"Cookie": f"{SESSION}={browser.cookies[SESSION]}"}
    issuer.error = "access_denied"
    assert came_back(browser).status_code == 401
    assert browser.get("/playground", headers=before).status_code == 200

    issuer.error = None
    assert came_back(browser).status_code == 200

    assert browser.get("/playground", headers=before).status_code == 303
    assert browser.get("/").status_code == 200


def test_too_many_ways_to_the_issuer_from_one_address_ask_nothing_of_it(
    tmp_path: Path, issuer: SigningIssuer
) -> None:
    with served(tmp_path, issuer, requests_per_minute=3) as browser:
        answer = answered(sent(browser))
        assert back(browser, {**answer, "state": "x"}).status_code == 401
        assert browser.get("/sign-in/issuer").status_code == 303
        limited = [browser.get("/sign-in/issuer"), back(browser, answer)]

    assert [each.status_code for each in limited] == [429, 429]
    assert "retry-after" in limited[0].headers
    assert issuer.redeemed == []


def test_without_an_issuer_nothing_offers_one(tmp_path: Path) -> None:
    with service(tmp_path) as client, browser_of(client) as browser:
        assert "Sign in with" not in browser.get("/sign-in").text
        assert browser.get("/sign-in/issuer").status_code == 404
        assert browser.get("/sign-in/callback", params={"code": "x"}).status_code == 404


def test_nothing_of_a_sign_in_is_kept_or_logged(tmp_path: Path, issuer: SigningIssuer) -> None:
    with capture_logs() as logs, served(tmp_path, issuer) as browser:
        answer = answered(sent(browser))
        cookie = browser.cookies[ATTEMPT]
        assert back(browser, answer).status_code == 200
        session = browser.cookies[SESSION]

    kept = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    (form,) = issuer.redeemed
    for each in (answer["code"], answer["state"], form["code_verifier"], cookie, session):
        assert each not in repr(logs)
        assert each.encode() not in kept


class OddIssuer(SigningIssuer):
    """Refuses every code, in a form that no standard knows."""

    def reply(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        if method == "POST":
            return Reply(400, b'{"error": ["invalid_grant"]}')
        return super().reply(method, path, headers, body)


def test_an_issuer_that_refuses_in_a_form_of_its_own_signs_nobody_in(tmp_path: Path) -> None:
    with OddIssuer() as issuer, served(tmp_path, issuer) as browser:
        issuer.redirects.add(REDIRECT)
        assert_nobody(came_back(browser), browser)

    (denial,) = denials(tmp_path)
    assert denial.facts["reason"] == "code_refused"
