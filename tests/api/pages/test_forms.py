"""What a page posts, and what is answered that cannot be read."""

from collections.abc import Iterator

import httpx
import pytest

from summarizer.access.sessions import form_token
from tests.api.pages.test_signin import PAGE

SECRET = "Zanzibar-7731"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def engineer(client: httpx.Client) -> Iterator[httpx.Client]:
    """An engineer who is signed in, with the token of every form."""
    with httpx.Client(base_url=client.base_url, timeout=30, trust_env=False, headers=PAGE) as own:
        own.post("/sign-in", data={"key": "badge:engineer:ada"})
        own.headers["X-Form-Token"] = form_token(own.cookies["summarizer-session"])
        yield own


def test_a_form_is_read_in_any_script_and_shown_as_it_was(engineer: httpx.Client) -> None:
    response = engineer.post("/playground", data={"text": "Grüße & <b>Ζαΐμης</b>\r\nzwei"})

    assert "Grüße &amp; &lt;b&gt;Ζαΐμης&lt;/b&gt;\nzwei" in response.text


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"text=%ff%fe", FORM, 400),
        (b"text=\xff", FORM, 400),
        (b"&".join(b"a=b" for _ in range(200)), FORM, 400),
        (b'{"text": "x"}', {"Content-Type": "application/json"}, 415),
        (b"text=" + b"x" * 3_000_000, FORM, 413),
    ],
    ids=["no UTF-8", "no ASCII", "too many fields", "no form", "too long"],
)
def test_what_is_no_form_is_refused_on_a_page(
    engineer: httpx.Client, content: bytes, headers: dict[str, str], status: int
) -> None:
    response = engineer.post("/playground", content=content, headers=headers)

    assert response.status_code == status
    assert "<h1>" in response.text


def test_a_form_without_its_token_is_refused_and_quoted_nowhere(engineer: httpx.Client) -> None:
    del engineer.headers["X-Form-Token"]

    for given in ({}, {"form_token": SECRET}):
        response = engineer.post("/playground", data={"text": SECRET, **given})
        assert response.status_code == 403
        assert SECRET not in response.text


@pytest.mark.parametrize("since", [SECRET, "9999-12-31", "0001-01-01"])
def test_a_filter_that_is_none_says_so_on_a_page(client: httpx.Client, since: str) -> None:
    with httpx.Client(base_url=client.base_url, timeout=30, trust_env=False, headers=PAGE) as risk:
        risk.post("/sign-in", data={"key": "badge:risk:ada"})
        response = risk.get("/events", params={"since": since})

    assert response.status_code == 422
    assert "<h1>" in response.text
    assert "since" in response.text
    assert SECRET not in response.text
