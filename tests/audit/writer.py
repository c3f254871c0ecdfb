"""A process that writes to a log, says what was acknowledged, and stops where it is told to.

Usage: python -m tests.audit.writer URL FOLDER COUNT THREAD. It appends COUNT events one by one,
printing each id once it is acknowledged. Then it appends one more, and just before the commit on
the thread of that name it prints `committing` and waits for a line on standard input.
"""

import asyncio
import sys
import threading
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy import event as engine_event

from summarizer.audit.ids import EventIds
from tests.audit.logs import Log, event


async def main(url: str, folder: str, count: int, thread: str) -> None:
    ids = EventIds()
    async with Log(url, Path(folder)).opened() as store:
        await store.number()
        for number in range(count):
            one = event(ids, number, f"T-{number % 3}")
            await store.append([one])
            say(one.id)
        await store.number()

        def pause(connection: Connection) -> None:
            if threading.current_thread().name == thread:
                say("committing")
                sys.stdin.readline()

        engine_event.listen(store.database.engine, "commit", pause)
        one = event(ids, count, "T-0")
        await store.append([one])
        say(one.id)
        await store.number()


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]))
