import asyncio
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from summarizer.audit.group_commit import GroupCommit

pytestmark = pytest.mark.anyio


class Commits:
    """Remembers each batch; the first one waits until it is let go."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.begun, self.go = threading.Event(), threading.Event()

    def __call__(self, items: Sequence[int]) -> list[int | BaseException]:
        self.batches.append(list(items))
        self.begun.set()
        assert self.go.wait(30)
        if 13 in items:
            msg = "bad luck"
            raise RuntimeError(msg)
        return [ValueError("odd") if item % 2 else item * 10 for item in items]


async def submitted(
    commits: Commits, *, most: int = 100
) -> tuple[GroupCommit[int, int], list["asyncio.Future[int]"]]:
    group = GroupCommit[int, int](commits, most=most, name="test")
    futures = [group.submit(0)]
    assert await asyncio.to_thread(commits.begun.wait, 30)
    return group, futures


async def test_what_queues_while_a_commit_runs_goes_into_the_next_one() -> None:
    commits = Commits()
    group, futures = await submitted(commits)
    futures += [group.submit(number) for number in (2, 4, 6)]
    commits.go.set()

    assert await asyncio.gather(*futures) == [0, 20, 40, 60]
    assert commits.batches == [[0], [2, 4, 6]]
    group.close()


async def test_a_commit_takes_no_more_than_it_may() -> None:
    commits = Commits()
    group, _ = await submitted(commits, most=2)
    last = [group.submit(number) for number in (2, 4, 6)][-1]
    commits.go.set()

    assert await last == 60
    assert commits.batches == [[0], [2, 4], [6]]
    group.close()


async def test_one_item_fails_alone_and_a_commit_that_raises_fails_all() -> None:
    commits = Commits()
    group, _ = await submitted(commits, most=2)
    good, odd, unlucky, beside = (group.submit(number) for number in (2, 3, 13, 4))
    commits.go.set()

    assert await good == 20
    with pytest.raises(ValueError, match="odd"):
        await odd
    for future in (unlucky, beside):
        with pytest.raises(RuntimeError, match="bad luck"):
            await future
    assert await group.submit(8) == 80
    group.close()


async def test_closing_commits_what_is_queued_and_takes_no_more() -> None:
    commits = Commits()
    group, _ = await submitted(commits)
    last = group.submit(2)
    commits.go.set()
    group.close()
    group.close()

    assert await last == 20
    with pytest.raises(RuntimeError, match="closed"):
        group.submit(4)


async def test_a_caller_that_goes_away_calls_nothing_back_and_harms_nobody() -> None:
    commits = Commits()
    group, futures = await submitted(commits)
    gone, stays = group.submit(2), group.submit(4)
    gone.cancel()
    commits.go.set()

    assert await stays == 40
    assert await futures[0] == 0
    assert commits.batches == [[0], [2, 4]]
    group.close()


async def test_what_queues_until_it_is_ones_turn_goes_in_together() -> None:
    asked, go = threading.Event(), threading.Event()

    @contextmanager
    def turn() -> Iterator[None]:
        asked.set()
        assert go.wait(30)
        yield

    commits = Commits()
    commits.go.set()
    group = GroupCommit[int, int](commits, most=100, name="test", turn=turn)
    futures = [group.submit(0)]
    assert await asyncio.to_thread(asked.wait, 30)
    futures += [group.submit(number) for number in (2, 4)]
    go.set()

    assert await asyncio.gather(*futures) == [0, 20, 40]
    assert commits.batches == [[0, 2, 4]]
    group.close()
