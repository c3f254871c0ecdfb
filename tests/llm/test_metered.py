import pytest

from summarizer.errors import (
    AuditUnavailable,
    BudgetExceeded,
    EgressBlocked,
    ErrorCode,
    ProviderTimeout,
    ProviderUnavailable,
)
from summarizer.llm import Gate, WireRequest, WireResponse
from summarizer.llm.metered import Metered
from summarizer.llm.pace import Pace
from summarizer.models import Completion, Prompt, Usage
from summarizer.policy.models import PerMinute, Price
from tests.builders import redacted_prompt
from tests.llm.faulty import Clock, FaultyLLM
from tests.llm.gates import RecordingGate, RefusingGate

pytestmark = pytest.mark.anyio

PRICE = Price(prompt=1.0, completion=10.0)
MOST = 1 + 10 * 100
"""Of a request of one byte and an answer of at most a hundred, in micro-dollars."""
USED = Usage(prompt_tokens=20, completion_tokens=5, cost_usd=0.00007)


class MemoryBudget:
    """Counts in memory; says no when more would be reserved than it has."""

    def __init__(self, microusd: int = 1_000_000) -> None:
        self.left = microusd
        self.settled: list[tuple[int, int]] = []

    async def reserve(self, microusd: int) -> str:
        if microusd > self.left:
            msg = "spent"
            raise BudgetExceeded(msg)
        self.left -= microusd
        return "2026-11"

    async def settle(self, month: str, *, reserved: int, spent: int) -> None:
        assert month == "2026-11"
        self.left += reserved - spent
        self.settled.append((reserved, spent))


class StatusLLM(FaultyLLM):
    """Gets a response of this status, then fails for it."""

    def __init__(self, status: int, usage: Usage | None = None) -> None:
        super().__init__()
        self._response = WireResponse(status, b"{}", usage=usage)

    async def complete(self, prompt: Prompt, gate: Gate) -> Completion:
        await gate.clear(WireRequest("local:status", b"1"))
        await gate.received(self._response)
        msg = f"status {self._response.status}"
        raise ProviderUnavailable(msg)


def metered(
    llm: FaultyLLM,
    budget: MemoryBudget | None = None,
    *,
    price: Price = PRICE,
    limits: PerMinute | None = None,
) -> Metered:
    clock = Clock()
    pace = Pace(limits or PerMinute(), clock=clock, sleep=clock.sleep)
    return Metered(llm, pace=pace, price=price, budget=budget, max_output_tokens=100)


async def test_the_record_names_the_model_that_is_asked() -> None:
    gate = RecordingGate()

    await metered(FaultyLLM(name="openai/x")).complete(redacted_prompt(), gate)

    assert [request.model for request in gate.requests] == ["openai/x"]


async def test_the_most_a_request_can_cost_counts_until_its_cost_is_known() -> None:
    budget = MemoryBudget()
    seen: list[int] = []

    class Watching(FaultyLLM):
        async def complete(self, prompt: Prompt, gate: Gate) -> Completion:
            await gate.clear(WireRequest("local:watching", b"1"))
            seen.append(budget.left)
            await gate.received(WireResponse(200, b"{}", usage=USED))
            return Completion("{}", self.name)

    await metered(Watching(), budget).complete(redacted_prompt(), RecordingGate())

    assert seen == [1_000_000 - MOST]
    assert budget.left == 1_000_000 - 70


async def test_a_request_beyond_the_budget_never_leaves_and_that_is_on_record() -> None:
    gate = RecordingGate()
    llm = metered(FaultyLLM(name="openai/x"), MemoryBudget(MOST - 1))

    with pytest.raises(BudgetExceeded):
        await llm.complete(redacted_prompt(), gate)

    assert gate.requests == []
    assert gate.faults == [("openai/x", ErrorCode.BUDGET_EXCEEDED)]


async def test_a_failed_attempt_whose_answer_says_what_it_used_is_paid() -> None:
    budget = MemoryBudget()

    with pytest.raises(ProviderUnavailable):
        await metered(StatusLLM(500, USED), budget).complete(redacted_prompt(), RecordingGate())

    assert budget.settled == [(MOST, 70)]


@pytest.mark.parametrize(("status", "settled"), [(429, [(MOST, 0)]), (200, [])])
async def test_a_refusal_is_free_and_an_answer_that_does_not_say_stays_reserved(
    status: int, settled: list[tuple[int, int]]
) -> None:
    budget, gate = MemoryBudget(), RecordingGate()

    with pytest.raises(ProviderUnavailable):
        await metered(StatusLLM(status), budget).complete(redacted_prompt(), gate)

    assert budget.settled == settled
    assert gate.faults == []


@pytest.mark.parametrize(
    ("fault", "settled"),
    [
        (ProviderUnavailable("no route", sent=False), [(MOST, 0)]),
        (ProviderUnavailable("broke off"), []),
        (ProviderTimeout("late"), []),
    ],
)
async def test_without_a_response_only_what_never_left_is_free(
    fault: Exception, settled: list[tuple[int, int]]
) -> None:
    budget, gate = MemoryBudget(), RecordingGate()

    with pytest.raises(type(fault)):
        await metered(FaultyLLM([fault]), budget).complete(redacted_prompt(), gate)

    assert budget.settled == settled
    assert [model for model, _ in gate.faults] == ["faulty"]


@pytest.mark.parametrize("fault", [EgressBlocked("hit"), AuditUnavailable("full")])
async def test_what_the_gate_stops_costs_nothing(fault: Exception) -> None:
    budget = MemoryBudget()

    with pytest.raises(type(fault)):
        await metered(FaultyLLM(), budget).complete(redacted_prompt(), RefusingGate(clear=fault))

    assert budget.left == 1_000_000


async def test_what_is_free_is_asked_when_the_budget_is_used_up() -> None:
    free = metered(FaultyLLM(), MemoryBudget(-1), price=Price(prompt=0, completion=0))

    completion = await free.complete(redacted_prompt(), RecordingGate())

    assert completion.model == "faulty"


async def test_above_the_limit_per_minute_the_model_is_not_asked_and_that_is_on_record() -> None:
    gate = RecordingGate()
    llm = metered(FaultyLLM(), limits=PerMinute(requests=1))
    await llm.complete(redacted_prompt(), gate)

    with pytest.raises(ProviderUnavailable, match="limits per minute"):
        await llm.complete(redacted_prompt(), gate)

    assert len(gate.requests) == 1
    assert gate.faults == [("faulty", ErrorCode.PROVIDER_UNAVAILABLE)]


async def test_the_tokens_that_the_provider_counted_are_those_that_count_for_the_minute() -> None:
    used = Usage(prompt_tokens=60, completion_tokens=40)
    llm = metered(FaultyLLM(usage=used), limits=PerMinute(tokens=100))
    await llm.complete(redacted_prompt(), RecordingGate())

    with pytest.raises(ProviderUnavailable, match="limits per minute"):
        await llm.complete(redacted_prompt(), RecordingGate())
