"""Spending: what each request may cost and did cost -> a month's total that never passes a budget.

The total of a policy and a calendar month is one row. A request counts with the most it can cost
before it leaves, and with its real cost afterwards; of a process that dies in between, the most
stays counted. So the budget holds whatever happens, among all processes on one database.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Final

from sqlalchemy import text

from summarizer.audit.beside import beside
from summarizer.audit.database import Database
from summarizer.errors import BudgetExceeded

__all__ = ["SPENDING_FILE", "Spending"]

SPENDING_FILE: Final = "spending.db"
"""Its name beside a log in an SQLite file."""
_BEGIN: Final = text(
    "INSERT INTO spending (policy, month, microusd) VALUES (:policy, :month, 0)"
    " ON CONFLICT (policy, month) DO NOTHING"
)
_RESERVE: Final = text(
    "UPDATE spending SET microusd = microusd + :added"
    " WHERE policy = :policy AND month = :month AND microusd + :added <= :budget"
)
_CHANGE: Final = text(
    "UPDATE spending SET microusd = microusd + :added WHERE policy = :policy AND month = :month"
)
_TOTAL: Final = text("SELECT microusd FROM spending WHERE policy = :policy AND month = :month")
_MICRO: Final = 1_000_000


class Spending:
    """What was spent under a policy, month by month (UTC)."""

    def __init__(
        self, database: Database, *, policy: str, budget_usd: float, now: Callable[[], datetime]
    ) -> None:
        """Take a database whose tables are up to date.

        Args:
            database: is closed by `aclose`.
            policy: its name: policies have budgets of their own.
            budget_usd: for a month.
            now: aware, UTC.
        """
        self._database = database
        self._policy = policy
        self.budget_usd = budget_usd
        self._budget = round(budget_usd * _MICRO)
        self._now = now

    @staticmethod
    async def open(
        log_url: str, *, policy: str, budget_usd: float, now: Callable[[], datetime]
    ) -> "Spending":
        """Open what was spent beside a log, and make it first if there is none.

        Raises:
            AuditUnavailable: if the database cannot be opened or made.
        """

        def opened() -> Database:
            database = Database(beside(log_url, SPENDING_FILE))
            try:
                return database.migrate("spending")
            except BaseException:
                database.dispose()
                raise

        database = await asyncio.to_thread(opened)
        return Spending(database, policy=policy, budget_usd=budget_usd, now=now)

    async def reserve(self, microusd: int) -> str:
        """Count what a request may cost at most; return the month it is counted in.

        Raises:
            BudgetExceeded: if the budget does not cover it; nothing is counted then.
            AuditUnavailable: if it could not be counted durably.
        """
        month = f"{self._now():%Y-%m}"
        if await asyncio.to_thread(self._reserve, month, microusd):
            return month
        msg = (
            f"the budget of {self.budget_usd:,.2f} USD for {month} does not cover another "
            "request; raise monthly_budget_usd in models.yaml, or wait for the next month"
        )
        raise BudgetExceeded(msg)

    async def settle(self, month: str, *, reserved: int, spent: int) -> None:
        """Put what a request really cost in place of what was reserved.

        Raises:
            AuditUnavailable: if it could not be counted durably; the reserve stays counted.
        """
        await asyncio.to_thread(self._change, month, spent - reserved)

    async def spent_usd(self) -> float:
        """Return what counts this month, the reserves of requests under way included.

        Raises:
            AuditUnavailable: if the database cannot be read.
        """
        return await asyncio.to_thread(self._total, f"{self._now():%Y-%m}") / _MICRO

    async def aclose(self) -> None:
        """Close the database."""
        await asyncio.to_thread(self._database.dispose)

    def _reserve(self, month: str, microusd: int) -> bool:
        row = {"policy": self._policy, "month": month}
        with self._database.writing() as connection:
            connection.execute(_BEGIN, row)
            wanted = {**row, "added": microusd, "budget": self._budget}
            return connection.execute(_RESERVE, wanted).rowcount == 1

    def _change(self, month: str, microusd: int) -> None:
        row = {"policy": self._policy, "month": month, "added": microusd}
        with self._database.writing() as connection:
            connection.execute(_CHANGE, row)

    def _total(self, month: str) -> int:
        with self._database.reading() as connection:
            row = {"policy": self._policy, "month": month}
            return int(connection.execute(_TOTAL, row).scalar() or 0)
