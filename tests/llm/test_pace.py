import pytest

from summarizer.errors import ProviderUnavailable
from summarizer.llm.pace import Pace
from summarizer.policy.models import PerMinute
from tests.llm.faulty import Clock

pytestmark = pytest.mark.anyio


def paced(clock: Clock, *, requests: int | None = None, tokens: int | None = None) -> Pace:
    limits = PerMinute(requests=requests, tokens=tokens)
    return Pace(limits, longest_wait_seconds=5, clock=clock, sleep=clock.sleep)


async def test_without_limits_nothing_waits() -> None:
    clock = Clock()
    pace = paced(clock)

    for _ in range(100):
        await pace.take(1_000_000)

    assert clock.waited == []


async def test_a_request_over_the_limit_waits_until_a_minute_after_the_first() -> None:
    clock = Clock()
    pace = paced(clock, requests=2)
    await pace.take(1)
    clock.seconds += 57
    await pace.take(1)

    await pace.take(1)

    assert clock.waited == [3]


async def test_a_request_that_would_wait_too_long_is_refused_at_once() -> None:
    clock = Clock()
    pace = paced(clock, requests=1)
    await pace.take(1)

    with pytest.raises(ProviderUnavailable, match="limits per minute") as caught:
        await pace.take(1)

    assert clock.waited == []
    assert (caught.value.retryable, caught.value.sent) == (False, False)


async def test_no_sixty_seconds_hold_more_requests_than_the_limit() -> None:
    clock = Clock()
    pace = paced(clock, requests=3)
    at: list[float] = []
    for _ in range(12):
        clock.seconds += 19
        at.append((await pace.take(1)).at)

    assert all(later - earlier >= 60 for earlier, later in zip(at, at[3:], strict=False))


async def test_tokens_count_as_estimated_until_the_provider_has_counted_them() -> None:
    clock = Clock()
    pace = paced(clock, tokens=100)
    asked = await pace.take(90)
    with pytest.raises(ProviderUnavailable):
        await pace.take(20)

    asked.tokens = 70
    await pace.take(20)

    assert clock.waited == []


async def test_a_request_that_alone_is_above_the_limit_never_waits() -> None:
    clock = Clock()

    with pytest.raises(ProviderUnavailable):
        await paced(clock, tokens=100).take(101)

    assert clock.waited == []


async def test_a_request_waits_for_as_many_tokens_as_it_needs_and_no_more() -> None:
    clock = Clock()
    pace = paced(clock, tokens=100)
    await pace.take(60)
    clock.seconds += 30
    await pace.take(40)
    clock.seconds += 27

    await pace.take(60)

    assert clock.waited == [3]
