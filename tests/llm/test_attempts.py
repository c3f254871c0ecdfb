import pytest

from summarizer.errors import (
    AuditUnavailable,
    EgressBlocked,
    ModelNotAllowed,
    ProviderError,
    ProviderTimeout,
    ProviderUnavailable,
    SummarizerError,
)
from summarizer.llm.attempts import Attempts
from tests.builders import redacted_prompt
from tests.llm.faulty import FaultyLLM, Pauses
from tests.llm.gates import RecordingGate

pytestmark = pytest.mark.anyio


def steady() -> float:
    return 0.5


async def test_each_attempt_passes_the_gate_anew() -> None:
    gate = RecordingGate()
    llm = FaultyLLM([ProviderUnavailable("500"), ProviderTimeout("late")])

    completion = await Attempts(llm, attempts=3, sleep=Pauses()).complete(redacted_prompt(), gate)

    assert completion.model == "faulty"
    assert gate.bodies == [b"1", b"2", b"3"]


async def test_the_last_fault_is_raised_when_attempts_run_out() -> None:
    faults = [ProviderUnavailable("first"), ProviderTimeout("second"), ProviderTimeout("third")]
    llm = FaultyLLM(faults)

    with pytest.raises(ProviderError) as caught:
        await Attempts(llm, attempts=2, sleep=Pauses()).complete(redacted_prompt(), RecordingGate())

    assert caught.value is faults[1]
    assert llm.calls == 2


@pytest.mark.parametrize(
    "fault",
    [
        ProviderUnavailable("400", retryable=False),
        ModelNotAllowed("no"),
        EgressBlocked("hit"),
        AuditUnavailable("full"),
    ],
)
async def test_a_fault_that_does_not_pass_is_raised_at_once(fault: SummarizerError) -> None:
    llm, pauses = FaultyLLM([fault]), Pauses()

    with pytest.raises(type(fault)):
        await Attempts(llm, attempts=3, sleep=pauses).complete(redacted_prompt(), RecordingGate())

    assert llm.calls == 1
    assert pauses == []


async def test_pauses_double_and_are_bounded() -> None:
    llm, pauses = FaultyLLM([ProviderTimeout("late")] * 5), Pauses()

    await Attempts(llm, attempts=6, longest_pause_seconds=3, sleep=pauses, jitter=steady).complete(
        redacted_prompt(), RecordingGate()
    )

    assert pauses == [0.5, 1.0, 2.0, 3.0, 3.0]


@pytest.mark.parametrize(("jitter", "pause"), [(0.0, 0.25), (1.0, 0.75)])
async def test_pauses_are_jittered(jitter: float, pause: float) -> None:
    llm, pauses = FaultyLLM([ProviderTimeout("late")]), Pauses()

    await Attempts(llm, attempts=2, sleep=pauses, jitter=lambda: jitter).complete(
        redacted_prompt(), RecordingGate()
    )

    assert pauses == [pause]


@pytest.mark.parametrize(("asked", "pause"), [(0.0, 0.5), (7.0, 7.0), (30.0, 30.0)])
async def test_retry_after_is_honoured_up_to_the_longest_pause(asked: float, pause: float) -> None:
    llm, pauses = FaultyLLM([ProviderUnavailable("429", retry_after=asked)]), Pauses()

    await Attempts(llm, attempts=2, sleep=pauses, jitter=steady).complete(
        redacted_prompt(), RecordingGate()
    )

    assert pauses == [pause]


async def test_a_provider_that_asks_for_a_longer_pause_is_not_asked_again() -> None:
    fault = ProviderUnavailable("429", retry_after=31.0)
    llm, pauses = FaultyLLM([fault]), Pauses()

    with pytest.raises(ProviderUnavailable) as caught:
        await Attempts(llm, attempts=2, sleep=pauses).complete(redacted_prompt(), RecordingGate())

    assert caught.value is fault
    assert (llm.calls, pauses) == (1, [])


async def test_it_is_known_by_its_models_name_and_closes_it() -> None:
    llm = FaultyLLM([])
    attempts = Attempts(llm, attempts=1)

    await attempts.aclose()

    assert attempts.name == "faulty"
    assert llm.closed
