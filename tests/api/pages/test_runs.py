"""An evaluation run through the pages: its cases, two runs compared, and what is not shown."""

import os
import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import anyio
import httpx
import pytest

from summarizer.evals.records import CASES_FILE, RUN_FILE
from summarizer.evaluation import note_run
from tests.api.pages.browser.site import MARKUP
from tests.api.pages.test_permissions import signed_in
from tests.api.services import application, recorded, service
from tests.evals.runs import Kept, keep, right

UNKNOWN = "019a7c52-7d3e-7b60-9f43-0a1b2c3d4e5f"


class Runs(NamedTuple):
    """Ids of two runs on record, and a browser of an engineer."""

    browser: httpx.Client
    base: str
    new: str
    folder: Path

    def text(self, path: str, status: int = 200) -> str:
        """The words of a page."""
        response = self.browser.get(path, headers={"Accept": "text/html"})
        assert response.status_code == status, response.text
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


def noted(data_dir: Path, *kept: Kept) -> list[str]:
    """Note runs in the log as an evaluation does."""

    async def note() -> list[str]:
        async with application(data_dir) as opened:
            return [
                await note_run(opened.store, run, files, actor="eve", cassette=False)
                for run, files in kept
            ]

    return anyio.run(note)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    data_dir = tmp_path_factory.mktemp("runs")
    folder = data_dir / "evaluation" / "runs"
    before, after = right(), right()
    before["c02"] = before["c02"].model_copy(update={"urgency": "low"})
    after["c01"] = after["c01"].model_copy(
        update={
            "urgency": "critical",
            "headline": f"A loan of £9,999 was refused {MARKUP}",
            "texts": {"messages[0].body": f"I am <PERSON_1> {MARKUP}"},
            "findings": ("order_in_case",),
        }
    )
    after["c03"] = after["c03"].model_copy(update={"spans": ()})
    base, new = noted(
        data_dir, keep(folder / "base", before, "model-a"), keep(folder / "new", after, "model-b")
    )
    with service(data_dir) as client, signed_in(client, "badge:engineer:eve") as browser:
        yield Runs(browser, base, new, folder)


def test_a_run_shows_its_figures_its_gates_and_what_it_takes_for_what(runs: Runs) -> None:
    assert f"/evaluations/{runs.new}" in runs.browser.get("/evaluations").text
    text = runs.text(f"/evaluations/{runs.new}")

    assert "urgency.accuracy cases with the right urgency 0.983 0." in text
    assert "pii.leak_rate 0.000 Missed" in text
    assert "urgency.accuracy 0.900 Met" in text
    assert "2 of 60 cases have something wrong" in text
    assert "Urgency: 59 of 60 right" in text
    assert "normal critical 1" in text
    assert "angry 30" in text


def test_cases_are_listed_by_what_is_wrong_and_a_page_at_a_time(runs: Runs) -> None:
    address = f"/evaluations/{runs.new}/cases"

    leaked = runs.text(f"{address}?wrong=leaked")
    assert ("1 of 60 cases" in leaked, "c03" in leaked, "c01" in leaked) == (True, True, False)
    first, second = runs.text(address), runs.text(f"{address}?page=2")
    assert ("c49" in first, "c50" in first, "c50" in second) == (True, False, True)
    assert "No case is like this" in runs.text(f"{address}?wrong=no_summary")
    assert "30 of 60 cases" in runs.text(f"{address}?slice=angry")
    runs.text(f"{address}?wrong=invented", 422)


def test_a_case_shows_what_was_sent_expected_and_got_and_why_it_is_wrong(runs: Runs) -> None:
    text = runs.text(f"/evaluations/{runs.new}/case?id=c01")

    assert "I am <PERSON_1>" in text
    assert "Urgency normal critical Wrong" in text
    assert "not supported by the case: A loan of £9,999" in text
    assert "urgency: expected normal, got critical" in text
    assert "A fee of £11 was charged twice. Carried" in text
    assert "order in case" in text
    assert "urgency.accuracy cases with the right urgency 0 of 1" in text
    leaked = runs.text(f"/evaluations/{runs.new}/case?id=c03")
    assert "not held back: PERSON of 15 characters at messages[0].body" in leaked


def test_from_a_list_one_goes_on_to_the_next_case_of_that_list(runs: Runs) -> None:
    page = runs.browser.get(f"/evaluations/{runs.new}/case?id=c01&wrong=any").text

    assert "case?wrong=any&amp;id=c03" in page
    assert f"/evaluations/{runs.new}/cases?wrong=any" in page


