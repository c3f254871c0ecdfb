import asyncio
import json
import logging
import os
import socket
import subprocess
import sys
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from summarizer.errors import (
    AuditUnavailable,
    EgressBlocked,
    ModelNotAllowed,
    ProviderTimeout,
    ProviderUnavailable,
    SummarizerError,
)
from summarizer.llm.attempts import Attempts
from summarizer.llm.litellm_client import LiteLLMClient
from summarizer.llm.routes import ROUTES
from tests.builders import redacted_prompt
from tests.llm.gates import RecordingGate, RefusingGate, SlowGate
from tests.providers import ANSWER, Behaviour, Provider

pytestmark = pytest.mark.anyio

OPENAI, ANTHROPIC, ANTHROPIC_TOOL = (
    "openai/gpt-4o",
    "anthropic/claude-sonnet-4-5",
    "anthropic/claude-3-haiku-20240307",
)
FORMATS = (OPENAI, ANTHROPIC, ANTHROPIC_TOOL)
MODELS = {
    "anthropic": ANTHROPIC,
    "azure": "azure/our-deployment",
    "bedrock": "bedrock/anthropic.claude-3-5-sonnet-20240620-v1:0",
    "cerebras": "cerebras/llama3.1-8b",
    "deepseek": "deepseek/deepseek-chat",
    "gemini": "gemini/gemini-2.5-flash",
    "groq": "groq/llama-3.3-70b-versatile",
    "hosted_vllm": "hosted_vllm/our-model",
    "mistral": "mistral/mistral-large-latest",
    "openai": OPENAI,
    "openrouter": "openrouter/openai/gpt-4o",
    "xai": "xai/grok-3",
}
MARK = "zanzibar-quokka-7731"


@asynccontextmanager
async def client(
    model: str, provider: Provider, *, timeout_seconds: float = 10
) -> AsyncIterator[LiteLLMClient]:
    llm = LiteLLMClient(
        model,
        api_base=provider.url,
        api_key="sk-secret",
        timeout_seconds=timeout_seconds,
        max_output_tokens=100,
        environ={},
    )
    yield llm
    await llm.aclose()


def shown(error: BaseException) -> str:
    """Everything of an exception that a log or a crash report would show."""
    return "".join([str(error), repr(error), *traceback.format_exception(error)])


@pytest.mark.parametrize("provider_name", sorted(ROUTES))
async def test_every_route_sends_one_request_through_our_transport(
    provider: Provider, provider_name: str
) -> None:
    gate = RecordingGate()

    async with client(MODELS[provider_name], provider) as llm:
        completion = await llm.complete(redacted_prompt("caf\u00e9, <PERSON_1>"), gate)

    assert json.loads(completion.text) == json.loads(ANSWER)
    assert (completion.prompt_tokens, completion.completion_tokens) == (11, 7)
    assert provider.bodies == gate.bodies
    assert len(gate.bodies) == len(gate.responses) == 1
    assert "sk-secret" not in gate.requests[0].url


async def test_token_counts_that_no_record_can_hold_are_held_within_bounds(
    provider: Provider,
) -> None:
    provider.behave("uncountable")

    async with client(OPENAI, provider) as llm:
        completion = await llm.complete(redacted_prompt("hello"), RecordingGate())

    assert (completion.prompt_tokens, completion.completion_tokens) == (1_000_000_000, 0)


@pytest.mark.parametrize("model", ["openai/gpt-5.4", "openai/o3", "openai/unheard-of"])
async def test_newer_and_unknown_models_take_the_same_way(provider: Provider, model: str) -> None:
    """No second request for model information, and parameters a model lacks are dropped."""
    gate = RecordingGate()

    async with client(model, provider) as llm:
        await llm.complete(redacted_prompt("hello"), gate)

    assert provider.bodies == gate.bodies
    assert provider.requests[0].path == "/chat/completions"


@pytest.mark.parametrize("model", FORMATS)
async def test_what_the_server_received_is_what_was_cleared_retries_included(
    provider: Provider, model: str
) -> None:
    gate = RecordingGate()
    pauses: list[float] = []
    provider.behave("server_error", "rate_limited", "normal")

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    async with client(model, provider) as llm:
        await Attempts(llm, attempts=3, sleep=sleep).complete(
            redacted_prompt("the case of <PERSON_1> \u2603"), gate
        )

    assert provider.bodies == gate.bodies
    assert [response.status for response in gate.responses] == [500, 429, 200]
    assert pauses[1] == 7.0


