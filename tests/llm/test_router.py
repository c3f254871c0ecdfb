from dataclasses import replace

import pytest

from summarizer.errors import (
    AuditUnavailable,
    BudgetExceeded,
    EgressBlocked,
    ModelNotAllowed,
    ProviderTimeout,
    ProviderUnavailable,
    SummarizerError,
)
from summarizer.llm.router import Router
from tests.builders import redacted_prompt
from tests.llm.faulty import FaultyLLM
from tests.llm.gates import RecordingGate

pytestmark = pytest.mark.anyio


async def test_the_configured_model_alone_is_asked_while_it_answers() -> None:
    first, second = FaultyLLM(name="first"), FaultyLLM(name="second")

    completion = await Router([first, second]).complete(redacted_prompt(), RecordingGate())

    assert (completion.model, second.calls) == ("first", 0)


@pytest.mark.parametrize(
    "fault",
    [
        ProviderUnavailable("down"),
        ProviderUnavailable("400", retryable=False),
        ProviderTimeout("late"),
        BudgetExceeded("spent"),
    ],
)
async def test_the_next_model_is_asked_past_the_gate_anew_when_one_gives_no_answer(
    fault: SummarizerError,
) -> None:
    gate = RecordingGate()
    router = Router([FaultyLLM([fault], name="first"), FaultyLLM(name="second")])

    completion = await router.complete(redacted_prompt(), gate)

    assert completion.model == "second"
    assert len(gate.requests) == 2


@pytest.mark.parametrize(
    "fault", [EgressBlocked("hit"), AuditUnavailable("full"), ModelNotAllowed("no")]
)
async def test_no_other_model_is_asked_when_the_case_may_not_go_on(fault: SummarizerError) -> None:
    second = FaultyLLM(name="second")

    with pytest.raises(type(fault)) as caught:
        await Router([FaultyLLM([fault]), second]).complete(redacted_prompt(), RecordingGate())

    assert caught.value is fault
    assert second.calls == 0


async def test_the_configured_models_fault_is_raised_when_none_answers() -> None:
    faults = [ProviderTimeout("late"), ProviderUnavailable("down")]

    with pytest.raises(ProviderTimeout) as caught:
        await Router([FaultyLLM([fault]) for fault in faults]).complete(
            redacted_prompt(), RecordingGate()
        )

    assert caught.value is faults[0]


async def test_an_answer_is_weighed_by_the_model_that_gave_it_alone() -> None:
    second = FaultyLLM(name="second")
    router = Router([FaultyLLM([ProviderTimeout("late")]), second])

    with pytest.raises(ProviderTimeout):
        await router.complete(replace(redacted_prompt(), weighs=True), RecordingGate())

    assert second.calls == 0


async def test_it_is_ready_if_any_of_them_is_and_has_the_configured_models_name() -> None:
    down = FaultyLLM(name="first", unready=ProviderUnavailable("down"))

    await Router([down, FaultyLLM()]).ready()
    with pytest.raises(ProviderUnavailable):
        await Router([down]).ready()

    assert Router([down, FaultyLLM()]).name == "first"


async def test_all_of_them_are_closed() -> None:
    llms = [FaultyLLM(), FaultyLLM()]

    await Router(llms).aclose()

    assert [llm.closed for llm in llms] == [True, True]
