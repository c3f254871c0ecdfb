"""The files that pages load: our own, and one of htmx that is exactly the published one."""

import hashlib
from pathlib import Path

import httpx
import pytest

import summarizer.api.pages
from summarizer.api.pages.assets import asset

STATIC = Path(summarizer.api.pages.__file__).parent / "static"
TEMPLATES = STATIC.parent / "templates"
HTMX = "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717"
"""Of `dist/htmx.min.js` in htmx.org 2.0.11."""


def test_htmx_is_the_published_file_and_its_licence_lies_beside_it() -> None:
    assert hashlib.sha256((STATIC / "htmx.min.js").read_bytes()).hexdigest() == HTMX
    assert "Zero-Clause BSD" in (STATIC / "htmx.LICENSE").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["pages.css", "pages.js", "htmx.min.js", "icon.svg"])
def test_a_file_may_be_kept_since_its_address_names_its_content(
    client: httpx.Client, name: str
) -> None:
    response = client.get(asset(name))

    assert response.content == (STATIC / name).read_bytes()
    assert "immutable" in response.headers["cache-control"]
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "/static/0000000000000000/pages.css",
        asset("pages.css").replace("pages.css", "pages.js"),
        "/static/x/..%2f..%2fsite.py",
        "/static/x/htmx.LICENSE",
    ],
)
def test_nothing_else_is_given_out(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_no_template_has_code_or_style_in_it_or_turns_escaping_off(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    for forbidden in ("<style", " style=", "javascript:", " onclick", "|safe", "| safe", "://"):
        assert forbidden not in text
    assert text.count("<script") == text.count("<script src=\"{{ asset('")
