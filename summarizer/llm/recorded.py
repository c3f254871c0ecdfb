"""Recorded: an LLM and a file of its answers -> the same answers again, without the model.

A cassette is JSON Lines, one answer a line under the hash of what was asked: messages and schema,
under which model. It grows as a run goes on, so that a run which was stopped repeats no call.
"""

import hashlib
import os
from pathlib import Path
from time import perf_counter
from typing import Annotated

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from summarizer.errors import ConfigurationError, ProviderUnavailable
from summarizer.llm import LLM, Gate, WireRequest, WireResponse
from summarizer.models import Completion, Prompt, Usage

__all__ = ["Cassette", "RecordedLLM", "prompt_key"]


class _Take(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    key: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    model: str
    text: str
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float = 0.0
    milliseconds: float = 0.0
    chances: dict[str, dict[str, float]] = {}


def prompt_key(model: str, prompt: Prompt) -> str:
    """Return the SHA-256 of what a model is asked."""
    messages = [[message.role, message.content] for message in prompt.messages]
    asked = orjson.dumps([model, messages, prompt.response_schema], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(asked).hexdigest()


class Cassette:
    """A file of answers, read whole and appended to."""

    def __init__(self, path: Path) -> None:
        """Read the file, if there is one; a last line that was cut off is dropped.

        Raises:
            ConfigurationError: naming the line that is no answer.
        """
        self.path = path
        self._takes: dict[str, _Take] = {}
        data = path.read_bytes() if path.is_file() else b""
        whole = data[: data.rfind(b"\n") + 1]
        for number, line in enumerate(whole.splitlines(), 1):
            try:
                take = _Take.model_validate_json(line)
            except ValidationError as error:
                fault = error.errors(include_input=False, include_url=False)[0]
                where = ".".join(str(part) for part in fault["loc"]) or "(line)"
                msg = f"{path}:{number}: {where}: {fault['msg']}; not a cassette of answers"
                raise ConfigurationError(msg) from None
            self._takes[take.key] = take
        if len(whole) < len(data):
            os.truncate(path, len(whole))

    def __len__(self) -> int:
        return len(self._takes)

    def find(self, key: str) -> Completion | None:
        """Return the recorded answer."""
        take = self._takes.get(key)
        if take is None:
            return None
        return Completion(**take.model_dump(exclude={"key"}))

    def add(self, key: str, completion: Completion) -> None:
        """Append an answer; it is on the disk when this returns."""
        take = _Take(
            key=key,
            model=completion.model,
            text=completion.text,
            prompt_tokens=completion.prompt_tokens,
            completion_tokens=completion.completion_tokens,
            cost_usd=completion.cost_usd,
            milliseconds=completion.milliseconds,
            chances={field: dict(each) for field, each in completion.chances.items()},
        )
        self._takes[key] = take
        with self.path.open("ab") as file:
            file.write(orjson.dumps(take.model_dump(), option=orjson.OPT_APPEND_NEWLINE))
            file.flush()
            os.fsync(file.fileno())


class RecordedLLM:
    """Answers from a cassette; asks the model only for what is not on it."""

    def __init__(self, llm: LLM, cassette: Cassette | None, *, offline: bool = False) -> None:
        """Wrap a model.

        Args:
            llm: is asked for what is not recorded, and named in every key.
            cassette: None records nothing and only takes the time.
            offline: a prompt that is not recorded fails instead of being asked.
        """
        self._llm = llm
        self._cassette = cassette
        self._offline = offline

    @property
    def name(self) -> str:
        """The model string of the wrapped model."""
        return self._llm.name

    async def complete(self, prompt: Prompt, gate: Gate) -> Completion:
        """Return the recorded answer, past the same gate, or ask.

        Raises:
            EgressBlocked, AuditUnavailable: from the gate.
            ProviderUnavailable: from the model, or if it may not be asked.
        """
        key = prompt_key(self.name, prompt)
        recorded = self._cassette.find(key) if self._cassette else None
        if recorded is not None:
            return await self._replay(prompt, gate, recorded)
        if self._offline:
            # What must not leave was blocked when answers were recorded: it is blocked again.
            await gate.clear(self._request(prompt))
            msg = "the cassette holds no answer to this prompt, and the run may not ask a model"
            raise ProviderUnavailable(msg)
        started = perf_counter()
        completion = await self._llm.complete(prompt, gate)
        timed = Completion(
            text=completion.text,
            model=completion.model,
            prompt_tokens=completion.prompt_tokens,
            completion_tokens=completion.completion_tokens,
            cost_usd=completion.cost_usd,
            milliseconds=round((perf_counter() - started) * 1000, 1),
            chances=completion.chances,
        )
        if self._cassette is not None:
            self._cassette.add(key, timed)
        return timed

    async def ready(self) -> None:
        """Return if the model could be asked, or need not be."""
        if not self._offline:
            await self._llm.ready()

    async def aclose(self) -> None:
        """Close the model."""
        await self._llm.aclose()

    def _request(self, prompt: Prompt) -> WireRequest:
        messages = [{"role": m.role, "content": m.content} for m in prompt.messages]
        return WireRequest(
            "local:cassette", orjson.dumps({"model": self.name, "messages": messages})
        )

    async def _replay(self, prompt: Prompt, gate: Gate, recorded: Completion) -> Completion:
        await gate.clear(self._request(prompt))
        usage = Usage(
            prompt_tokens=recorded.prompt_tokens,
            completion_tokens=recorded.completion_tokens,
            cost_usd=recorded.cost_usd,
        )
        answer = recorded.text.encode("utf-8", "replace")
        await gate.received(WireResponse(200, answer, usage=usage))
        return recorded
