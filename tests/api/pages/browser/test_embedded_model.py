"""A ticket through the pages with the embedded model, which takes its time."""

import json
from pathlib import Path

import pytest
from platformdirs import user_cache_path
from playwright.sync_api import Browser, expect

from summarizer.llm.embedded.model_file import locate
from tests.api.pages.browser.site import opened_site

_MILLISECONDS = 600_000
_SAID = (
    """Hello, this is Margaret Whitfield. Somebody stole my debit card this morning and has already
paid $412.60 at an electronics shop. Please block the card now!""",
    "I am sorry to hear that. Do you recognise any other payment?",
    "No, only the $412.60, and that was not me.",
)
TICKET = {
    "id": "T-slow",
    "messages": [
        {"author": ("customer", "agent")[number % 2], "body": body}
        for number, body in enumerate(_SAID)
    ],
}

pytestmark = [
    pytest.mark.model,
    pytest.mark.timeout(900),
    pytest.mark.skipif(
        locate(user_cache_path("case-summarizer")) is None,
        reason="the embedded model is not there; run `make model`",
    ),
]


def test_a_slow_model_is_seen_to_work_and_its_summary_is_about_the_ticket(
    tmp_path: Path, browser: Browser
) -> None:
    with opened_site(tmp_path, browser, model="embedded") as site, site.visit("agent") as page:
        page.goto("/new")
        page.get_by_label("Ticket").fill(json.dumps(TICKET))
        page.get_by_role("button", name="Summarize").click()
        expect(page.locator("[data-step=redacted]")).to_have_class("done", timeout=_MILLISECONDS)
        page.wait_for_url("**/cases/*", timeout=_MILLISECONDS)

        expect(page.locator("#summary")).to_contain_text("412.60")
        expect(page.get_by_text("embedded:")).to_be_visible()
        assert "Whitfield" not in page.content()
