"""In force: the policy, prompt and taxonomy that act now, those before, and what changed."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from difflib import unified_diff
from typing import Annotated, Final, NamedTuple

from fastapi import APIRouter, Depends, Query, Request, Response

from summarizer.access.caller import Caller
from summarizer.access.permissions import Permission
from summarizer.api.opened import Opened
from summarizer.api.pages.guard import on_page
from summarizer.api.pages.rendering import page
from summarizer.api.problems import HTTPCode, HTTPRefusal
from summarizer.audit.in_force import Artefact, versions
from summarizer.bootstrap import Application

__all__ = ["router"]

_ARTEFACTS: Final = ("policy", "prompt", "taxonomy")

router = APIRouter(include_in_schema=False)
_Caller = Annotated[Caller, Depends(on_page(Permission.READ_CONFIGURATION))]
_Version = Annotated[str, Query(max_length=200)]


class _Told(NamedTuple):
    """A version as the page lists it."""

    artefact: Artefact
    first: datetime
    is_in_force: bool


class _Changed(NamedTuple):
    """What changed in one file, as the lines of a unified diff."""

    file: str
    lines: Sequence[str]


@router.get("/in-force")
async def in_force(request: Request, application: Opened, caller: _Caller) -> Response:
    """Show every version on record, newest first, and the text of those in force."""
    del caller
    told = await _told(application)
    groups = {name: [each for each in told if each.artefact.name == name] for name in _ARTEFACTS}
    return page(request, "in_force.html", groups=groups)


@router.get("/in-force/changes")
async def changes(
    request: Request, application: Opened, caller: _Caller, old: _Version, new: _Version
) -> Response:
    """Show what changed between two versions."""
    del caller
    by_version = {each.artefact.version: each.artefact for each in await _told(application)}
    if old not in by_version or new not in by_version:
        raise HTTPRefusal(HTTPCode.NOT_FOUND, "there is no such version on record")
    changed = tuple(_changes(by_version[old].files, by_version[new].files))
    return page(request, "changes.html", changed=changed, old=old, new=new)


async def _told(application: Application) -> list[_Told]:
    acting = {
        application.policy.version,
        application.policy.taxonomy.version,
        application.pipeline.template.version,
    }
    found = [
        _Told(each, first, each.version in acting)
        async for first, each in versions(application.log)
    ]
    return found[::-1]


def _changes(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[_Changed]:
    for file in sorted(old.keys() | new.keys()):
        before, after = old.get(file, "").splitlines(), new.get(file, "").splitlines()
        lines = list(unified_diff(before, after, "before", "after", lineterm=""))
        if lines:
            yield _Changed(file, lines)
