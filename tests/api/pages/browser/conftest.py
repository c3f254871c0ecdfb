"""One service and one browser for all tests here."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.api.pages.browser.site import HOSTILE, Site, opened_browser, opened_site, samples


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with opened_browser() as browser:
        yield browser


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Site]:
    """The sample cases and a hostile one, summarized by the scripted model."""
    with opened_site(tmp_path_factory.mktemp("site"), browser) as site:
        for ticket in (*samples(), HOSTILE):
            site.summaries[str(ticket["id"])] = site.summarize(ticket)
        yield site
