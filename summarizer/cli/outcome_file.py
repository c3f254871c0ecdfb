"""Outcome file: outcomes -> a file of JSON Lines that is there as a whole or not at all."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from summarizer.cli.output import notes
from summarizer.errors import ConfigurationError
from summarizer.models import Outcome

__all__ = ["outcome_file", "write_private"]


@contextmanager
def outcome_file(path: str | None) -> Iterator[Callable[[Outcome], None]]:
    """Collect outcomes beside `path` and put the file in place, mode 0600, when all are there.

    What was finished before an interruption stays in a file beside it that ends in `.partial`,
    and a note on standard error names it. Without a path nothing is written.

    Raises:
        ConfigurationError: if the file cannot be written.
    """
    if path is None:
        yield lambda _: None
        return
    target = Path(path)
    if target.is_dir():
        msg = f"--output: {path} is a folder; name a file"
        raise ConfigurationError(msg)
    with _named_faults(path):
        descriptor, name = tempfile.mkstemp(
            dir=target.parent, prefix=f"{target.name}.", suffix=".partial"
        )
    count = 0
    with os.fdopen(descriptor, "wb") as file:

        def keep(outcome: Outcome) -> None:
            nonlocal count
            with _named_faults(path):
                file.write(outcome.model_dump_json().encode() + b"\n")
                file.flush()
            count += 1

        try:
            yield keep
            with _named_faults(path):
                os.fsync(descriptor)
                Path(name).replace(target)
        except BaseException:
            if count:
                notes().print(f"{count} finished outcome(s) are kept in {name}")
            else:
                Path(name).unlink()
            raise


def write_private(path: Path, data: bytes) -> None:
    """Write a file of mode 0600 as a whole or not at all.

    Raises:
        ConfigurationError: if it cannot be written.
    """
    with _named_faults(str(path)):
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        Path(name).replace(path)


@contextmanager
def _named_faults(path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        msg = f"--output: {path}: {reason}; name a file in a folder you may write to"
        raise ConfigurationError(msg) from None
