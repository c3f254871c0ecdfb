"""SECURITY.md: every threat names tests that exist, and the picture can be read in both modes."""

import re
from xml.etree import ElementTree as ET

from tests.routes import REPOSITORY

PAGE = (REPOSITORY / "SECURITY.md").read_text(encoding="utf-8")
PICTURE = REPOSITORY / "docs" / "data-flow.svg"
_SVG = "{http://www.w3.org/2000/svg}"


def rows() -> list[list[str]]:
    """The rows of the table of threats."""
    section = PAGE.partition("## Threats")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


def test_every_threat_has_a_measure_and_tests_that_exist() -> None:
    assert len(rows()) > 20
    for threat, measure, held in rows():
        paths = re.findall(r"`([^`]+)`", held)
        assert threat
        assert measure
        assert paths, threat
        for path in paths:
            assert "def test_" in (REPOSITORY / path).read_text(encoding="utf-8"), path


def test_every_link_of_the_page_leads_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)", PAGE)

    assert "docs/data-flow.svg" in links
    assert all((REPOSITORY / link).exists() for link in links)


def test_the_picture_says_in_words_what_it_shows_and_has_colours_for_dark_pages() -> None:
    root = ET.fromstring(PICTURE.read_text(encoding="utf-8"))  # noqa: S314 - our own file
    style = root.findtext(f".//{_SVG}style") or ""
    light, _, dark = style.partition("@media (prefers-color-scheme:dark)")
    used = {name for each in root.iter() for name in each.get("class", "").split()}

    assert root.findtext(f"{_SVG}title")
    assert root.findtext(f"{_SVG}desc")
    assert all(f".{name}{{" in light or f".{name}," in light for name in used)
    assert all(f".{name}{{" in dark or f".{name}," in dark for name in used)
    assert not any(each.get("fill") or each.get("stroke") for each in root.iter())
