"""Signing in at the bank's issuer in a real browser, from one site to another and back."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.api.pages.browser.site import WIDTHS, judged, look_options
from tests.api.services import application, serving
from tests.signing_issuers import CLIENT, SigningIssuer


@pytest.fixture
def issuer() -> Iterator[SigningIssuer]:
    with SigningIssuer() as local:
        local.prompts = True
        local.said = {"roles": ["risk"], "sub": "rita"}
        yield local


@contextmanager
def door(folder: Path, issuer: SigningIssuer, browser: Browser, **options: Any) -> Iterator[Page]:
    """A page before the service; it and the issuer are two sites to a browser."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = f"http://localhost:{port}"
    issuer.redirects.add(f"{own}/sign-in/callback")
    settings: dict[str, Any] = {
        "oidc_issuer": issuer.url,
        "oidc_audience": "case-summarizer",
        "oidc_client_id": CLIENT,
        "oidc_redirect": f"{own}/sign-in/callback",
    }
    with serving(partial(application, folder, **settings), port=port):
        context = browser.new_context(base_url=own, **options)
        try:
            yield context.new_page()
        finally:
            context.close()


@pytest.mark.parametrize("with_scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_person_goes_to_the_issuer_and_comes_back_to_the_page_they_wanted_and_signs_out(
    tmp_path: Path, issuer: SigningIssuer, browser: Browser, *, with_scripts: bool
) -> None:
    with door(tmp_path, issuer, browser, java_script_enabled=with_scripts) as page:
        page.goto("/dashboard")
        page.get_by_role("link", name="Sign in with 127.0.0.1").click()
        page.get_by_role("button", name="Continue as Maria").click()

        page.wait_for_url("**/dashboard")
        expect(page.get_by_text("rita (risk)")).to_be_visible()
        session = next(
            each for each in page.context.cookies() if each["name"] == "summarizer-session"
        )
        assert (session["sameSite"], session["httpOnly"]) == ("Strict", True)
        assert len(page.context.cookies()) == 1

        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url("**/sign-in")
        assert page.url.startswith("http://localhost:")
        assert any("/realm/end" in each for each in issuer.asked)
        assert page.context.cookies() == []
        page.goto("/dashboard")
        expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()


def test_who_is_refused_by_the_issuer_reads_why_and_may_try_again(
    tmp_path: Path, issuer: SigningIssuer, browser: Browser
) -> None:
    issuer.error = "access_denied"
    with door(tmp_path, issuer, browser) as page:
        page.goto("/sign-in")
        page.get_by_role("link", name="Sign in with").click()
        page.get_by_role("button", name="Continue as Maria").click()

        expect(page.get_by_role("alert")).to_contain_text("access_denied")
        expect(page.get_by_role("link", name="Sign in with")).to_be_visible()
        expect(page.get_by_label("Your key")).to_be_visible()


def test_a_page_of_another_site_signs_nobody_in_behind_their_back(
    tmp_path: Path, issuer: SigningIssuer, browser: Browser
) -> None:
    with door(tmp_path, issuer, browser) as page:
        page.goto("/sign-in")
        own = page.url.removesuffix("/sign-in")
        page.goto(f"{issuer.origin}/realm/keys")
        page.set_content(f'<a href="{own}/sign-in/issuer">Win a prize</a>')
        page.get_by_role("link", name="Win a prize").click()

        expect(page.locator("body")).to_contain_text("CROSS_SITE")


@pytest.mark.parametrize("look", WIDTHS)
def test_the_pages_on_the_way_have_no_violation_and_fit(
    tmp_path: Path, issuer: SigningIssuer, browser: Browser, look: str
) -> None:
    del issuer.described["end_session_endpoint"]
    with door(tmp_path, issuer, browser, **look_options(look)) as page:
        page.goto("/sign-in")
        assert judged(page, "sign-in-issuer", look) == []
        page.get_by_role("link", name="Sign in with").click()
        page.get_by_role("button", name="Continue as Maria").click()
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_text("You may still be signed in")).to_be_visible()
        assert judged(page, "signed-out", look) == []
