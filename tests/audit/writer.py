"""A process of its own that appends batches of three and says which are durable."""

import sys
from pathlib import Path

import anyio

from tests.audit.logs import an_event, open_store


async def write(data_dir: Path, name: str, batches: int) -> None:
    store = await open_store(data_dir, busy_seconds=60)
    for number in range(batches):
        label = f"{name}-{number}"
        await store.append([an_event(n, text=label) for n in range(3)])
        sys.stdout.write(f"{label}\n")
        sys.stdout.flush()
    await store.aclose()


if __name__ == "__main__":
    try:
        anyio.run(write, Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
    except KeyboardInterrupt:
        sys.exit(130)
