import os
import select
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

from summarizer.errors import ProviderTimeout, ProviderUnavailable
from summarizer.llm.embedded.model_file import ModelSpec
from summarizer.llm.embedded.server import EmbeddedServer, Endpoint

pytestmark = pytest.mark.anyio

FIXED = [{"role": "system", "content": "You summarise cases."}]
CASE = [*FIXED, {"role": "user", "content": "case <PERSON_1>"}]
FOLDER = Path(__file__).parent

Make = Callable[..., EmbeddedServer]


@pytest.fixture
def cache(spec: ModelSpec, content: bytes, tmp_path: Path) -> Path:
    path = spec.path(tmp_path)
    path.parent.mkdir()
    path.write_bytes(content)
    return tmp_path


@pytest.fixture
def make(spec: ModelSpec, cache: Path) -> Make:
    def _make(behaviour: str = "serves", **options: Any) -> EmbeddedServer:
        return EmbeddedServer(cache, spec=spec, command=command(behaviour), **options)

    return _make


def command(behaviour: str) -> tuple[str, ...]:
    return (sys.executable, str(FOLDER / "fake_child.py"), behaviour)


async def seen_by(endpoint: Endpoint) -> dict[str, Any]:
    async with httpx.AsyncClient(trust_env=False) as client:
        seen: dict[str, Any] = (await client.get(endpoint.base_url)).json()
    return seen


async def ask(endpoint: Endpoint, messages: list[dict[str, str]]) -> None:
    headers = {"Authorization": f"Bearer {endpoint.api_key}"}
    async with httpx.AsyncClient(trust_env=False, headers=headers) as client:
        url = f"{endpoint.base_url}/chat/completions"
        (await client.post(url, json={"messages": messages})).raise_for_status()


def states(cache: Path) -> list[Path]:
    return list((cache / "models" / "prompt-states").iterdir())


def children() -> str:
    """The ids of this process's children."""
    return "".join(path.read_text() for path in Path("/proc/self/task").glob("*/children"))


