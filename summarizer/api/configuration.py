"""Configuration: policies, prompts and evaluations on record -> what engineers read of them."""

from collections.abc import Collection
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel

from summarizer.access.caller import Caller
from summarizer.access.permissions import Permission
from summarizer.api import examples, openapi
from summarizer.api.guard import allowed
from summarizer.api.opened import Cursor, Opened
from summarizer.api.problems import json_response
from summarizer.audit import Filter
from summarizer.audit.in_force import versions
from summarizer.casework.events import MOST, head

__all__ = ["router"]

router = APIRouter()

_Reader = Annotated[Caller, Depends(allowed(Permission.READ_CONFIGURATION))]


class _Version(BaseModel):
    artefact: str
    version: str
    in_force: bool
    first_at: str
    files: dict[str, str]


class _Versions(BaseModel):
    versions: list[_Version]


class _Evaluations(BaseModel):
    evaluations: list[dict[str, Any]]
    next: str | None


@router.get(
    "/v1/policies",
    response_model=_Versions,
    responses=openapi.responses(openapi.GUARDED_CODES, policies=examples.POLICIES),
)
async def list_policies(application: Opened, caller: _Reader) -> Response:
    """Return every policy and taxonomy that was in force, newest first, with their files."""
    del caller
    policy = application.policy
    return await _versions(
        application, ("policy", "taxonomy"), {policy.version, policy.taxonomy.version}
    )


@router.get(
    "/v1/prompts",
    response_model=_Versions,
    responses=openapi.responses(openapi.GUARDED_CODES, prompts=examples.PROMPTS),
)
async def list_prompts(application: Opened, caller: _Reader) -> Response:
    """Return every prompt that was in force, newest first, with its files."""
    del caller
    return await _versions(application, ("prompt",), {application.pipeline.template.version})


@router.get(
    "/v1/evals",
    response_model=_Evaluations,
    responses=openapi.responses(openapi.READ_CODES, newest=examples.EVALUATIONS),
)
async def list_evaluations(
    application: Opened,
    caller: Annotated[Caller, Depends(allowed(Permission.READ_EVALUATIONS))],
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
    after: Cursor = None,
) -> Response:
    """Return the evaluation runs on record, newest first, with their figures."""
    del caller
    wanted = Filter(kind="evaluation")
    page = await application.log.page(wanted, after=after, limit=limit, bodies=True)
    runs = [{**head(record), "body": record.body} for record in page.records]
    return json_response({"evaluations": runs, "next": page.next})


async def _versions(
    application: Opened, artefacts: Collection[str], in_force: Collection[str]
) -> Response:
    found = [
        {
            "artefact": each.name,
            "version": each.version,
            "in_force": each.version in in_force,
            "first_at": at.isoformat(),
            "files": dict(each.files),
        }
        async for at, each in versions(application.log)
        if each.name in artefacts
    ]
    return json_response({"versions": found[::-1]})
