"""Erasure on request, and what stands against it; on both databases."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import anyio
import pytest
from sqlalchemy import text

from summarizer.audit import Event, EventKind, Filter, Record
from summarizer.audit.erasure import (
    Approval,
    Erased,
    Released,
    erase,
    find_cases,
    place_hold,
    release_hold,
)
from summarizer.audit.holds import Hold
from summarizer.audit.ids import EventIds
from summarizer.audit.keeping import Keeping
from summarizer.audit.proving import prove
from summarizer.audit.store import SQLAuditStore, keys_url
from summarizer.audit.tree import check_inclusion
from summarizer.errors import ErasureRefused, UnknownCase
from summarizer.policy.sections import RetentionRules
from tests.audit.logs import Log, event, events

NOW = datetime(2026, 6, 1, tzinfo=UTC)
REASON = "request DSR-17"

pytestmark = pytest.mark.anyio


async def erased(store: SQLAuditStore, case: str = "T-1001", now: datetime = NOW) -> str:
    done = await erase(store, case, reason=REASON, actor="os:officer", now=now)
    return done.event_id


async def records(store: SQLAuditStore, wanted: Filter | None = None) -> list[Record]:
    return [record async for record in store.read(wanted, bodies=True)]


async def test_an_erased_case_cannot_be_read_and_the_log_still_verifies(
    store: SQLAuditStore,
) -> None:
    await store.append(made := events(40))
    await store.number()
    published = await store.publish()
    tag = next(record.case for record in await records(store) if record.case)
    await erased(store)
    await store.number()
    everything = await records(store)
    proof = prove(store.database, made[0].id)

    assert {record.state for record in everything if record.case == tag} == {"erased"}
    assert all(record.body is None for record in everything if record.case == tag)
    assert {record.state for record in everything if record.case != tag} == {"readable"}
    assert await records(store, Filter(case="T-1001")) == []
    assert (await store.verify()).ok
    assert published is not None
    assert proof is not None
    root = published.checkpoint.root
    assert check_inclusion(proof.leaf, proof.seq, proof.size, proof.path, root)


async def test_the_record_of_an_erasure_names_the_old_tag_and_not_the_case(
    store: SQLAuditStore,
) -> None:
    await store.append(events(8))
    tag = next(record.case for record in await records(store) if record.case)
    event_id = await erased(store)
    record = await store.get(event_id)

    assert record is not None
    assert (record.kind, record.case, record.facts) == ("erased", None, {"case": tag})
    assert record.body == {"reason": REASON, "actor": "os:officer"}
    assert "T-1001" not in str(record)


async def test_erasing_takes_index_and_vault_along(store: SQLAuditStore) -> None:
    keeping = Keeping(store.keystore)
    for case in ("T-1001", "T-1002"):
        keeping.keep(
            case, EventIds().new(), received=b"{}", placeholders={"<PERSON_1>": "Ada Quill"},
            values=["Ada Quill"], rules=RetentionRules(), now=NOW,
        )  # fmt: skip
    await erased(store)

    assert keeping.cases_with("Ada Quill") == ["T-1002"]
    assert list(keeping.kept("T-1001", NOW)) == []
    assert len(list(keeping.kept("T-1002", NOW))) == 1


async def test_a_case_that_is_not_known_or_was_erased_is_a_clear_error(
    store: SQLAuditStore,
) -> None:
    await store.append(events(8))
    await erased(store)
    size = len(await records(store))

    for case in ("T-1001", "T-9999"):
        with pytest.raises(UnknownCase, match="check the id"):
            await erased(store, case)
    assert len(await records(store)) == size


async def test_a_hold_stands_against_erasure_until_it_is_released(store: SQLAuditStore) -> None:
    await store.append(events(8))
    placed = await place_hold(store, "T-1001", reason="lawsuit", actor="os:counsel", now=NOW)
    with pytest.raises(ErasureRefused, match=f"by event {placed}"):
        await erased(store)
    untouched = {record.state for record in await records(store)}
    await release_hold(store, "T-1001", reason="settled", actor="os:counsel", now=NOW)
    kinds = [record.kind for record in await records(store, Filter(case="T-1001"))]
    await erased(store)

    assert untouched == {"readable"}
    assert kinds[-2:] == ["hold_placed", "hold_released"]
    assert not any(record.kind == "erased" for record in await records(store, Filter(case="T")))


async def test_a_hold_with_an_end_ends_by_itself(store: SQLAuditStore) -> None:
    await store.append(events(8))
    until = NOW + timedelta(days=2)
    await place_hold(store, "T-1001", reason="x", actor="os:counsel", now=NOW, until=until)
    with pytest.raises(ErasureRefused, match="2026-06-03T00:00"):
        await erased(store)

    assert await erased(store, now=until)


async def test_a_hold_on_a_case_without_records_is_refused(store: SQLAuditStore) -> None:
    with pytest.raises(UnknownCase):
        await place_hold(store, "T-9", reason="x", actor="os:counsel", now=NOW)
    with pytest.raises(UnknownCase, match="no hold"):
        await release_hold(store, "T-9", reason="x", actor="os:counsel", now=NOW)


async def test_a_statutory_retention_stands_against_erasure_while_it_runs(empty: Log) -> None:
    async with empty.opened(retention="mifid") as store:
        await store.append([event(EventIds(), 0, "T-1001")])
        with pytest.raises(ErasureRefused, match=r"mifid keeps this case until 2031-03-02.*Art"):
            await erased(store)
        kinds = [record.kind for record in await records(store)]
        await place_hold(store, "T-1001", reason="x", actor="os:counsel", now=NOW, until=NOW)

        assert kinds == ["received"]
        assert await erased(store, now=datetime(2031, 6, 1, tzinfo=UTC))


async def test_a_retention_class_of_another_release_stands_against_erasure(empty: Log) -> None:
    async with empty.opened(retention="lunar") as store:
        await store.append([event(EventIds(), 0, "T-1001")])

        with pytest.raises(ErasureRefused, match="another release"):
            await erased(store)


async def test_an_erasure_that_was_interrupted_is_finished_with_one_record(
    store: SQLAuditStore,
) -> None:
    await store.append(events(8))
    begun = store.keystore.holds.begin_erasure("T-1001", EventIds().new(), NOW)
    assert begun is not None
    with pytest.raises(ErasureRefused, match="too late"):
        await place_hold(store, "T-1001", reason="x", actor="os:counsel", now=NOW)

    assert await erased(store) == begun.event_id
    made = await records(store, Filter(kind="erased"))
    assert [record.id for record in made] == [begun.event_id]
    assert store.keystore.known("T-1001") is None


async def test_a_key_whose_destruction_failed_goes_at_the_next_call(store: SQLAuditStore) -> None:
    await store.append(events(8))
    await erased(store, "T-1002")
    holds = store.keystore.holds
    begun = holds.begin_erasure("T-1001", EventIds().new(), NOW)
    assert begun is not None
    body = {"reason": "as it was given first", "actor": "os:other"}
    facts = {"case": begun.tag}
    recorded = Event(id=begun.event_id, kind="erased", at=NOW, facts=facts, body=body)
    await store.append([recorded])  # and a crash before the key is destroyed

    assert await erased(store) == begun.event_id
    assert len(await records(store, Filter(kind="erased"))) == 2
    assert store.keystore.known("T-1001") is None


async def test_a_case_that_comes_back_gets_another_key_and_tag(store: SQLAuditStore) -> None:
    await store.append(events(8))
    before = {record.case for record in await records(store) if record.case}
    await erased(store)
    await store.append([event(EventIds(), 1, "T-1001")])
    [again] = await records(store, Filter(case="T-1001"))

    assert again.n == 0
    assert again.case not in before
    assert (await store.verify()).ok


async def test_the_search_for_a_value_is_recorded_without_the_value(store: SQLAuditStore) -> None:
    Keeping(store.keystore).keep(
        "T-1001", EventIds().new(), received=b"{}", placeholders={},
        values=["Zephyrine Quill"], rules=RetentionRules(), now=NOW,
    )  # fmt: skip
    found = await find_cases(store, "zephyrine-QUILL", actor="os:officer", now=NOW)
    none = await find_cases(store, "Nobody Else", actor="os:officer", now=NOW)
    reads = await records(store, Filter(kind="audit_read"))

    assert found == ("T-1001",)
    assert none == ()
    assert [record.body and record.body["cases"] for record in reads] == [1, 0]
    assert "uill" not in str([record.body for record in reads])


async def test_an_erasure_on_record_that_a_law_stops_is_finished_under_its_own_record(
    empty: Log,
) -> None:
    """The process ended before the key was destroyed, and then a new ticket of the case came."""
    async with empty.opened() as store:
        await store.append([event(EventIds(), 0, "T-1001")])
        holds = store.keystore.holds
        begun = holds.begin_erasure("T-1001", EventIds().new(), NOW)
        assert begun is not None
        facts, body = {"case": begun.tag}, {"reason": REASON, "actor": "os:officer"}
        await store.append([
            Event(id=begun.event_id, kind="erased", at=NOW, facts=facts, body=body)
        ])
    async with empty.opened(retention="mifid") as store:
        await store.append([event(EventIds(), 1, "T-1001")])
        with pytest.raises(ErasureRefused, match="mifid"):
            await erased(store)
        with pytest.raises(ErasureRefused, match="too late"):
            await place_hold(store, "T-1001", reason="x", actor="os:counsel", now=NOW)

        assert await erased(store, now=datetime(2032, 6, 1, tzinfo=UTC)) == begun.event_id
        made = await records(store, Filter(kind="erased"))
        assert [record.id for record in made] == [begun.event_id]


async def test_a_hold_that_was_placed_meanwhile_is_not_released(store: SQLAuditStore) -> None:
    await store.append(events(8))
    first = await place_hold(store, "T-1001", reason="a", actor="os:dpo", now=NOW)
    second = await place_hold(store, "T-1001", reason="b", actor="os:dpo", now=NOW)

    holds = store.keystore.holds
    left = await store.run(lambda: holds.end_release("T-1001", first))
    assert left is not None
    assert left.event_id == second
    assert await store.run(lambda: holds.end_release("T-1001", second)) is None


async def _raced(
    empty: Log,
    begin: Callable[[SQLAuditStore], Awaitable[object]],
    ask: Callable[[SQLAuditStore, str], Awaitable[Erased | Released]],
    *,
    kind: EventKind,
) -> tuple[list[tuple[str, bool]], list[Record]]:
    """Have six people ask for one thing at once, in two stores as in two processes.

    Return who was answered and whether it was theirs, and what is on record.
    """
    answers: list[tuple[str, bool]] = []

    async def asked(store: SQLAuditStore, name: str) -> None:
        # Who comes after all is done is told that there is nothing left.
        with suppress(UnknownCase):
            answers.append((name, (await ask(store, name)).is_own))

    async with empty.opened() as one, empty.opened() as other:
        await one.append(events(8))
        await begin(one)
        async with anyio.create_task_group() as group:
            for number, name in enumerate(("rob", "sue", "tim", "una", "vic", "wim")):
                group.start_soon(asked, (one, other)[number % 2], name)
        made = await records(one, Filter(kind=kind))
        assert (await one.verify()).ok
    return answers, made


async def test_of_several_who_release_a_hold_at_once_one_alone_is_on_record(empty: Log) -> None:
    answers, made = await _raced(
        empty,
        lambda store: place_hold(store, "T-1001", reason="x", actor="rita", now=NOW),
        lambda store, name: release_hold(store, "T-1001", reason="x", actor=name, now=NOW),
        kind="hold_released",
    )

    assert [record.body and record.body["actor"] for record in made] == [
        name for name, is_own in answers if is_own
    ]
    assert len(made) == 1


async def test_of_several_who_erase_a_case_at_once_one_alone_is_on_record(empty: Log) -> None:
    async def begin(store: SQLAuditStore) -> None:
        await store.number()

    answers, made = await _raced(
        empty,
        begin,
        lambda store, name: erase(store, "T-1001", reason="x", actor=name, now=NOW),
        kind="erased",
    )

    assert [record.body and record.body["actor"] for record in made] == [
        name for name, is_own in answers if is_own
    ]
    assert len(made) == 1


async def test_a_release_that_was_interrupted_is_finished_with_one_record(
    store: SQLAuditStore,
) -> None:
    await store.append(events(8))
    placed = await place_hold(store, "T-1001", reason="x", actor="os:dpo", now=NOW)
    holds = store.keystore.holds
    begun = holds.begin_release("T-1001", EventIds().new(), NOW)
    assert begun is not None
    with pytest.raises(ErasureRefused, match=f"by event {placed}"):
        await erased(store)  # it holds until the release is on record

    released = await release_hold(store, "T-1001", reason="x", actor="os:dpo", now=NOW)

    assert released == (begun.event_id, True)
    made = await records(store, Filter(kind="hold_released"))
    assert [record.id for record in made] == [begun.event_id]
    assert holds.of("T-1001", NOW) is None


async def test_a_hold_that_takes_the_place_of_one_being_released_stays(
    store: SQLAuditStore,
) -> None:
    await store.append(events(8))
    await place_hold(store, "T-1001", reason="a", actor="os:dpo", now=NOW)
    holds = store.keystore.holds
    begun = holds.begin_release("T-1001", EventIds().new(), NOW)
    second = await place_hold(store, "T-1001", reason="b", actor="os:dpo", now=NOW)
    released = await release_hold(store, "T-1001", reason="c", actor="os:dpo", now=NOW)

    assert begun is not None
    assert released.event_id != begun.event_id
    [record] = await records(store, Filter(kind="hold_released"))
    assert record.body is not None
    assert record.body["placed"] == second


async def test_a_hold_that_was_placed_after_its_release_was_asked_for_stays(
    store: SQLAuditStore,
) -> None:
    """It came while the second person confirmed, or its record failed."""
    await store.append(events(8))
    await place_hold(store, "T-1001", reason="a", actor="os:dpo", now=NOW)
    ids = EventIds()
    asked, later = Approval(ids.new(), "rita"), ids.new()
    holds = store.keystore.holds
    holds.place("T-1001", Hold(later, None))

    with pytest.raises(ErasureRefused, match="another hold was placed"):
        await release_hold(store, "T-1001", reason="x", actor="rob", now=NOW, approved=asked)

    assert holds.of("T-1001", NOW) == Hold(later, None)
    assert await records(store, Filter(kind="hold_released")) == []


async def test_a_hold_of_an_older_release_is_released_after_the_upgrade(empty: Log) -> None:
    async with empty.opened() as store:
        await store.append(events(8))
        await place_hold(store, "T-1001", reason="x", actor="os:dpo", now=NOW)
    with Log(keys_url(empty.url), empty.data_dir).connected() as connection:
        connection.execute(text("ALTER TABLE key_hold DROP COLUMN releasing"))
        connection.execute(text("UPDATE keys_version SET version_num = 'keys0001'"))

    async with empty.opened() as store:
        released = await release_hold(store, "T-1001", reason="x", actor="os:dpo", now=NOW)

        assert released.is_own
        assert store.keystore.holds.of("T-1001", NOW) is None


async def test_a_case_that_came_back_is_not_erased_by_who_was_late(store: SQLAuditStore) -> None:
    await store.append(events(8))
    key = store.keystore.known("T-1001")
    assert key is not None
    await erased(store)
    await store.append([event(EventIds(), 1, "T-1001")])

    await store.run(lambda: store.keystore.destroy("T-1001", NOW, tag=key.tag))

    assert store.keystore.known("T-1001") is not None


async def test_a_case_that_is_erased_already_gets_no_mark_that_waits_for_its_return(
    store: SQLAuditStore,
) -> None:
    await store.append(events(8))
    await erased(store)

    assert store.keystore.holds.begin_erasure("T-1001", EventIds().new(), NOW) is None
    await store.append([event(EventIds(), 1, "T-1001")])
    assert await place_hold(store, "T-1001", reason="x", actor="os:dpo", now=NOW)