async def ended(pid: int) -> bool:
    """Wait until a process that need not be ours has ended, at most ten seconds."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        poll = select.poll()
        poll.register(handle, select.POLLIN)
        return bool(await anyio.to_thread.run_sync(poll.poll, 10_000))
    finally:
        os.close(handle)


class TestSupervision:
    async def test_a_child_starts_on_loopback_once_it_is_healthy(self, make: Make) -> None:
        async with make() as server:
            endpoint = await server.start()
            seen = await seen_by(endpoint)

        assert endpoint.base_url.startswith("http://127.0.0.1:")
        assert endpoint.base_url.endswith("/v1")
        assert endpoint.model == "tiny"
        assert seen["health"] == 2

    async def test_it_listens_where_it_is_told_and_takes_the_key_that_was_set(
        self, make: Make
    ) -> None:
        async with make(host="127.0.0.2", api_key="a key of its own") as server:
            endpoint = await server.start()
            await ask(endpoint, CASE)
            seen = await seen_by(endpoint)

        assert endpoint.base_url.startswith("http://127.0.0.2:")
        assert endpoint.api_key == "a key of its own"
        assert seen["asked"] == [CASE]

    async def test_the_key_is_long_and_shows_neither_in_a_repr_nor_in_the_command(
        self, make: Make
    ) -> None:
        async with make() as server:
            endpoint = await server.start()
            seen = await seen_by(endpoint)

        assert len(endpoint.api_key) >= 32
        assert endpoint.api_key not in repr(endpoint)
        assert endpoint.api_key not in str(seen["command"])

    async def test_concurrent_starts_share_one_child(self, make: Make) -> None:
        endpoints: set[Endpoint] = set()

        async with make() as server:

            async def one() -> None:
                endpoints.add(await server.start())

            async with anyio.create_task_group() as tasks:
                for _ in range(5):
                    tasks.start_soon(one)

        assert len(endpoints) == 1

    async def test_a_child_that_died_is_replaced_at_the_next_start(self, make: Make) -> None:
        async with make() as server:
            first = await server.start()
            assert server._child is not None
            os.kill((await seen_by(first))["pid"], signal.SIGKILL)
            await server._child.process.wait()
            second = await server.start()
            seen = await seen_by(second)

        assert first.api_key != second.api_key
        assert seen["pid"]

    async def test_closing_ends_the_child(self, make: Make) -> None:
        server = make()
        pid = (await seen_by(await server.start()))["pid"]
        await server.aclose()

        assert await ended(pid)

    async def test_closing_twice_or_before_a_start_does_nothing(self, make: Make) -> None:
        server = make()
        await server.aclose()
        await server.start()
        await server.aclose()
        await server.aclose()

    async def test_a_child_that_will_not_end_is_killed(self, make: Make) -> None:
        server = make("stays", stop_seconds=0.2)
        pid = (await seen_by(await server.start()))["pid"]
        await server.aclose()

        assert await ended(pid)

    async def test_a_child_ends_with_its_parent_however_the_parent_ends(
        self, spec: ModelSpec, cache: Path
    ) -> None:
        arguments = (str(cache), str(spec.size), spec.sha256, *command("serves"))
        parent = await anyio.open_process([
            sys.executable,
            str(FOLDER / "fake_parent.py"),
            *arguments,
        ])
        async with parent:
            assert parent.stdout is not None
            assert parent.stdin is not None
            pid = int(await parent.stdout.receive())
            os.kill(pid, 0)
            await parent.stdin.send(b"die\n")

            assert await parent.wait() == -signal.SIGKILL
            assert await ended(pid)

    async def test_a_child_that_does_not_come_up_in_time_is_a_timeout(self, make: Make) -> None:
        async with make("hangs", start_seconds=0.3, stop_seconds=0.1) as server:
            with pytest.raises(ProviderTimeout, match="did not start within"):
                await server.start()

    async def test_a_start_that_is_cancelled_leaves_no_child(self, make: Make) -> None:
        async with make("hangs", stop_seconds=0.1) as server:
            with anyio.move_on_after(0.3) as scope:
                await server.start()

        assert scope.cancelled_caught
        assert not children()

    @pytest.mark.parametrize(
        ("behaviour", "reason"),
        [("ends", "ended before it was ready"), ("cannot", "no such architecture")],
    )
    async def test_a_child_that_cannot_start_says_why(
        self, make: Make, behaviour: str, reason: str
    ) -> None:
        async with make(behaviour) as server:
            with pytest.raises(ProviderUnavailable, match=reason) as caught:
                await server.start()

        assert not caught.value.retryable

    async def test_without_the_model_nothing_starts_and_the_fix_is_named(
        self, spec: ModelSpec, tmp_path: Path
    ) -> None:
        server = EmbeddedServer(tmp_path / "empty", spec=spec, command=command("serves"))
        with pytest.raises(ProviderUnavailable, match="summarizer model pull"):
            await server.start()


class TestWarm:
    async def test_the_first_process_computes_and_saves_and_the_next_only_restores(
        self, make: Make
    ) -> None:
        async with make() as server:
            await server.warm(FIXED, "v1")
            first = await seen_by(await server.start())
        async with make() as server:
            await server.warm(FIXED, "v1")
            second = await seen_by(await server.start())

        assert first["asked"] == second["asked"] == []
        assert first["restored"] == second["restored"]
        assert "You summarise cases." in first["restored"][0]

    async def test_nothing_of_a_case_is_saved(self, make: Make, cache: Path) -> None:
        """Even when the running child has seen cases already."""
        async with make() as server:
            await ask(await server.start(), CASE)
            await server.warm(FIXED, "v1")

        (state,) = states(cache)
        assert "You summarise cases." in state.read_text()
        assert "PERSON" not in state.read_text()

    async def test_a_state_is_readable_by_its_owner_only(self, make: Make, cache: Path) -> None:
        async with make() as server:
            await server.warm(FIXED, "v1")

        (state,) = states(cache)
        assert state.stat().st_mode & 0o777 == 0o600
        assert state.parent.stat().st_mode & 0o777 == 0o700

    async def test_a_warm_child_is_left_alone_unless_it_is_to_be_fresh(self, make: Make) -> None:
        async with make() as server:
            await server.warm(FIXED, "v1")
            await server.warm(FIXED, "v1")
            once = await seen_by(await server.start())
            await server.warm(FIXED, "v1", fresh=True)
            twice = await seen_by(await server.start())

        assert len(once["restored"]) == 1
        assert len(twice["restored"]) == 2

    async def test_a_replaced_child_is_warmed_again(self, make: Make) -> None:
        async with make() as server:
            await server.warm(FIXED, "v1")
            assert server._child is not None
            os.kill((await seen_by(await server.start()))["pid"], signal.SIGKILL)
            await server._child.process.wait()
            await server.warm(FIXED, "v1")
            seen = await seen_by(await server.start())

        assert len(seen["restored"]) == 1

    async def test_a_damaged_state_is_computed_again(self, make: Make, cache: Path) -> None:
        async with make() as server:
            await server.warm(FIXED, "v1")
        (state,) = states(cache)
        whole = state.read_bytes()
        state.write_bytes(whole[: len(whole) // 2])
        async with make() as server:
            await server.warm(FIXED, "v1")

        (state,) = states(cache)
        assert state.read_bytes() == whole

    async def test_another_prompt_version_or_context_has_a_state_of_its_own(
        self, make: Make, cache: Path
    ) -> None:
        async with make() as server:
            await server.warm(FIXED, "v1")
            await server.warm(FIXED, "v2")
            await server.warm([{"role": "system", "content": "Other."}], "v2")
        async with make(context_tokens=4096) as server:
            await server.warm(FIXED, "v1")

        assert len(states(cache)) == 4


@pytest.mark.model
@pytest.mark.timeout(900)
async def test_the_real_model_answers_in_the_schema_from_a_restored_state(
    real_model: Path, tmp_path: Path
) -> None:
    linked = tmp_path / "models" / real_model.name
    linked.parent.mkdir()
    linked.symlink_to(real_model)
    fixed = [{"role": "system", "content": "Sort bank cases. Answer in JSON."}]
    async with EmbeddedServer(tmp_path) as server:
        await server.warm(fixed, "test")
        endpoint = await server.start()
        refused = await _complete(endpoint, fixed, "x" * 43)
        answer = await _complete(endpoint, fixed, endpoint.api_key)

    assert refused.status_code == httpx.codes.UNAUTHORIZED
    body = answer.json()
    assert body["usage"]["prompt_tokens_details"]["cached_tokens"] > 5
    decided = body["choices"][0]["message"]["content"]
    assert list(httpx.Response(200, content=decided).json()) == ["why", "issue"]
    assert httpx.Response(200, content=decided).json()["issue"] in {"card", "mortgage"}
    (state,) = states(tmp_path)
    assert state.stat().st_mode & 0o777 == 0o600


async def _complete(endpoint: Endpoint, fixed: list[dict[str, str]], key: str) -> httpx.Response:
    schema = {
        "type": "object",
        "properties": {
            "why": {"type": "string", "maxLength": 40},
            "issue": {"type": "string", "enum": ["card", "mortgage"]},
        },
        "required": ["why", "issue"],
        "additionalProperties": False,
    }
    async with httpx.AsyncClient(trust_env=False, timeout=90) as client:
        return await client.post(
            f"{endpoint.base_url}/chat/completions",
            headers={"Authorization": f"Bearer {key}"},
            json={
                "model": endpoint.model,
                "messages": [*fixed, {"role": "user", "content": "My card was stolen."}],
                "response_format": {
                    "type": "json_schema",
                    "json_schema": {"name": "answer", "schema": schema, "strict": True},
                },
                "max_tokens": 60,
            },
        )
