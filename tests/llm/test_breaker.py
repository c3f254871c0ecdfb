import asyncio
from collections.abc import Sequence

import pytest

from summarizer.errors import (
    BudgetExceeded,
    ErrorCode,
    ProviderError,
    ProviderTimeout,
    ProviderUnavailable,
)
from summarizer.llm import Gate
from summarizer.llm.breaker import Breaking
from summarizer.models import Completion, Prompt
from summarizer.policy.models import Breaker
from tests.builders import redacted_prompt
from tests.llm.faulty import Clock, FaultyLLM
from tests.llm.gates import RecordingGate

pytestmark = pytest.mark.anyio

RULE = Breaker(faults=2, pause_seconds=30)
DOWN = ProviderUnavailable("500")


def breaking(*faults: Exception) -> tuple[Breaking, FaultyLLM, Clock]:
    llm, clock = FaultyLLM(faults), Clock()
    return Breaking(llm, RULE, clock=clock), llm, clock


async def ask(llm: Breaking, times: int = 1) -> Sequence[ProviderError | Completion]:
    answers: list[ProviderError | Completion] = []
    for _ in range(times):
        try:
            answers.append(await llm.complete(redacted_prompt(), RecordingGate()))
        except ProviderError as error:
            answers.append(error)
    return answers


async def test_a_model_that_failed_too_often_in_a_row_is_left_alone() -> None:
    guarded, llm, _ = breaking(DOWN, ProviderTimeout("late"))
    gate = RecordingGate()

    await ask(guarded, 2)
    with pytest.raises(ProviderUnavailable, match="2 times in a row") as caught:
        await guarded.complete(redacted_prompt(), gate)

    assert llm.calls == 2
    assert (caught.value.retryable, caught.value.sent) == (False, False)
    assert gate.requests == []


async def test_that_it_was_left_alone_is_on_record() -> None:
    guarded, _, _ = breaking(DOWN, DOWN)
    gate = RecordingGate()

    await ask(guarded, 2)
    with pytest.raises(ProviderUnavailable):
        await guarded.complete(redacted_prompt(), gate)

    assert gate.faults == [("faulty", ErrorCode.PROVIDER_UNAVAILABLE)]


async def test_an_answer_in_between_starts_the_count_anew() -> None:
    guarded, llm, _ = breaking(DOWN)

    await ask(guarded, 2)
    llm.faults.append(DOWN)
    await ask(guarded, 2)

    assert llm.calls == 4


async def test_a_refusal_in_between_starts_the_count_anew_too() -> None:
    guarded, llm, _ = breaking(DOWN, ProviderUnavailable("400", retryable=False), DOWN)

    await ask(guarded, 4)

    assert llm.calls == 4


async def test_after_the_pause_one_answer_closes_it() -> None:
    guarded, llm, clock = breaking(DOWN, DOWN)

    await ask(guarded, 2)
    clock.seconds += 30
    answers = await ask(guarded, 3)

    assert [isinstance(answer, Completion) for answer in answers] == [True, True, True]
    assert llm.calls == 5


async def test_a_fault_after_the_pause_opens_it_for_another() -> None:
    guarded, llm, clock = breaking(DOWN, DOWN, DOWN)

    await ask(guarded, 2)
    clock.seconds += 30
    await ask(guarded)
    clock.seconds += 29
    await ask(guarded)

    assert llm.calls == 3


async def test_half_open_one_call_finds_out_and_the_others_do_not_wait_for_it() -> None:
    class Slow(FaultyLLM):
        async def complete(self, prompt: Prompt, gate: Gate) -> Completion:
            await released.wait()
            return await super().complete(prompt, gate)

    released, clock = asyncio.Event(), Clock()
    llm = Slow([DOWN, DOWN])
    guarded = Breaking(llm, RULE, clock=clock)
    released.set()
    await ask(guarded, 2)
    clock.seconds += 30
    released.clear()

    trial = asyncio.create_task(guarded.complete(redacted_prompt(), RecordingGate()))
    await asyncio.sleep(0)
    [other] = await ask(guarded)
    released.set()

    assert isinstance(other, ProviderUnavailable)
    assert (await trial).model == "faulty"
    assert llm.calls == 3


async def test_a_trial_that_was_cancelled_lets_the_next_one_find_out() -> None:
    guarded, llm, clock = breaking(DOWN, DOWN)
    await ask(guarded, 2)
    clock.seconds += 30
    llm.faults.append(asyncio.CancelledError())

    with pytest.raises(asyncio.CancelledError):
        await guarded.complete(redacted_prompt(), RecordingGate())
    [answer] = await ask(guarded)

    assert isinstance(answer, Completion)


@pytest.mark.parametrize(
    "fault", [ProviderUnavailable("400", retryable=False), BudgetExceeded("spent")]
)
async def test_a_provider_that_works_but_refuses_is_not_left_alone(fault: ProviderError) -> None:
    guarded, llm, _ = breaking(*[fault] * 5)

    await ask(guarded, 5)

    assert llm.calls == 5


async def test_it_is_ready_and_closed_as_its_model_is() -> None:
    guarded, llm, _ = breaking(DOWN, DOWN)

    await ask(guarded, 2)
    await guarded.ready()
    await guarded.aclose()

    assert llm.closed
