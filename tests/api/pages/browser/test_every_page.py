"""What holds of every page: accessible, readable when narrow, small, alone, and not for hire."""

from typing import NamedTuple
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Page

from tests.api.pages.browser.site import MARKUP, WIDTHS, Site, judged, look_options

MOST_BYTES = 100_000
CASE = "T-2041"


class Shown(NamedTuple):
    """A page, who sees it, and how they get there."""

    name: str
    who: str | None
    path: str
    press: str | None = None
    """A button to press there."""


PAGES = (
    Shown("sign-in", None, "/sign-in"),
    Shown("inbox", "agent", "/"),
    Shown("case", "agent", "/cases/{case}"),
    Shown("case-restored", "agent", "/cases/{case}", "Show personal values"),
    Shown("new", "agent", "/new"),
    Shown("new-sample", "agent", "/new?sample=scam-in-progress"),
    Shown("demo", "agent", "/demo"),
    Shown("events", "risk", "/events"),
    Shown("event", "risk", "/events/{case}"),
    Shown("timeline", "risk", f"/timeline?case={CASE}"),
    Shown("verified", "risk", "/events?kind=outcome", "Verify now"),
    Shown("dashboard", "risk", "/dashboard"),
    Shown("sample", "risk", "/sample"),
    Shown("case-of-risk", "risk", "/cases/{case}"),
    Shown("subjects", "risk", "/subjects"),
    Shown("approvals", "risk", "/approvals"),
    Shown("playground", "engineer", "/playground", "Redact"),
    Shown("in-force", "engineer", "/in-force"),
    Shown("evaluations", "engineer", "/evaluations"),
    Shown("run", "engineer", "/evaluations/{run}"),
    Shown("run-cases", "engineer", "/evaluations/{run}/cases?wrong=any"),
    Shown("run-case", "engineer", "/evaluations/{run}/case?id=ann-045&wrong=any"),
    Shown("compare", "engineer", "/evaluations/compare?base={base}&new={run}"),
    Shown("compare-case", "engineer", "/evaluations/compare/case?base={base}&new={run}&id=ann-045"),
    Shown("keys", "admin", "/keys"),
    Shown("key-made", "admin", "/keys", "Make the key"),
    Shown("key", "admin", "/keys/{key}"),
    Shown("settings", "admin", "/settings"),
    Shown("problem", "agent", "/cases/nothing"),
)


@pytest.fixture(params=PAGES, ids=lambda shown: shown.name)
def shown(request: pytest.FixtureRequest) -> Shown:
    found: Shown = request.param
    return found


def _open(site: Site, page: Page, shown: Shown) -> None:
    run, base = site.runs
    key = site.keys["development-admin"].split("_")[1]
    page.goto(shown.path.format(case=site.summaries[CASE], run=run, base=base, key=key))
    page.wait_for_load_state("networkidle")
    if shown.press is not None:
        page.get_by_role("button", name=shown.press).click()
        page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("look", WIDTHS)
def test_a_page_has_no_violation_and_fits(site: Site, shown: Shown, look: str) -> None:
    with site.visit(shown.who, **look_options(look)) as page:
        _open(site, page, shown)
        assert judged(page, shown.name, look) == []


def test_a_page_loads_nothing_from_elsewhere_and_complains_of_nothing(
    site: Site, shown: Shown
) -> None:
    loaded: list[str] = []
    complaints: list[str] = []
    with site.visit(shown.who) as page:
        page.on("request", lambda request: loaded.append(request.url))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text))
        _open(site, page, shown)

    assert {urlsplit(url).netloc for url in loaded} == {urlsplit(site.address).netloc}
    assert [each for each in complaints if "404" not in each] == []


def test_the_first_page_is_small(site: Site) -> None:
    sizes: list[int] = []
    with site.visit("agent") as page:
        page.on("response", lambda response: sizes.append(len(response.body())))
        page.goto("/")
        page.wait_for_load_state("networkidle")

    assert 0 < sum(sizes) < MOST_BYTES


@pytest.mark.parametrize("case", ["T-2041", "hostile"])
def test_nothing_that_a_customer_wrote_becomes_part_of_a_page(site: Site, case: str) -> None:
    hostile = next(name for name in site.summaries if "<script>" in name)
    name = hostile if case == "hostile" else case
    summary = site.summaries[name]
    paths = {
        "agent": ("/", f"/cases/{summary}"),
        "risk": (
            "/events",
            f"/events?case={quote(hostile)}&actor={quote(hostile)}&outcome={quote(hostile)}",
            f"/events/{summary}",
            f"/timeline?case={quote(name)}",
            "/sample",
            f"/approvals?case={quote(hostile)}",
        ),
    }
    for who, mine in paths.items():
        with site.visit(who) as page:
            for path in mine:
                page.goto(path)
                assert page.locator("img").count() == 0
                assert page.locator("script:not([src])").count() == 0
                assert page.title() != "owned"
                assert "1337" not in page.content()


@pytest.mark.parametrize(
    ("who", "path", "label", "button"),
    [
        ("agent", "/new", "Ticket", "Summarize"),
        ("engineer", "/playground", "Text", "Redact"),
        ("risk", "/subjects", "Name, number or address", "Find"),
    ],
)
def test_nothing_that_is_typed_comes_back_as_part_of_a_page(
    site: Site, who: str, path: str, label: str, button: str
) -> None:
    with site.visit(who) as page:
        page.goto(path)
        page.get_by_label(label, exact=True).fill(f'{{"id": "{MARKUP}"')
        page.get_by_role("button", name=button, exact=True).click()
        page.wait_for_load_state("networkidle")

        assert page.locator("img").count() == 0
        assert page.title() != "owned"


def test_no_other_page_can_frame_one_of_ours(site: Site) -> None:
    with site.visit("agent") as page:
        page.set_content(f'<iframe src="{site.address}/"></iframe>')
        frame = page.frames[-1]
        frame.wait_for_load_state()

        assert frame.get_by_text("Inbox").count() == 0


def test_a_form_without_the_token_of_its_session_does_nothing(site: Site) -> None:
    with site.visit("agent") as page:
        page.goto(f"/cases/{site.summaries[CASE]}")
        page.evaluate(
            "document.querySelectorAll('[name=form_token]').forEach(field => field.value = 'x')"
        )
        page.get_by_role("button", name="Accept").click()
        page.wait_for_load_state()

        assert page.get_by_text("not of your session").is_visible()
        page.goto(f"/cases/{site.summaries[CASE]}")
        assert page.get_by_role("button", name="Accept").is_visible()
        assert page.get_by_text("Decisions").count() == 0


def test_the_keyboard_reaches_the_content_and_shows_where_it_is(site: Site) -> None:
    with site.visit("agent") as page:
        page.goto("/")
        page.keyboard.press("Tab")
        skip = page.get_by_role("link", name="Skip to content")
        assert skip.is_visible()
        outline = skip.evaluate("element => getComputedStyle(element).outlineStyle")
        page.keyboard.press("Enter")

        assert outline == "solid"
        assert page.evaluate("document.activeElement.id") == "main"
