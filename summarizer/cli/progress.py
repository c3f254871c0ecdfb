"""Progress: how far a command is, on standard error and only if that is a terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.text import Text

from summarizer.cli.output import notes

__all__ = ["Rate", "bytes_bar", "counter", "event_bar", "new_bar", "ticket_bar"]

_REFRESHES_PER_SECOND = 4


class Rate(ProgressColumn):
    """Items a minute so far."""

    def render(self, task: Task) -> Text:
        """Show nothing before the first item is done."""
        if not task.completed or not task.elapsed:
            return Text("")
        return Text(f"{task.completed / task.elapsed * 60:,.1f}/min", style="dim")


@contextmanager
def counter(unit: str) -> Iterator[Callable[[], None]]:
    """Count items of which nobody knows how many will come; yields what to call for each."""
    bar = new_bar(
        TextColumn("{task.completed:,.0f} {task.description}"), Rate(), TimeElapsedColumn()
    )
    task = bar.add_task(unit, total=None)
    with bar:
        yield lambda: bar.advance(task)


@contextmanager
def ticket_bar(total: int | None) -> Iterator[Callable[[Callable[[], None]], None]]:
    """Count tickets; yields a function that takes how to show a finished one.

    The bar makes way while a result is printed, so that the two do not mix in a terminal.
    """
    bar = new_bar(
        SpinnerColumn(),
        TextColumn("summarizing"),
        BarColumn(24),
        MofNCompleteColumn(),
        Rate(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    task = bar.add_task("", total=total)

    def finished(show: Callable[[], None]) -> None:
        bar.stop()
        show()
        bar.advance(task)
        bar.start()

    with bar:
        yield finished


@contextmanager
def bytes_bar() -> Iterator[Callable[[str, int, int], None]]:
    """Show bytes, their rate and the time left; yields a function of step, done and total."""
    bar = new_bar(
        TextColumn("{task.description:<10}"),
        BarColumn(32),
        DownloadColumn(),
        TransferSpeedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    task = bar.add_task("", total=None)

    def update(step: str, done: int, total: int) -> None:
        if bar.tasks[0].description != step:
            bar.reset(task, description=step, total=total)
        bar.update(task, completed=done, total=total)

    with bar:
        yield update


@contextmanager
def event_bar(doing: str) -> Iterator[Callable[[int, int], None]]:
    """Show how many events are done; yields a function of done and total."""
    bar = new_bar(
        SpinnerColumn(),
        TextColumn(doing),
        BarColumn(24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    task = bar.add_task("", total=None)
    with bar:
        yield lambda done, total: bar.update(task, completed=done, total=total)


def new_bar(*columns: ProgressColumn) -> Progress:
    """Make a bar of these columns, hidden where standard error is no terminal."""
    console = notes()
    return Progress(
        *columns,
        console=console,
        transient=True,
        disable=not console.is_terminal,
        redirect_stdout=False,
        redirect_stderr=False,
        refresh_per_second=_REFRESHES_PER_SECOND,
    )
