"""What was spent: it holds the budget among processes, months and restarts."""

import asyncio
from datetime import UTC, datetime

import pytest

from summarizer.audit.beside import beside
from summarizer.audit.spending import SPENDING_FILE, Spending
from summarizer.errors import BudgetExceeded
from tests.audit.logs import Log

pytestmark = pytest.mark.anyio

NOVEMBER = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)
DECEMBER = datetime(2026, 12, 1, tzinfo=UTC)


class Calendar:
    def __init__(self) -> None:
        self.now = NOVEMBER

    def __call__(self) -> datetime:
        return self.now


async def spending(
    log: Log, *, policy: str = "bank", budget_usd: float = 1.0, now: Calendar | None = None
) -> Spending:
    log.data_dir.mkdir(mode=0o700, exist_ok=True)
    return await Spending.open(log.url, policy=policy, budget_usd=budget_usd, now=now or Calendar())


async def test_the_real_cost_takes_the_place_of_what_was_reserved(empty: Log) -> None:
    budget = await spending(empty)

    month = await budget.reserve(900_000)
    reserved = await budget.spent_usd()
    await budget.settle(month, reserved=900_000, spent=250_000)
    spent = await budget.spent_usd()
    await budget.aclose()

    assert (month, reserved, spent) == ("2026-11", 0.9, 0.25)


async def test_what_the_budget_does_not_cover_is_refused_and_not_counted(empty: Log) -> None:
    budget = await spending(empty)
    await budget.reserve(999_999)

    with pytest.raises(BudgetExceeded, match=r"1\.00 USD for 2026-11 .* monthly_budget_usd"):
        await budget.reserve(2)
    await budget.reserve(1)
    spent = await budget.spent_usd()
    await budget.aclose()

    assert spent == 1.0


async def test_it_survives_a_restart(empty: Log) -> None:
    before = await spending(empty)
    await before.reserve(600_000)
    await before.aclose()

    after = await spending(empty)
    with pytest.raises(BudgetExceeded):
        await after.reserve(600_000)
    await after.aclose()


async def test_processes_that_ask_at_once_never_pass_the_budget_together(empty: Log) -> None:
    budgets = [await spending(empty) for _ in range(4)]

    answers = await asyncio.gather(
        *(budget.reserve(100_000) for budget in budgets for _ in range(5)), return_exceptions=True
    )
    spent = await budgets[0].spent_usd()
    for budget in budgets:
        await budget.aclose()

    assert sum(answer == "2026-11" for answer in answers) == 10
    assert sum(isinstance(answer, BudgetExceeded) for answer in answers) == 10
    assert spent == 1.0


async def test_a_month_begins_anew_and_a_request_is_settled_in_its_own(empty: Log) -> None:
    calendar = Calendar()
    budget = await spending(empty, now=calendar)
    month = await budget.reserve(1_000_000)

    calendar.now = DECEMBER
    await budget.reserve(1_000_000)
    await budget.settle(month, reserved=1_000_000, spent=0)
    december = await budget.spent_usd()
    calendar.now = NOVEMBER
    november = await budget.spent_usd()
    await budget.aclose()

    assert (november, december) == (0.0, 1.0)


async def test_policies_have_budgets_of_their_own(empty: Log) -> None:
    ours, theirs = await spending(empty), await spending(empty, policy="branch")
    await ours.reserve(1_000_000)

    await theirs.reserve(1_000_000)
    spent = await ours.spent_usd()
    await ours.aclose()
    await theirs.aclose()

    assert spent == 1.0


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        ("sqlite:////var/lib/summarizer/audit.db", "sqlite:////var/lib/summarizer/spending.db"),
        ("postgresql+psycopg://host/audit", "postgresql+psycopg://host/audit"),
    ],
)
def test_it_lies_beside_the_log(log: str, expected: str) -> None:
    assert beside(log, SPENDING_FILE) == expected