def test_what_a_model_wrote_does_not_become_part_of_a_page(runs: Runs) -> None:
    paths = (
        f"/evaluations/{runs.new}/case?id=c01",
        f"/evaluations/compare/case?base={runs.base}&new={runs.new}&id=c01",
    )
    for path in paths:
        page = runs.browser.get(path).text
        assert "<img" not in page
        assert "<script>" not in page


def test_two_runs_name_the_cases_won_and_lost_and_show_both_answers(runs: Runs) -> None:
    pair = f"base={runs.base}&new={runs.new}"
    text = runs.text(f"/evaluations/compare?{pair}")

    assert "3 of 60 changed" in text
    assert "Urgency: normal → became critical (expected normal)" in text
    assert "urgency.accuracy 0.983" in text
    assert "no difference shown" in text
    lost = runs.text(f"/evaluations/compare/case?{pair}&id=c01")
    assert "Urgency normal normal Right critical Wrong" in lost
    assert "A fee of £11 was charged twice." in lost
    assert "A loan of £9,999" in lost
    assert "urgency.accuracy 1 of 1 0 of 1 Lost" in lost
    won = runs.text(f"/evaluations/compare/case?{pair}&id=c02")
    assert "urgency.accuracy 0 of 1 1 of 1 Won" in won


@pytest.mark.parametrize(
    "path",
    [
        f"/evaluations/{UNKNOWN}",
        f"/evaluations/{UNKNOWN}/cases",
        f"/evaluations/{UNKNOWN}/case?id=c01",
        "/evaluations/..%2f..%2fruns",
        "/evaluations/%00/cases",
        "/evaluations/{new}/case?id=c99",
        "/evaluations/{new}/case?id=../base/cases.jsonl",
        "/evaluations/{new}/case?id=%00",
        "/evaluations/compare/case?base={base}&new={new}&id=..%2fbase",
    ],
)
def test_what_is_not_there_is_not_found(runs: Runs, path: str) -> None:
    runs.text(path.format(base=runs.base, new=runs.new), 404)


def test_a_run_whose_files_are_damaged_gone_or_not_on_record_says_so_and_never_fails(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "evaluation" / "runs"
    whole = keep(folder / "whole", right(), "model-a")
    broken = keep(folder / "broken", right(), "model-b")
    gone = keep(folder / "gone", right(), "model-c")
    old = Kept(gone.run, {})
    keep(folder / f"stray {MARKUP.replace('/', ' ')}", right(), "model-d")
    ids = noted(tmp_path, whole, broken, gone, old)
    (folder / "broken" / CASES_FILE).write_bytes(b"\xff{")
    shutil.rmtree(folder / "gone")
    (folder / "empty").mkdir()
    (folder / "other").mkdir()
    (folder / "other" / RUN_FILE).write_bytes(b"\xff")
    with service(tmp_path) as client, signed_in(client, "badge:engineer:eve") as browser:
        runs = Runs(browser, ids[0], ids[1], folder)
        listed = runs.text("/evaluations")
        assert "not on record as they are, and so not shown: other, stray" in listed
        assert "<img" not in browser.get("/evaluations").text
        reasons = ("was changed", "No folder among the runs", "does not name the files")
        for event_id, reason in zip(ids[1:], reasons, strict=True):
            for path in (f"/evaluations/{event_id}", f"/evaluations/{event_id}/cases"):
                assert reason in runs.text(path)
            assert reason in runs.text(f"/evaluations/{event_id}/case?id=c01", 404)
            compared = runs.text(f"/evaluations/compare?base={ids[0]}&new={event_id}")
            assert "cannot be compared one by one. New: " in compared
            assert reason in compared
            assert "intervals overlap" in compared


def test_a_folder_among_the_runs_whose_name_is_no_text_is_named_by_its_bytes(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "evaluation" / "runs" / os.fsdecode(b"copy \xff")
    keep(folder, right())
    with service(tmp_path) as client, signed_in(client, "badge:engineer:eve") as browser:
        listed = browser.get("/evaluations")

    assert listed.status_code == 200
    assert r"so not shown: copy \xff." in listed.text


def test_looking_at_the_cases_of_a_set_leaves_no_event(tmp_path: Path) -> None:
    (event_id,) = noted(tmp_path, keep(tmp_path / "evaluation" / "runs" / "one", right()))
    with service(tmp_path) as client, signed_in(client, "badge:engineer:eve") as browser:
        for path in ("", "/cases", f"/case?id={quote('c01')}"):
            assert browser.get(f"/evaluations/{event_id}{path}").status_code == 200

    assert "audit_read" not in [record.kind for record in recorded(tmp_path)[0]]
