"""What is kept to restore a case from, and the index of values; on both databases."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from summarizer.audit import Filter, Keeper
from summarizer.audit.ids import EventIds
from summarizer.audit.keeping import CaseKeeper, Keeping
from summarizer.audit.restoring import restore
from summarizer.audit.store import SQLAuditStore
from summarizer.errors import AuditUnavailable, UnknownCase
from summarizer.policy.sections import RetentionRules
from tests.audit.logs import Log
from tests.audit.postgres import Server

NOW = datetime(2026, 6, 1, tzinfo=UTC)
TICKET = b'{"id":"T-1","messages":[{"author":"customer","body":"I am Zephyrine Quill"}]}'
TOKENS = {"<PERSON_1>": "Zephyrine Quill", "<PHONE_NUMBER_1>": "+44 20 7946 0958"}

pytestmark = pytest.mark.anyio


async def kept(
    store: SQLAuditStore,
    case: str = "T-1",
    *,
    rules: RetentionRules | None = None,
    placeholders: dict[str, str] | None = None,
    now: datetime = NOW,
) -> str:
    keeper: Keeper = CaseKeeper(store, rules or RetentionRules())
    event_id = EventIds().new()
    tokens = TOKENS if placeholders is None else placeholders
    await keeper.keep(
        case, event_id, received=TICKET, placeholders=tokens, values=tokens.values(), now=now
    )
    return event_id


async def test_what_was_received_comes_back_as_it_was(store: SQLAuditStore) -> None:
    event_id = await kept(store)
    [found] = Keeping(store.keystore).kept("T-1", NOW)

    assert (found.event_id, found.received, found.placeholders) == (event_id, TICKET, TOKENS)
    assert "Quill" not in repr(found)


async def test_nothing_of_it_can_be_read_in_any_file(
    store: SQLAuditStore, empty: Log, on: Server | None
) -> None:
    await kept(store, "CASE-77-1")
    await restore(store, "CASE-77-1", "<PERSON_1>", actor="os:agent", now=NOW)
    await store.aclose()
    folders = [empty.data_dir] if on is None else [empty.data_dir, Path(on.running.pgdata)]
    content = b"".join(
        path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file()
    )

    for secret in (b"Quill", b"zephyrinequill", b"7946 0958", b"442079460958", b"CASE-77-1"):
        assert secret not in content


@pytest.mark.parametrize(
    "written",
    [
        "Zephyrine Quill",
        "ZEPHYRINE  QUILL",
        "zephyrine.quill",
        "Zéphyrine\u200bQuill",
        "+442079460958",
    ],
)
async def test_a_value_is_found_in_every_written_form(store: SQLAuditStore, written: str) -> None:
    await kept(store, "T-1")
    await kept(store, "T-2")
    await kept(store, "T-3", placeholders={"<PERSON_1>": "Ada Lark"})

    assert Keeping(store.keystore).cases_with(written) == ["T-1", "T-2"]


async def test_a_value_without_letters_or_digits_is_itself(store: SQLAuditStore) -> None:
    await kept(store, "T-1", placeholders={"<LITERAL_1>": "***"})

    assert Keeping(store.keystore).cases_with("***") == ["T-1"]
    assert Keeping(store.keystore).cases_with("###") == []


async def test_it_is_kept_for_as_many_days_as_policy_says(store: SQLAuditStore) -> None:
    await kept(store, rules=RetentionRules(sealed_days=2))
    keeping = Keeping(store.keystore)
    end = NOW + timedelta(days=2)

    assert len(list(keeping.kept("T-1", end - timedelta(seconds=1)))) == 1
    assert list(keeping.kept("T-1", end)) == []
    assert keeping.forget_expired(end) == 1
    assert keeping.cases_with("Zephyrine Quill") == ["T-1"]


async def test_policy_can_say_that_nothing_is_kept_but_the_index(store: SQLAuditStore) -> None:
    await kept(store, rules=RetentionRules(retain_case="none"))
    with store.keystore.database.reading() as connection:
        rows = connection.execute(text("SELECT * FROM key_vault")).all()

    assert rows == []
    assert Keeping(store.keystore).cases_with("Zephyrine Quill") == ["T-1"]
    with pytest.raises(UnknownCase, match="retain_case"):
        await restore(store, "T-1", "<PERSON_1>", actor="os:agent", now=NOW)


async def test_a_case_erased_meanwhile_keeps_and_indexes_nothing(store: SQLAuditStore) -> None:
    keeping = Keeping(store.keystore)
    key = store.keystore.keys(["T-1"])["T-1"]
    store.keystore.destroy("T-1")

    with (
        pytest.raises(AuditUnavailable, match="erased while"),
        store.keystore.database.writing() as connection,
    ):
        keeping._require_alive(connection, store.keystore.lookup("T-1"), key)


async def test_what_cannot_be_kept_fails_closed(store: SQLAuditStore) -> None:
    with store.keystore.database.writing() as connection:
        connection.execute(text("ALTER TABLE key_subject RENAME TO key_gone"))
    with pytest.raises(AuditUnavailable):
        await kept(store)
    with store.keystore.database.reading() as connection:
        rows = connection.execute(text("SELECT * FROM key_vault")).all()

    assert rows == []


async def test_a_damaged_vault_is_an_error_and_not_silence(store: SQLAuditStore) -> None:
    await kept(store)
    with store.keystore.database.writing() as connection:
        connection.execute(text("UPDATE key_vault SET event_id = 'another'"))

    with pytest.raises(AuditUnavailable, match="damaged"):
        list(Keeping(store.keystore).kept("T-1", NOW))


async def test_restoring_puts_values_back_and_is_recorded(store: SQLAuditStore) -> None:
    event_id = await kept(store)
    text_back = await restore(
        store, "T-1", "<PERSON_1> calls from <PHONE_NUMBER_1>; <PERSON_2> waits.",
        actor="os:agent", now=NOW,
    )  # fmt: skip
    [record] = [record async for record in store.read(Filter(kind="restored"), bodies=True)]

    assert text_back == "Zephyrine Quill calls from +44 20 7946 0958; <PERSON_2> waits."
    assert record.body == {
        "actor": "os:agent",
        "kept": event_id,
        "placeholders": ["<PERSON_1>", "<PHONE_NUMBER_1>"],
    }
    assert record.case is not None


async def test_a_value_that_looks_like_a_placeholder_is_not_replaced_again(
    store: SQLAuditStore,
) -> None:
    await kept(store, placeholders={"<LITERAL_1>": "<PERSON_1>", "<PERSON_1>": "Ada Lark"})

    assert await restore(store, "T-1", "<LITERAL_1>", actor="a", now=NOW) == "<PERSON_1>"


async def test_a_run_is_restored_with_its_own_placeholders(store: SQLAuditStore) -> None:
    first = await kept(store)
    await kept(store, placeholders={"<PERSON_1>": "Ada Lark"})

    assert await restore(store, "T-1", "<PERSON_1>", actor="a", now=NOW) == "Ada Lark"
    again = await restore(store, "T-1", "<PERSON_1>", actor="a", now=NOW, event_id=first)
    assert again == "Zephyrine Quill"
