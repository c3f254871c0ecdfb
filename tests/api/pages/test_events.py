"""The list of events: who opens it is on record, and who keeps it open is so now and then."""

import html
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio
import httpx

from summarizer.audit import Record
from summarizer.casework.events import record_reading
from tests.api.pages.test_permissions import readings, signed_in, summarized
from tests.api.services import recorded, service
from tests.audit.logs import Log

RITA = "badge:risk:rita"


def _next_look(response: httpx.Response) -> str:
    """The address at which an open list looks for new events."""
    assert response.status_code == 200, response.text
    (path,) = re.findall(r'hx-get="(/events/rows[^"]*)"', response.text)
    return html.unescape(path)


def _looked(folder: Path) -> str:
    """Have rita on record with a look at the list that was followed until now."""
    end = datetime.now(UTC)
    what = {"follows_until": end.isoformat()}

    async def run() -> str:
        async with Log(f"sqlite:///{folder / 'audit.db'}", folder).opened() as store:
            return await record_reading(store, "list", what, actor="rita", now=end)

    return anyio.run(run)


def _lists(folder: Path) -> list[Record]:
    return [record for record in readings(folder, "rita") if record.facts["action"] == "list"]


def test_an_open_list_is_on_record_once_however_often_it_looks(tmp_path: Path) -> None:
    with service(tmp_path) as client, signed_in(client, RITA) as browser:
        shown = browser.get("/events?actor=agent")
        summarized(client)
        shown = browser.get("/events?actor=agent")
        for _ in range(3):
            shown = browser.get(_next_look(shown))
        assert "Outcome" in shown.text

    first, second = _lists(tmp_path)
    assert first.body is not None
    assert second.body is not None
    assert second.body["actor"] == "agent"
    until = datetime.fromisoformat(second.body["follows_until"])
    assert timedelta(minutes=14) < until - second.at < timedelta(minutes=16)


def test_rows_that_no_opened_list_asks_for_are_a_look_of_their_own(tmp_path: Path) -> None:
    with service(tmp_path) as client:
        summarized(client)
        with signed_in(client, "badge:risk:rob") as browser:
            of_rob = _next_look(browser.get("/events"))
        with signed_in(client, RITA) as browser:
            look = _next_look(browser.get("/events")).partition("look=")[2]
            paths = (
                "/events/rows",
                "/events/rows?look=x",
                of_rob,
                f"/events/rows?kind=outcome&look={look}",
                f"/events/rows?case=T-1&look={look}",
            )
            for path in paths:
                _next_look(browser.get(path))

    assert len(_lists(tmp_path)) == 1 + len(paths)


def test_a_look_that_ended_is_recorded_anew_only_if_there_is_something_new(tmp_path: Path) -> None:
    with service(tmp_path) as client:
        summary = summarized(client)
    ended = f"/events/rows?look={_looked(tmp_path)}"
    with service(tmp_path) as client, signed_in(client, RITA) as browser:
        for _ in range(2):
            _next_look(browser.get(ended))
    idle = len(_lists(tmp_path))
    with service(tmp_path) as client, signed_in(client, RITA) as browser:
        client.post(f"/v1/summaries/{summary}/review", json={"decision": "accept"})
        _next_look(browser.get(_next_look(browser.get(ended))))

    assert idle == 1
    assert len(_lists(tmp_path)) == 2


def test_the_look_at_the_events_of_a_case_is_of_that_case(tmp_path: Path) -> None:
    with service(tmp_path) as client:
        summarized(client)
        with signed_in(client, RITA) as browser:
            shown = browser.get("/events?case=T-1")
            browser.get(_next_look(shown))
            browser.get("/events?case=T-404")

    known, unknown = _lists(tmp_path)
    assert known.case is not None
    assert unknown.case is None
    assert "T-404" not in str(recorded(tmp_path)[0])
    assert len({record.case for record in recorded(tmp_path)[0] if record.case}) == 1
