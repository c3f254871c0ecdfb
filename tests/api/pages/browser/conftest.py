"""One service and one browser for all tests here."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import anyio
import pytest
from playwright.sync_api import Browser

from summarizer.api.history import add_evaluations
from summarizer.settings import Settings
from tests.api.pages.browser.site import HOSTILE, Site, opened_browser, opened_site, samples


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with opened_browser() as browser:
        yield browser


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Site]:
    """The sample cases and a hostile one, summarized by the scripted model, and two runs."""
    data_dir = tmp_path_factory.mktemp("site")
    settings = Settings(data_dir=data_dir, model="extractive")
    with ThreadPoolExecutor() as pool:
        # Playwright's own loop runs in this thread.
        pool.submit(anyio.run, add_evaluations, settings).result()
    with opened_site(data_dir, browser) as site:
        site.runs.extend(site.runs_on_record())
        for ticket in (*samples(), HOSTILE):
            site.summaries[str(ticket["id"])] = site.summarize(ticket)
        yield site
