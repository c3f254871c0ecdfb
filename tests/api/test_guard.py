"""Who may ask what: every route, for every role, without a token and with a bad one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute

from summarizer.access.permissions import GRANTED, Role
from summarizer.access.sessions import form_token
from summarizer.api.app import create_app
from summarizer.api.guard import OPEN, Guard
from summarizer.api.pages.guard import HOME, PageGuard
from summarizer.audit import KINDS
from tests.api.services import assert_problem, badge, recorded, service
from tests.fakes import MemoryStore

SECRET = "Zanzibar-7731"


def _routes() -> list[tuple[str, str, Guard | PageGuard | None]]:
    """Every method of every route, with what guards it."""

    def unopened() -> Any:
        raise AssertionError

    found: list[tuple[str, str, Guard | PageGuard | None]] = []
    todo: list[Any] = list(create_app(unopened).routes)
    for route in todo:
        if not isinstance(route, APIRoute):
            # A router that was included; anything else has no such attribute.
            todo.extend(route.original_router.routes)
            continue
        guards = [
            each.call
            for each in route.dependant.dependencies
            if isinstance(each.call, Guard | PageGuard)
        ]
        guard = guards[0] if guards else None
        found.extend((method, route.path, guard) for method in sorted(route.methods or ()))
    return found


ROUTES = _routes()
GUARDED = [(method, path, guard) for method, path, guard in ROUTES if isinstance(guard, Guard)]
IDS = [f"{method} {path}" for method, path, _ in GUARDED]
PAGES = [(method, path, guard) for method, path, guard in ROUTES if isinstance(guard, PageGuard)]
PAGE_IDS = [f"{method} {path}" for method, path, _ in PAGES]


@pytest.fixture(scope="module")
def bare(client: httpx.Client) -> Iterator[httpx.Client]:
    """A client that has no token."""
    with httpx.Client(base_url=client.base_url, timeout=30, trust_env=False) as bare:
        yield bare


def test_only_the_routes_of_the_short_list_have_no_guard() -> None:
    assert {path for _, path, guard in ROUTES if guard is None} == OPEN


@pytest.mark.parametrize(("method", "path", "guard"), GUARDED, ids=IDS)
def test_without_a_token_nobody_gets_in(
    bare: httpx.Client, method: str, path: str, guard: Guard
) -> None:
    response = bare.request(method, path.replace("{", "").replace("}", ""))

    assert_problem(response, 401, "UNAUTHENTICATED")
    assert response.headers["www-authenticate"] == 'Bearer realm="summarizer"'


@pytest.mark.parametrize(
    "authorization",
    [
        "Basic dXNlcjpwYXNz",
        f"Bearer {SECRET}",
        "Bearer csk_000000000000_" + "A" * 43,
        "Bearer",
        "",
        f"Token {SECRET}",
    ],
)
@pytest.mark.parametrize(("method", "path", "guard"), GUARDED, ids=IDS)
def test_a_token_that_is_none_lets_nobody_in(
    bare: httpx.Client, method: str, path: str, guard: Guard, authorization: str
) -> None:
    path = path.replace("{", "").replace("}", "")
    response = bare.request(method, path, headers={"Authorization": authorization})

    assert_problem(response, 401, "UNAUTHENTICATED")
    assert SECRET not in response.text


@pytest.mark.parametrize("cookie", ["", "summarizer-session=" + SECRET])
@pytest.mark.parametrize(("method", "path", "guard"), PAGES, ids=PAGE_IDS)
def test_who_is_not_signed_in_is_led_to_the_door(
    bare: httpx.Client, method: str, path: str, guard: PageGuard, cookie: str
) -> None:
    path = path.replace("{", "").replace("}", "")

    # A key is for the interface: on its own it opens no page.
    response = bare.request(method, path, headers={**badge(Role.AGENT), "Cookie": cookie})

    assert response.status_code == 303
    assert response.headers["location"].startswith("/sign-in?next=/")
    assert SECRET not in response.text


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("method", "path", "guard"), PAGES, ids=PAGE_IDS)
def test_a_role_sees_exactly_its_own_pages(
    bare: httpx.Client, method: str, path: str, guard: PageGuard, role: Role
) -> None:
    path = path.replace("{", "").replace("}", "")
    signed_in = bare.post("/sign-in", data={"key": f"badge:{role}:{role}"})
    cookie = signed_in.headers["set-cookie"].partition(";")[0]
    token = form_token(cookie.partition("=")[2])
    headers = {"Cookie": cookie, "X-Form-Token": token, "Accept": "text/html"}
    response = bare.request(method, path, headers=headers)

    if guard.permission in GRANTED[role]:
        assert response.status_code != 403
        assert "/sign-in" not in response.headers.get("location", "")
    elif path == "/":
        assert response.headers["location"] == HOME[role]
    else:
        assert response.status_code == 403
        assert guard.permission in response.text


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("method", "path", "guard"), GUARDED, ids=IDS)
def test_a_role_gets_past_the_guard_exactly_where_it_may(
    bare: httpx.Client, method: str, path: str, guard: Guard, role: Role
) -> None:
    path = path.replace("{", "").replace("}", "")
    response = bare.request(method, path, headers=badge(role))

    if guard.permission in GRANTED[role]:
        assert response.status_code not in {401, 403}
    else:
        content = assert_problem(response, 403, "FORBIDDEN")
        assert guard.permission in content["detail"]


def test_what_was_denied_and_to_whom_is_on_record(tmp_path: Path) -> None:
    with service(tmp_path) as client:
        for _ in range(2):
            response = client.post("/v1/summaries", headers=badge(Role.ENGINEER, "ada"))
            assert_problem(response, 403, "FORBIDDEN")

    records, verification = recorded(tmp_path)
    (denied,) = (record for record in records if record.kind == "access_denied")
    assert "access_denied" in KINDS
    assert denied.facts == {
        "credential": "badge of ada",
        "reason": "not_permitted",
        "what": "summarize",
    }
    assert denied.actor is not None
    assert verification.ok


def test_a_denial_that_cannot_be_recorded_is_no_answer(tmp_path: Path) -> None:
    with service(tmp_path, store=MemoryStore(fail_on="access_denied")) as client:
        response = client.post("/v1/summaries", headers=badge(Role.ENGINEER))

    assert_problem(response, 503, "AUDIT_UNAVAILABLE")


def test_the_actor_of_a_case_is_who_brought_the_token(tmp_path: Path) -> None:
    ticket = {"id": "T-1", "messages": [{"author": "customer", "body": "My card was stolen."}]}
    with service(tmp_path) as client:
        for name in ("crm", "crm", "chat"):
            headers = badge(Role.AGENT, name)
            assert client.post("/v1/summaries", json=ticket, headers=headers).status_code == 200

    records, _ = recorded(tmp_path)
    actors = [record.actor for record in records if record.kind == "outcome"]
    assert actors[0] == actors[1] != actors[2]
    assert None not in actors
