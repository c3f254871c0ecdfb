"""Who may do what on PostgreSQL, tried with each login on a real server."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.exc import ProgrammingError

from summarizer.audit import Filter
from summarizer.audit.database import Database
from summarizer.audit.erasure import erase
from summarizer.audit.guards import missing_guards
from summarizer.audit.ids import EventIds
from summarizer.audit.keeping import CaseKeeper
from summarizer.audit.operations import begin_incarnation
from summarizer.audit.pruning import prune
from summarizer.audit.roles import ROLES, SERVICE, apply_roles, role_statements
from summarizer.audit.store import SQLAuditStore
from summarizer.errors import AuditUnavailable, ConfigurationError
from summarizer.policy.sections import RetentionRules
from tests.audit.logs import START, Log, event, events
from tests.audit.postgres import Server

pytestmark = pytest.mark.anyio

_LOGINS = count()
TABLES = ("audit_log", "audit_entry", "audit_body", "audit_leaf", "audit_node", "audit_prune")


@pytest.fixture
async def log(postgres: Server, tmp_path: Path) -> AsyncIterator[Log]:
    """A log with eight events whose roles are set."""
    log = Log(postgres.migrated(), tmp_path / "data")
    async with log.opened() as store:
        await store.append(events(8))
        await store.number()
    owner = Database(log.url)
    apply_roles(owner, "public")
    apply_roles(owner, "public")  # again: nothing changes
    owner.dispose()
    yield log
    postgres.drop(log.url)


def login(log: Log, *roles: str) -> str:
    """Make a login with these roles and return its URL."""
    name = f"login_{next(_LOGINS)}"
    with log.connected() as connection:
        connection.execute(text(f"CREATE ROLE {name} LOGIN"))
        if roles:
            connection.execute(text(f"GRANT {', '.join(roles)} TO {name}"))
    return make_url(log.url).set(username=name).render_as_string(hide_password=False)


@contextmanager
def session(url: str) -> Iterator[Connection]:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def refused(connection: Connection, statement: str, **values: Any) -> bool:
    """Say whether the server refuses for want of a right."""
    try:
        connection.execute(text(statement), values)
    except ProgrammingError as error:
        return getattr(error.orig, "sqlstate", "") == "42501"
    finally:
        connection.rollback()
    return False


APPEND = (
    "SELECT audit_append(ARRAY['e-1'], ARRAY['prompt'], ARRAY['2026'], ARRAY[NULL]::text[],"
    " ARRAY[NULL]::bigint[], ARRAY[NULL]::text[], ARRAY[NULL]::text[], ARRAY[NULL]::text[],"
    " ARRAY[NULL]::text[], ARRAY[NULL]::text[], ARRAY['standard'], ARRAY['h'::bytea],"
    " ARRAY['l'::bytea], ARRAY['b'::bytea])"
)
NUMBER = (
    "SELECT audit_number(8, ARRAY[]::bigint[], ARRAY['e-1'], ARRAY['l'::bytea],"
    " ARRAY[]::integer[], ARRAY[]::bigint[], ARRAY[]::bytea[])"
)


async def test_a_writer_appends_through_the_function_and_can_do_nothing_else(log: Log) -> None:
    with session(login(log, "au_writer")) as connection:
        for table in (*TABLES, "audit_pending", "audit_checkpoint", "key_case"):
            for start in ("TABLE", "DELETE FROM", "TRUNCATE"):
                assert refused(connection, f"{start} {table}"), f"{start} {table}"
            assert refused(connection, f"INSERT INTO {table} DEFAULT VALUES"), table
        assert refused(connection, "UPDATE audit_entry SET kind = 'x'")
        assert refused(connection, "ALTER TABLE audit_entry DISABLE TRIGGER USER")
        assert refused(connection, "SET session_replication_role = replica")
        assert refused(connection, "SELECT audit_drop_pruned(ARRAY['e-1'])")
        assert refused(connection, NUMBER)
        assert not refused(connection, APPEND)
        connection.execute(text(APPEND))
        connection.commit()

    assert log.rows("SELECT kind FROM audit_entry WHERE event_id = 'e-1'") == [("prompt",)]


async def test_a_temporary_table_does_not_take_the_place_of_the_log(log: Log) -> None:
    with session(login(log, "au_writer", "au_reader")) as connection:
        for name in ("audit_entry", "audit_body", "audit_pending", "audit_case_head"):
            connection.execute(text(f"CREATE TEMPORARY TABLE {name} (LIKE public.{name})"))
            connection.execute(text(f"GRANT ALL ON pg_temp.{name} TO au_owner"))
        connection.execute(text(APPEND))
        connection.commit()

    assert log.rows("SELECT COUNT(*) FROM audit_entry WHERE event_id = 'e-1'") == [(1,)]


@pytest.mark.parametrize(
    ("role", "may", "may_not"),
    [
        (
            "au_reader",
            ["SELECT * FROM audit_entry", "SELECT * FROM audit_body"],
            [APPEND, "SELECT * FROM key_case", "DELETE FROM audit_body", "DELETE FROM audit_log"],
        ),
        (
            "au_sequencer",
            ["SELECT audit_lock_sequencer()", "SELECT * FROM audit_pending"],
            [APPEND, "SELECT * FROM audit_body", "DELETE FROM audit_pending"],
        ),
        (
            "au_signer",
            ["INSERT INTO audit_checkpoint VALUES (0, 1, '', '')", "SELECT * FROM audit_leaf"],
            [APPEND, "SELECT * FROM audit_body", "DELETE FROM audit_checkpoint"],
        ),
        (
            "au_operator",
            ["INSERT INTO audit_prune VALUES ('e', 'standard', '2020')"],
            [APPEND, "SELECT * FROM audit_body", "DELETE FROM audit_body"],
        ),
        (
            "au_keys",
            ["SELECT * FROM key_case", "DELETE FROM key_case"],
            [APPEND, "SELECT * FROM audit_entry", "DROP TABLE key_case"],
        ),
        (None, [], [APPEND, NUMBER, "SELECT * FROM audit_entry", "SELECT audit_claim(NULL)"]),
    ],
    ids=str,
)
async def test_each_role_may_do_its_own_work_alone(
    log: Log, role: str | None, may: list[str], may_not: list[str]
) -> None:
    with session(login(log, *filter(None, [role]))) as connection:
        assert [statement for statement in may if refused(connection, statement)] == []
        assert [statement for statement in may_not if not refused(connection, statement)] == []


async def test_one_login_with_the_service_s_roles_runs_a_whole_store(log: Log) -> None:
    served = Log(login(log, *SERVICE), log.data_dir)
    async with served.opened() as store:
        await store.ready()
        assert (await store.figures()).events == 8
        ids = EventIds()
        await store.append(made := [event(ids, number, "T-5") for number in range(5)])
        await store.number()
        published = await store.publish()
        proof = await store.prove(made[0].id)
        records = [record async for record in store.read(Filter(case="T-5"), bodies=True)]
        await CaseKeeper(store, RetentionRules()).keep(
            "T-5", made[0].id, received=b"{}", placeholders={}, values=["Ada"], now=START
        )
        await store.run(store.keystore.rotate)
        await erase(store, "T-5", reason="x", actor="os:officer", now=START)
        verification = await store.verify()
        with store.database.reading() as connection:
            missing = missing_guards(connection)

    assert published is not None
    assert proof is not None
    assert {record.state for record in records} == {"readable"}
    assert verification.ok
    assert missing == []


async def test_an_operator_s_login_prunes_and_begins_incarnations(log: Log) -> None:
    with pytest.raises(AuditUnavailable, match="db roles"):
        async with Log(login(log, *SERVICE), log.data_dir).opened() as store:
            await prune(store, START + timedelta(days=400), actor="os:cron")
    operated = Log(login(log, *SERVICE, "au_operator"), log.data_dir)
    async with operated.opened() as store:
        [standard, *_] = await prune(store, START + timedelta(days=400), actor="os:cron")
        begun = await begin_incarnation(store, reason="x", actor="os:dba", now=START)
        verification = await store.verify()

    assert standard.bodies == 8
    assert begun.number == 1
    assert verification.ok


async def test_a_login_without_rights_names_the_fix(log: Log) -> None:
    with pytest.raises(AuditUnavailable, match="db roles"):
        await SQLAuditStore.create(login(log), data_dir=log.data_dir)


async def test_the_log_of_a_role_that_owns_is_guarded_too(log: Log) -> None:
    with session(login(log, "au_owner")) as connection, pytest.raises(Exception, match="append"):
        connection.execute(text("DELETE FROM audit_entry"))


def test_a_schema_that_needs_quotes_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="schema"):
        list(role_statements('x"; DROP TABLE audit_log'))


def test_sqlite_has_no_roles(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'audit.db'}")

    with pytest.raises(ConfigurationError, match="SQLite has no roles"):
        apply_roles(database, "public")
    assert set(SERVICE) < set(ROLES)
