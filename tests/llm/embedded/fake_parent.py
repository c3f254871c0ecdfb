"""A process that starts the fake child, says its process id and dies without a clean-up."""

import os
import signal
import sys
from pathlib import Path

import anyio
import httpx

from summarizer.llm.embedded.model_file import ModelSpec
from summarizer.llm.embedded.server import EmbeddedServer


async def _main(cache: Path, command: list[str], spec: ModelSpec) -> None:
    server = EmbeddedServer(cache, spec=spec, command=command)
    endpoint = await server.start()
    async with httpx.AsyncClient(trust_env=False) as client:
        seen = (await client.get(endpoint.base_url)).json()
    print(seen["pid"], flush=True)  # noqa: T201 - read by the test
    sys.stdin.readline()
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    folder, size, digest, *child = sys.argv[1:]
    tiny = ModelSpec("tiny", "tiny.gguf", int(size), digest, "Apache-2.0", "example/tiny", (), 1)
    anyio.run(_main, Path(folder), child, tiny)
