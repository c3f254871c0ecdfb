"""Rendering: a template and what it shows -> a page under a policy that runs nothing foreign."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from summarizer.access.caller import Caller
from summarizer.access.permissions import Permission
from summarizer.api.pages.assets import asset
from summarizer.api.pages.countdown import countdown
from summarizer.api.pages.marking import entity_group, entity_words, marked
from summarizer.api.problems import TITLES, HTTPCode, problem
from summarizer.audit import Fact
from summarizer.errors import ErrorCode
from summarizer.evals.words import number, signed

__all__ = ["PAGE_HEADERS", "page", "rendered_report", "told", "wants_page"]

_FOLDER: Final = Path(__file__).parent
_HASH_DIGITS: Final = 8
_LABEL: Final = 28
PAGE_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # With none at all, a browser would hide from us that a form is of our own page.
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
"""A page loads and runs our own files and nothing that stands in it, and is never framed."""


class _Place(NamedTuple):
    """An entry of the navigation."""

    title: str
    path: str
    permission: Permission


_PLACES: Final = (
    _Place("Inbox", "/", Permission.READ_SUMMARIES),
    _Place("New summary", "/new", Permission.SUMMARIZE),
    _Place("In a case tool", "/demo", Permission.REVIEW),
    _Place("Events", "/events", Permission.READ_AUDIT),
    _Place("Dashboard", "/dashboard", Permission.READ_AUDIT),
    _Place("Sample", "/sample", Permission.RECORD_FINDINGS),
    _Place("Find", "/subjects", Permission.FIND_SUBJECT),
    _Place("Erasures", "/approvals", Permission.ERASE),
    _Place("Playground", "/playground", Permission.REDACT),
    _Place("Keys", "/keys", Permission.MANAGE_KEYS),
    _Place("Settings", "/settings", Permission.READ_SETTINGS),
    _Place("In force", "/in-force", Permission.READ_CONFIGURATION),
    _Place("Evaluations", "/evaluations", Permission.READ_EVALUATIONS),
)


def page(request: Request, template: str, *, status: int = 200, **shown: Any) -> HTMLResponse:
    """Render a template; every value is escaped."""
    caller: Caller | None = getattr(request.state, "caller", None)
    content = (
        _environment()
        .get_template(template)
        .render(
            caller=caller,
            form_token=getattr(request.state, "form_token", ""),
            places=[place for place in _PLACES if caller and caller.may(place.permission)],
            here=request.url.path,
            **shown,
        )
    )
    return HTMLResponse(content, status, dict(PAGE_HEADERS))


def told(
    request: Request,
    code: ErrorCode | HTTPCode,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return a problem: to a person as a page that says what to quote, to a program as JSON."""
    if not wants_page(request):
        return problem(code, detail, headers=headers)
    answer = page(
        request,
        "problem.html",
        status=code.http_status,
        title=TITLES[code],
        detail=detail,
        code=code,
        request_id=request.state.request_id,
    )
    answer.headers.update(headers or {})
    return answer


def rendered_report(**shown: Any) -> str:
    """Return a report as one file that loads nothing: its style stands in it."""
    style = Markup((_FOLDER / "static" / "pages.css").read_text(encoding="utf-8"))  # noqa: S704 - our own
    return _environment().get_template("report/evidence.html").render(style=style, **shown)


def wants_page(request: Request) -> bool:
    """Say whether a person at a browser would read the answer, and not a program."""
    is_interface = request.url.path.startswith("/v1/")
    return not is_interface and "text/html" in request.headers.get("accept", "")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"asset": asset, "countdown": countdown, "may": _may}
    environment.filters |= {
        "day": _day,
        "entity_group": entity_group,
        "entity_words": entity_words,
        "marked": marked,
        "facts": _facts,
        "figure": number,
        "minute": _minute,
        "pretty": _pretty,
        "second": _second,
        "shortened": _shortened,
        "signed": signed,
        "version": _fact,
        "words": _words,
    }
    return environment


def _may(caller: Caller, permission: str) -> bool:
    return caller.may(Permission(permission))


def _day(when: date | datetime | str) -> str:
    """Write a date as a person says it."""
    moment = date.fromisoformat(when[:10]) if isinstance(when, str) else when
    return f"{moment.day} {moment:%B %Y}"


def _minute(when: datetime | str) -> str:
    """Write a moment to the minute; every time on a page is UTC."""
    moment = datetime.fromisoformat(when) if isinstance(when, str) else when
    return f"{moment:%Y-%m-%d %H:%M}"


def _words(code: str) -> str:
    """Write a code as words."""
    return code.replace("_", " ").replace(".", " ").lower()


def _second(when: datetime | str) -> str:
    """Write a moment to the second."""
    moment = datetime.fromisoformat(when) if isinstance(when, str) else when
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)


def _facts(facts: Mapping[str, Fact]) -> str:
    """Write what a header says in clear on one line; versions by the beginning of their hash."""
    return ", ".join(f"{_words(name)} {_fact(value)}" for name, value in facts.items())


def _fact(value: Fact) -> str:
    if isinstance(value, Mapping):
        return " ".join(f"{name}: {count}" for name, count in value.items()) or "none"
    name, is_version, digest = str(value).partition("@sha256:")
    return f"{name}@{digest[:_HASH_DIGITS]}" if is_version else name


def _shortened(name: str) -> str:
    """Write a code or version so that it fits beside a bar."""
    name = _fact(name) if "@sha256:" in name else entity_words(name)
    return name if len(name) <= _LABEL else f"{name[: _LABEL - 1]}…"
