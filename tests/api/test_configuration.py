"""What engineers and admins read and do over HTTP: versions in force, evaluations, keys."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import anyio
import httpx

from summarizer.access.permissions import Role
from summarizer.audit import Event, Fact
from summarizer.audit.ids import EventIds
from summarizer.audit.in_force import Artefact, record_in_force
from summarizer.audit.store import SQLAuditStore
from tests.api.services import TICKET, assert_problem, badge, recorded, service
from tests.audit.logs import Log
from tests.routes import default_policy

ENGINEER = badge(Role.ENGINEER)
ADMIN = badge(Role.ADMIN)
NOW = datetime(2026, 11, 2, tzinfo=UTC)


def _prepared(data_dir: Path) -> None:
    """Leave versions that were in force and an evaluation in the log."""

    async def fill(store: SQLAuditStore) -> None:
        artefacts = [
            Artefact("policy", "default@sha256:old", {"policy.yaml": "name: default\n"}),
            Artefact("policy", default_policy().version, {"policy.yaml": "name: default\n# new\n"}),
            Artefact("prompt", "case_summary@sha256:9a41", {"system.j2": "You summarise.\n"}),
        ]
        ids = EventIds()
        await record_in_force(store, artefacts, new_id=ids.new, now=lambda: NOW)
        facts: dict[str, Fact] = {"model": "embedded", "cases": 3, "outcome": "passed"}
        body = {"set": "golden", "metrics": {"issue_type.accuracy": {"value": 0.8}}}
        await store.append([Event(ids.new(), "evaluation", NOW, facts=facts, body=body)])

    async def run() -> None:
        async with Log(f"sqlite:///{data_dir / 'audit.db'}", data_dir).opened() as store:
            await fill(store)

    anyio.run(run)


def test_versions_that_were_in_force_are_told_with_their_files(tmp_path: Path) -> None:
    _prepared(tmp_path)
    with service(tmp_path) as client:
        policies = client.get("/v1/policies", headers=ENGINEER).json()["versions"]
        prompts = client.get("/v1/prompts", headers=badge(Role.RISK)).json()["versions"]

    assert [(each["version"], each["in_force"]) for each in policies] == [
        (default_policy().version, True),
        ("default@sha256:old", False),
    ]
    assert policies[1]["files"] == {"policy.yaml": "name: default\n"}
    assert policies[1]["first_at"] == NOW.isoformat()
    assert [each["artefact"] for each in prompts] == ["prompt"]


def test_evaluations_on_record_are_told_with_their_figures(tmp_path: Path) -> None:
    _prepared(tmp_path)
    with service(tmp_path) as client:
        found = client.get("/v1/evals", headers=ENGINEER).json()

    (run,) = found["evaluations"]
    assert run["facts"]["outcome"] == "passed"
    assert run["body"]["metrics"]["issue_type.accuracy"]["value"] == 0.8
    assert found["next"] is None


def test_a_key_made_over_http_opens_what_it_may_until_it_is_revoked(tmp_path: Path) -> None:
    body = {"role": "agent", "name": "crm", "days": 30, "without": ["restore"]}
    with service(tmp_path) as client:
        made = client.post("/v1/keys", json=body, headers=ADMIN)
        assert made.status_code == 201, made.text
        key = {"Authorization": f"Bearer {made.json()['key']}"}
        assert client.post("/v1/summaries", json=TICKET, headers=key).status_code == 200
        refused = client.post("/v1/summaries?restore=true", json=TICKET, headers=key)
        assert_problem(refused, 403, "FORBIDDEN")

        (listed,) = client.get("/v1/keys", headers=ADMIN).json()["keys"]
        assert listed["without"] == ["restore"]
        assert listed["state"] == "active"
        assert made.json()["key"] not in str(listed)

        path = f"/v1/keys/{listed['id']}"
        assert client.delete(path, headers=ADMIN).status_code == 200
        assert_problem(client.get("/v1/summaries", headers=key), 401, "UNAUTHENTICATED")
        assert_problem(client.delete(path, headers=ADMIN), 404, "UNKNOWN_RECORD")

    records, _ = recorded(tmp_path)
    kinds = [record.kind for record in records if record.kind.startswith("key_")]
    assert kinds == ["key_created", "key_revoked"]
    assert made.json()["key"] not in str(records)


def test_a_key_that_cannot_be_made_is_refused_by_the_field(client: httpx.Client) -> None:
    post = partial(client.post, "/v1/keys", headers=ADMIN)
    for body, name in (
        ({"role": "root"}, "role"),
        ({"role": "agent", "days": 0}, "days"),
        ({"role": "agent", "days": 9999}, "days"),
        ({"role": "agent", "name": "\n"}, "name"),
        ({"role": "agent", "name": "Rene\N{COMBINING ACUTE ACCENT}e"}, "name"),
        ({"role": "agent", "without": ["erase"]}, "without"),
        ({}, "role"),
        ({"role": "agent", "secret": "x"}, "secret"),
    ):
        content = assert_problem(post(json=body), 422, "INVALID_REQUEST")
        assert name in content["detail"]


def test_an_unknown_key_cannot_be_revoked(client: httpx.Client) -> None:
    for key in ("000000000000", "%00", "x"):
        response = client.delete(f"/v1/keys/{key}", headers=ADMIN)
        assert_problem(response, 404, "UNKNOWN_RECORD")
