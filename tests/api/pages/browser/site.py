"""The whole service with its own detector and the scripted model, and a browser in front of it."""

import json
import os
import shutil
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, StorageState, sync_playwright

from summarizer.access.development import renew_development_keys
from summarizer.bootstrap import Application, open_application
from summarizer.settings import Settings
from tests.api.services import serving
from tests.routes import REPOSITORY

SHOTS = REPOSITORY / "out" / "pages"
"""Screenshots of every page, for a person to look at."""
WIDTHS = {"light": 1280, "dark": 1280, "narrow": 360}
_AXE = Path(__file__).parent / "axe" / "axe.min.js"
"""Of axe-core 4.14.1 (MPL-2.0); what it finds is a violation of WCAG 2.2 AA or of good practice."""
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

MARKUP = "\"><img src=x onerror=document.title='owned'><script>document.title='owned'</script>"
"""Would run in a page that let it."""
HOSTILE = {
    "id": f"T-9{MARKUP}",
    "channel": "email",
    "subject": f"Subject {MARKUP}",
    "requester": {"name": f"Name {MARKUP}", "email": "mallory@example.com"},
    "messages": [
        {
            "author": "customer",
            "author_name": f"Author {MARKUP}",
            "body": f"My card was stolen. {MARKUP} {{{{ 7 * 191 }}}} javascript:alert(1)",
            "attachments": [{"name": f"a{MARKUP}.png", "media_type": "image/png", "bytes": 1}],
        }
    ],
    "fields": {"product": f"value {MARKUP}"},
    "tags": [f"tag {MARKUP}"],
}


@dataclass
class Site:
    """The service, its keys, and the summaries it begins with."""

    address: str
    keys: Mapping[str, str]
    browser: Browser
    summaries: dict[str, str] = field(default_factory=dict)
    """Case id -> id of its summary."""
    runs: list[str] = field(default_factory=list)
    """Ids of the evaluation runs it begins with, the newest first."""
    signed_in: dict[str, StorageState] = field(default_factory=dict)
    """Who -> the cookie of their session."""

    @contextmanager
    def visit(self, who: str | None = None, **options: Any) -> Iterator[Page]:
        """Open a page of a context of its own; `who` is signed in."""
        if who in self.signed_in:
            options["storage_state"] = self.signed_in[who]
        context = self.browser.new_context(base_url=self.address, **options)
        try:
            page = context.new_page()
            if who is not None and who not in self.signed_in:
                sign_in(page, self.keys[f"development-{who}"])
                self.signed_in[who] = context.storage_state()
            yield page
        finally:
            context.close()

    def runs_on_record(self) -> list[str]:
        """Ask over HTTP which evaluation runs there are."""
        headers = {"Authorization": f"Bearer {self.keys['development-engineer']}"}
        response = httpx.get(f"{self.address}/v1/evals", headers=headers, trust_env=False)
        return [str(each["id"]) for each in response.json()["evaluations"]]

    def summarize(self, ticket: Mapping[str, Any]) -> str:
        """Have a ticket summarized over HTTP; return the id of its summary."""
        headers = {"Authorization": f"Bearer {self.keys['development-agent']}"}
        response = httpx.post(
            f"{self.address}/v1/summaries",
            json=ticket,
            headers=headers,
            timeout=60,
            trust_env=False,
        )
        assert response.status_code == 200, response.text
        return str(response.json()["audit"]["event_ids"][-1])


def sign_in(page: Page, key: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("Your key").fill(key)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def judged(page: Page, name: str, look: str) -> list[tuple[str, list[str]]]:
    """Take a picture of a page for a person to look at; return what axe finds, and what is wide.

    The page's own policy lets nothing foreign run, so that the context must go without it.
    """
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}-{look}.png", full_page=True)
    page.add_script_tag(path=_AXE)
    found = page.evaluate("async () => (await axe.run()).violations")
    wide = page.evaluate("document.documentElement.scrollWidth")
    violations = [(each["id"], [node["html"] for node in each["nodes"]]) for each in found]
    return violations if wide <= WIDTHS[look] else [*violations, ("wide", [str(wide)])]


def look_options(look: str) -> dict[str, Any]:
    """What a browser's context is opened with to show a look, and to let axe run."""
    return {
        "color_scheme": "dark" if look == "dark" else "light",
        "viewport": {"width": WIDTHS[look], "height": 900},
        "bypass_csp": True,
    }


def samples() -> list[dict[str, Any]]:
    paths = sorted((REPOSITORY / "samples").glob("*.json"))
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths]


@contextmanager
def opened_browser() -> Iterator[Browser]:
    """Start the Chromium that is installed; a build that must have one sets REQUIRE_BROWSER."""
    executable = next(filter(None, map(shutil.which, _NAMES)), None)
    if executable is None:
        missing = "no Chromium is installed; Debian has it: apt-get install chromium"
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail(missing)
        pytest.skip(missing)
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=executable, args=_FLAGS) as browser,
    ):
        yield browser


@contextmanager
def opened_site(data_dir: Path, browser: Browser, *, model: str = "scripted") -> Iterator[Site]:
    """Serve with a key per role."""
    keys: dict[str, str] = {}

    @asynccontextmanager
    async def opened() -> AsyncIterator[Application]:
        settings = Settings(data_dir=data_dir, model=model)
        async with open_application(settings) as application:
            issued = await renew_development_keys(
                application.desk.keys, application.store, actor="serve", now=datetime.now(UTC)
            )
            keys.update({key.stored.name: key.secret for key in issued})
            yield application

    with serving(opened) as client:
        yield Site(str(client.base_url).rstrip("/"), keys, browser)
