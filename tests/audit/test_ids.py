from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from summarizer.audit.ids import EventIds, first_id

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_id_is_the_example_of_rfc_9562() -> None:
    """RFC 9562, A.6: a given time and given random bits make a known id."""
    at = datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC)
    rand = 0xCC3 << 62 | 0x18C4DC0C0C07398F
    # 80 random bits are drawn; the top bit of the 74 that are kept is left free.
    made = EventIds(lambda: at, (rand << 7 & (1 << 80) - 1).to_bytes).new()

    expected = UUID("017F22E2-79B0-7CC3-98C4-DC0C0C07398F").int & ~(1 << 75)
    assert UUID(made).int == expected


@given(st.lists(st.integers(-5_000, 5_000), min_size=2, max_size=50))
def test_ids_grow_whatever_the_clock_does(steps: list[int]) -> None:
    times = iter([NOON + timedelta(milliseconds=step) for step in steps])
    ids = EventIds(times.__next__)
    made = [ids.new() for _ in steps]

    assert made == sorted(set(made))
    assert {(UUID(one).version, UUID(one).variant) for one in made} == {
        (7, "specified in RFC 4122")
    }


def test_a_full_counter_borrows_the_next_millisecond() -> None:
    ids = EventIds(lambda: NOON, lambda n: b"\xff" * n)
    first = ids.new()
    ids._tail = (1 << 74) - 1
    later = ids.new()

    assert later > first
    assert (UUID(later).int >> 80) - (UUID(first).int >> 80) == 1


def test_two_sources_make_different_ids_at_the_same_time() -> None:
    assert EventIds(lambda: NOON).new() != EventIds(lambda: NOON).new()


@given(
    st.datetimes(datetime(1970, 1, 2), datetime(9999, 12, 30)),  # noqa: DTZ001 - given UTC below
    st.integers(-10_000, 10_000),
)
def test_a_first_id_stands_between_the_ids_before_a_moment_and_those_from_it_on(
    moment: datetime, milliseconds: int
) -> None:
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    made = EventIds(lambda: moment + timedelta(milliseconds=milliseconds)).new()

    assert (made >= first_id(moment)) == (milliseconds >= 0)
    assert first_id(moment, timedelta(milliseconds=milliseconds)) <= made


def test_there_is_a_first_id_of_every_moment() -> None:
    early, late = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)

    assert first_id(early, -timedelta(days=1)) < first_id(NOON) < first_id(late, timedelta(days=1))
