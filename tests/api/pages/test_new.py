"""A form for a ticket, and the samples that it offers."""

import html
import json
import re
from pathlib import Path

import httpx
import pytest

from summarizer.api.samples import samples
from tests.api.pages.test_permissions import signed_in
from tests.api.services import service
from tests.routes import REPOSITORY


def _ticket_in(page: httpx.Response) -> str:
    """What stands in the form's field."""
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", page.text, re.DOTALL)
    assert found is not None
    return html.unescape(found[1])


def test_the_samples_are_those_of_the_project() -> None:
    assert list(samples()) == sorted(path.stem for path in (REPOSITORY / "samples").glob("*.json"))


@pytest.mark.parametrize("name", samples())
def test_a_sample_stands_in_the_form_under_a_case_id_of_its_own_and_can_be_sent(
    tmp_path: Path, name: str
) -> None:
    with service(tmp_path) as client, signed_in(client, "badge:agent:ada") as browser:
        assert f'href="/new?sample={name}"' in browser.get("/new").text
        offered = _ticket_in(browser.get("/new", params={"sample": name}))
        sent = browser.post("/new", data={"ticket": offered})

    shipped, ticket = json.loads(samples()[name]), json.loads(offered)
    assert re.fullmatch(r"sample-[0-9a-f]{8}", ticket["id"])
    assert {**ticket, "id": ""} == {**shipped, "id": ""}
    assert (sent.status_code, sent.headers["location"][:7]) == (303, "/cases/")


def test_a_sample_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with service(tmp_path) as client, signed_in(client, "badge:agent:ada") as browser:
        assert browser.get("/new", params={"sample": "../policies"}).status_code == 404