@pytest.mark.parametrize("model", FORMATS)
@pytest.mark.parametrize("kind", [EgressBlocked, AuditUnavailable])
async def test_a_gate_that_refuses_lets_nothing_out(
    provider: Provider, model: str, kind: type[SummarizerError]
) -> None:
    fault = kind("stopped")

    async with client(model, provider) as llm:
        with pytest.raises(kind) as caught:
            await llm.complete(redacted_prompt(MARK), RefusingGate(clear=fault))

    assert caught.value is fault
    assert provider.requests == []
    assert MARK not in shown(caught.value)


@pytest.mark.parametrize("model", FORMATS)
async def test_an_answer_that_could_not_be_recorded_is_dropped(
    provider: Provider, model: str
) -> None:
    fault = AuditUnavailable("stopped")

    async with client(model, provider) as llm:
        with pytest.raises(AuditUnavailable) as caught:
            await llm.complete(redacted_prompt(MARK), RefusingGate(received=fault))

    assert caught.value is fault


@pytest.mark.parametrize("model", FORMATS)
@pytest.mark.parametrize(
    ("behaviour", "retryable"),
    [
        ("rate_limited", True),
        ("rate_limited_until_date", True),
        ("server_error", True),
        ("overloaded", True),
        ("hang_up", True),
        ("empty", True),
        ("truncated", True),
        ("html", True),
        ("huge", True),
        ("wrong_form", True),
        ("no_text", True),
        ("bad_request", False),
        ("unauthorized", False),
        ("unprocessable", False),
        ("redirect", False),
    ],
)
async def test_a_misbehaving_provider_becomes_a_fault_that_shows_nothing(  # noqa: PLR0917 - fixtures
    provider: Provider,
    model: str,
    behaviour: Behaviour,
    retryable: bool,  # noqa: FBT001 - a column of the table
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    provider.behave(behaviour)
    caplog.set_level(logging.DEBUG)

    async with client(model, provider) as llm:
        with pytest.raises(ProviderUnavailable) as caught:
            await llm.complete(redacted_prompt(MARK), RecordingGate())

    assert caught.value.retryable is retryable
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
    assert len(provider.requests) == 1
    printed = capfd.readouterr()
    for text in (shown(caught.value), caplog.text, printed.out, printed.err):
        assert MARK not in text
        assert "sk-secret" not in text


async def test_nothing_of_a_good_call_is_logged(
    provider: Provider, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)

    async with client(OPENAI, provider) as openai, client(ANTHROPIC, provider) as anthropic:
        await openai.complete(redacted_prompt(MARK), RecordingGate())
        await anthropic.complete(redacted_prompt(MARK), RecordingGate())

    printed = capfd.readouterr()
    assert MARK not in caplog.text + printed.out + printed.err


async def test_retry_after_as_a_date_is_read(provider: Provider) -> None:
    provider.behave("rate_limited_until_date")

    async with client(OPENAI, provider) as llm:
        with pytest.raises(ProviderUnavailable) as caught:
            await llm.complete(redacted_prompt("x"), RecordingGate())

    assert caught.value.retry_after is not None


@pytest.mark.parametrize("model", FORMATS)
async def test_a_provider_that_hangs_is_a_timeout(provider: Provider, model: str) -> None:
    provider.behave("hang")

    async with client(model, provider, timeout_seconds=0.2) as llm:
        with pytest.raises(ProviderTimeout) as caught:
            await llm.complete(redacted_prompt(MARK), RecordingGate())

    assert MARK not in shown(caught.value)


@pytest.mark.parametrize("model", [OPENAI, ANTHROPIC])
async def test_a_slow_audit_is_not_the_providers_timeout(provider: Provider, model: str) -> None:
    async with client(model, provider, timeout_seconds=0.4) as llm:
        completion = await llm.complete(redacted_prompt("x"), SlowGate())

    assert json.loads(completion.text) == json.loads(ANSWER)


async def test_a_provider_that_is_not_there_is_unavailable(provider: Provider) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        provider.url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        async with client(OPENAI, provider) as llm:
            with pytest.raises(ProviderUnavailable) as caught:
                await llm.complete(redacted_prompt(MARK), RecordingGate())

    assert caught.value.retryable


@pytest.mark.parametrize("model", FORMATS)
async def test_prose_instead_of_json_is_left_to_validation(provider: Provider, model: str) -> None:
    provider.behave("prose")

    async with client(model, provider) as llm:
        completion = await llm.complete(redacted_prompt("x"), RecordingGate())

    assert completion.text.startswith("Sure!")


async def test_concurrent_calls_with_their_own_gates_never_mix(provider: Provider) -> None:
    provider.behave("echo")
    gates = [RecordingGate() for _ in range(20)]

    async with client(OPENAI, provider) as llm:
        completions = await asyncio.gather(
            *(llm.complete(redacted_prompt(f"case-{n:02}"), gate) for n, gate in enumerate(gates))
        )

    for n, (gate, completion) in enumerate(zip(gates, completions, strict=True)):
        assert len(gate.requests) == len(gate.responses) == 1
        assert f"case-{n:02}".encode() in gate.bodies[0]
        assert completion.text == gate.bodies[0].decode()
    assert sorted(provider.bodies) == sorted(body for gate in gates for body in gate.bodies)


async def test_a_cancelled_call_leaves_the_client_usable(provider: Provider) -> None:
    provider.behave("hang", "normal")

    async with client(OPENAI, provider) as llm:
        call = asyncio.create_task(llm.complete(redacted_prompt("x"), RecordingGate()))
        assert await asyncio.to_thread(provider.arrived.wait, 5)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        completion = await llm.complete(redacted_prompt("x"), RecordingGate())

    assert completion.text == ANSWER


@pytest.mark.parametrize(
    "model",
    [
        "anthropic/replicate-x",
        "gemini/replicate-x",
        "openai/ft:babbage-002",
        "openai/responses/gpt-4o",
        "mistral/ft:gpt-3.5-turbo",
    ],
)
async def test_a_name_that_litellm_dispatches_elsewhere_reaches_nobody(
    provider: Provider, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For such names litellm leaves the client it was given and reaches for its own."""
    async with client(OPENAI, provider) as warm_up:
        await warm_up.complete(redacted_prompt("x"), RecordingGate())
    opened: list[object] = []

    def connect(_: socket.socket, address: object) -> None:
        opened.append(address)
        raise OSError

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **_: connect(None, args))  # type: ignore[arg-type]
    gate = RecordingGate()

    async with client(model, provider) as llm:
        with pytest.raises(ProviderUnavailable) as caught:
            await llm.complete(redacted_prompt(MARK), gate)

    assert not caught.value.retryable
    assert opened == []
    assert gate.requests == []
    assert MARK not in shown(caught.value)


def test_a_route_that_is_not_proved_is_refused_on_construction(provider: Provider) -> None:
    with pytest.raises(ModelNotAllowed):
        LiteLLMClient(
            "ollama_chat/llama3",
            api_base=provider.url,
            timeout_seconds=1,
            max_output_tokens=1,
            environ={},
        )

    assert provider.requests == []


async def test_the_cost_comes_from_the_local_price_list(provider: Provider) -> None:
    async with client(OPENAI, provider) as known, client("openai/ours", provider) as unknown:
        priced = await known.complete(redacted_prompt("x"), RecordingGate())
        free = await unknown.complete(redacted_prompt("x"), RecordingGate())

    assert 0 < priced.cost_usd < 0.01
    assert free.cost_usd == 0.0


async def test_the_answers_form_is_demanded_by_schema(provider: Provider) -> None:
    prompt = redacted_prompt("x")

    async with client(OPENAI, provider) as llm:
        await llm.complete(prompt, RecordingGate())

    sent = json.loads(provider.bodies[0])
    assert sent["response_format"]["json_schema"] == {
        "name": "case_summary",
        "schema": prompt.response_schema,
        "strict": True,
    }
    assert sent["temperature"] == 0
    assert provider.requests[0].headers["authorization"] == "Bearer sk-secret"


def test_debug_logging_asked_for_in_the_environment_shows_no_prompt(provider: Provider) -> None:
    code = (
        "import asyncio, logging, sys; logging.basicConfig(level=logging.DEBUG)\n"
        "from summarizer.llm.litellm_client import LiteLLMClient\n"
        "from tests.builders import redacted_prompt\n"
        "from tests.llm.gates import RecordingGate\n"
        "async def main(model):\n"
        "    llm = LiteLLMClient(model, api_base=sys.argv[1], api_key='sk-secret',\n"
        "        timeout_seconds=10, max_output_tokens=9, environ={})\n"
        "    print((await llm.complete(redacted_prompt(sys.argv[2]), RecordingGate())).model)\n"
        "    await llm.aclose()\n"
        f"for model in {FORMATS}: asyncio.run(main(model))\n"
    )

    done = subprocess.run(  # noqa: S603 - our own interpreter and a literal
        [sys.executable, "-c", code, provider.url, MARK],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "OPENAI_LOG": "debug", "LITELLM_LOG": "DEBUG"},
    )

    assert done.stdout.split() == list(FORMATS)
    assert "DEBUG:httpcore" in done.stderr
    assert MARK not in done.stderr
    assert "sk-secret" not in done.stderr


def test_importing_the_adapter_loads_neither_litellm_nor_openai() -> None:
    code = (
        "import sys, summarizer.llm.litellm_client as c;"
        "c.LiteLLMClient('openai/x', timeout_seconds=1, max_output_tokens=1,"
        " api_key='k', environ={});"
        "print(sorted({'litellm', 'openai'} & set(sys.modules)))"
    )

    done = subprocess.run(  # noqa: S603 - our own interpreter and a literal
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"
