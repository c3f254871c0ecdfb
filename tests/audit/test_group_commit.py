import threading
from collections.abc import Sequence
from concurrent.futures import Future

import pytest

from summarizer.audit.group_commit import GroupCommit


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


def submitted(
    commits: Commits, *, most: int = 100
) -> tuple[GroupCommit[int, int], list["Future[int]"]]:
    group = GroupCommit[int, int](commits, most=most, name="test")
    futures = [group.submit(0)]
    assert commits.begun.wait(30)
    return group, futures


def test_what_queues_while_a_commit_runs_goes_into_the_next_one() -> None:
    commits = Commits()
    group, futures = submitted(commits)
    futures += [group.submit(number) for number in (2, 4, 6)]
    commits.go.set()

    assert [future.result(30) for future in futures] == [0, 20, 40, 60]
    assert commits.batches == [[0], [2, 4, 6]]
    group.close()


def test_a_commit_takes_no_more_than_it_may() -> None:
    commits = Commits()
    group, _ = submitted(commits, most=2)
    last = [group.submit(number) for number in (2, 4, 6)][-1]
    commits.go.set()

    assert last.result(30) == 60
    assert commits.batches == [[0], [2, 4], [6]]
    group.close()


def test_one_item_fails_alone_and_a_commit_that_raises_fails_all() -> None:
    commits = Commits()
    group, _ = submitted(commits, most=2)
    good, odd, unlucky, beside = (group.submit(number) for number in (2, 3, 13, 4))
    commits.go.set()

    assert good.result(30) == 20
    with pytest.raises(ValueError, match="odd"):
        odd.result(30)
    for future in (unlucky, beside):
        with pytest.raises(RuntimeError, match="bad luck"):
            future.result(30)
    assert group.submit(8).result(30) == 80
    group.close()


def test_closing_commits_what_is_queued_and_takes_no_more() -> None:
    commits = Commits()
    group, _ = submitted(commits)
    last = group.submit(2)
    commits.go.set()
    group.close()
    group.close()

    assert last.result(0) == 20
    with pytest.raises(RuntimeError, match="closed"):
        group.submit(4)
