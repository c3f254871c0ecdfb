"""Evidence: a case or a period -> a pack that a third party reads and verifies without us."""

import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict

from summarizer.access.caller import Caller
from summarizer.access.permissions import Permission
from summarizer.api.asked import CaseId, Day
from summarizer.api.opened import application_of
from summarizer.api.pages.forms import read_as, read_form
from summarizer.api.pages.guard import on_page
from summarizer.api.pages.people import people_of
from summarizer.api.pages.rendering import rendered_report
from summarizer.api.problems import HTTPCode, HTTPRefusal
from summarizer.audit import Filter
from summarizer.audit.bundle import export
from summarizer.audit.store import SQLAuditStore
from summarizer.casework.events import MOST, Timeline, record_reading, timeline
from summarizer.errors import UnknownCase

__all__ = ["router"]

_FORM_BYTES: Final = 20_000
_MOST_CASES: Final = 200
_README: Final = """\
What this pack holds

report.html     what happened to each case, to be read in any browser; it loads nothing
bundle/         the same events as they are stored, with a proof for each, and the signed checkpoint
public-key.txt  the key of the log's checkpoints; compare it with the one the bank published

To verify the bundle without the bank's system or database:

    summarizer audit fsck bundle --public-key public-key.txt

The report is for reading. What is proven is in the bundle.
"""

router = APIRouter(include_in_schema=False)


class _Asked(BaseModel):
    """What the form names: a case, or a period in whole days."""

    model_config = ConfigDict(hide_input_in_errors=True)

    case: CaseId | None = None
    since: Day | None = None
    until: Day | None = None
    """The last day that counts."""


@router.post("/evidence")
async def evidence(
    request: Request, caller: Annotated[Caller, Depends(on_page(Permission.EXPORT))]
) -> Response:
    """Give the evidence of one case, or of the cases of a period, out as one file."""
    store = application_of(request).log
    form = await read_form(request, limit=_FORM_BYTES)
    asked = read_as(_Asked, {name: form.get(name, "").strip() for name in _Asked.model_fields})
    cases = await _cases_of(store, asked) if asked.case is None else [asked.case]
    now = datetime.now(UTC)
    period = asked.model_dump(mode="json", include={"since", "until"})
    what = {"cases": len(cases), **({} if asked.case else period)}
    timelines = [await _whole(store, each) for each in cases]
    # Before the bundle is made, so that the bundle itself says who took it.
    for each in cases:
        await record_reading(store, "export", what, each, actor=caller.name, now=now)
    people = await people_of(request)
    report = rendered_report(timelines=timelines, people=people, made=now, by=caller.name)
    await store.number()
    await store.publish()
    key = (await store.verifier()).encode()
    pack = await store.run(partial(_packed, store, cases, report, key))
    name = f"evidence-{now:%Y%m%d-%H%M%S}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(pack, headers=headers, media_type="application/zip")


async def _cases_of(store: SQLAuditStore, asked: _Asked) -> list[str]:
    """Return the cases that had an outcome in a period.

    Raises:
        HTTPRefusal: if the period is none, has no case, or too many.
    """
    if asked.since is None or asked.until is None:
        missing = "since" if asked.since is None else "until"
        detail = f"{missing}: give a case, or the first and the last day of a period as YYYY-MM-DD"
        raise HTTPRefusal(HTTPCode.INVALID_REQUEST, detail)
    days = asked.since, asked.until + timedelta(days=1)
    first, last = (datetime.combine(day, time(), UTC) for day in days)
    tags: dict[str, None] = {}
    after: str | None = None
    while len(tags) <= _MOST_CASES:
        wanted = Filter(kind="outcome", since=first, until=last)
        page = await store.page(wanted, after=after, limit=MOST)
        tags |= dict.fromkeys(record.case for record in page.records if record.case)
        after = page.next
        if after is None:
            break
    if not tags or len(tags) > _MOST_CASES:
        detail = f"the period has {'more than 200' if tags else 'no'} cases; choose another"
        raise HTTPRefusal(HTTPCode.BAD_REQUEST, detail)
    return sorted((await store.run(partial(store.keystore.names, list(tags)))).values())


async def _whole(store: SQLAuditStore, case: str) -> Timeline:
    events: list[dict[str, Any]] = []
    after: str | None = None
    while True:
        part = await timeline(store, case, after=after, limit=MOST)
        if part is None:
            msg = "nothing is recorded of this case, or it was erased; check the id"
            raise UnknownCase(msg)
        events += part.events
        after = part.next
        if after is None:
            return Timeline(case_id=case, events=tuple(events), next=None)


def _packed(store: SQLAuditStore, cases: Sequence[str], report: str, key: str) -> bytes:
    with TemporaryDirectory() as place, io.BytesIO() as pack:
        folder = Path(place) / "bundle"
        export(store.database, store.keystore, folder, cases=cases, plain=True)
        with zipfile.ZipFile(pack, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("README.txt", _README)
            archive.writestr("report.html", report)
            archive.writestr("public-key.txt", key + "\n")
            for path in sorted(folder.iterdir()):
                archive.write(path, f"bundle/{path.name}")
        return pack.getvalue()
