"""What a browser is told where there is no page to show: the same as a program, for a person."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI, Request

from summarizer.access.caller import Authenticated
from summarizer.api.shield import Running, Shield
from tests.api.pages.test_permissions import signed_in
from tests.api.pages.test_signin import PAGE
from tests.api.services import application, assert_problem, logged, service

SECRET = "Zanzibar-7731"


class Faulty:
    """Fails on every token in a way that nobody foresaw, and quotes it."""

    def knows(self, token: str) -> bool:
        return token == SECRET

    async def caller(self, token: str) -> Authenticated:
        raise ValueError(token)


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[httpx.Client]:
    with (
        service(tmp_path, others=[Faulty()]) as client,
        httpx.Client(base_url=client.base_url, timeout=30, trust_env=False, headers=PAGE) as own,
    ):
        yield own


@pytest.mark.parametrize(
    ("path", "methods"),
    [("/sign-in", "GET, POST"), ("/sign-out", "POST"), ("/new", "GET, POST"), ("/metrics", "GET")],
)
@pytest.mark.parametrize("accept", ["text/html", "*/*"])
def test_a_wrong_method_names_the_right_ones(
    browser: httpx.Client, path: str, methods: str, accept: str
) -> None:
    response = browser.delete(path, headers={"Accept": accept})

    assert response.status_code == 405
    assert response.headers["allow"] == methods
    assert ("<h1>" in response.text) is (accept == "text/html")


def test_who_is_not_let_in_is_told_how_to_be(browser: httpx.Client) -> None:
    response = browser.get("/metrics")

    assert (response.status_code, "<h1>" in response.text) == (401, True)
    assert response.headers["www-authenticate"] == 'Bearer realm="summarizer"'


def test_whoever_looks_too_often_is_told_when_to_come_again(tmp_path: Path) -> None:
    with (
        service(tmp_path, requests_per_minute=2) as client,
        signed_in(client, "badge:engineer:ada") as browser,
    ):
        shown = [browser.get("/playground", headers=PAGE) for _ in range(3)]

    assert [each.status_code for each in shown] == [200, 200, 429]
    assert 1 <= int(shown[-1].headers["retry-after"]) <= 30
    assert shown[-1].headers["ratelimit"].startswith('"caller";r=0;t=')
    assert "<h1>The caller asks too often</h1>" in shown[-1].text


def test_an_unforeseen_fault_is_a_page_with_what_to_quote_and_nothing_of_the_fault(
    browser: httpx.Client,
) -> None:
    with logged() as lines:
        response = browser.post(
            "/sign-in", data={"key": SECRET}, headers={"X-Request-Id": "r-7731"}
        )

    assert response.status_code == 500
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["x-request-id"] == "r-7731"
    assert response.headers["cache-control"] == "no-store"
    assert "style-src 'self'" in response.headers["content-security-policy"]
    for shown in ("<h1>Internal error</h1>", "INTERNAL", "r-7731"):
        assert shown in response.text
    assert "set-cookie" not in response.headers
    assert SECRET not in response.text + repr(lines)
    assert "ValueError" not in response.text


def test_a_program_is_told_of_an_unforeseen_fault_as_before(browser: httpx.Client) -> None:
    response = browser.post("/sign-in", data={"key": SECRET}, headers={"Accept": "*/*"})

    assert_problem(response, 500, "INTERNAL")
    assert SECRET not in response.text


@pytest.mark.anyio
async def test_a_fault_that_takes_even_the_page_of_faults_is_a_problem(tmp_path: Path) -> None:
    app = FastAPI()
    app.add_middleware(Shield, running=Running())

    @app.get("/")
    async def page(request: Request) -> None:
        # Every page has the places that whoever is signed in may go to.
        request.state.caller = SECRET
        raise ValueError(SECRET)

    async with (
        application(tmp_path) as app.state.application,
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://localhost", headers=PAGE
        ) as browser,
    ):
        response = await browser.get("/")

    assert_problem(response, 500, "INTERNAL")
    assert SECRET not in response.text
