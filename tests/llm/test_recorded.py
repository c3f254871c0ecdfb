"""A cassette -> the same answers without the model, past the same gate."""

from pathlib import Path

import pytest

from summarizer.errors import ConfigurationError, EgressBlocked, ProviderUnavailable
from summarizer.llm.recorded import Cassette, RecordedLLM
from tests.builders import redacted_prompt
from tests.fakes import AnsweringLLM
from tests.llm.gates import RecordingGate, RefusingGate

pytestmark = pytest.mark.anyio


async def test_a_recorded_answer_is_given_again_without_asking(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    first = await RecordedLLM(AnsweringLLM("one"), Cassette(path)).complete(
        redacted_prompt("a"), RecordingGate()
    )
    gate = RecordingGate()

    again = await RecordedLLM(AnsweringLLM("another"), Cassette(path), offline=True).complete(
        redacted_prompt("a"), gate
    )

    assert again == first
    assert again.text == "one"
    assert len(gate.requests) == 1
    assert b"a" in gate.requests[0].body


async def test_another_prompt_or_model_is_not_the_same_question(tmp_path: Path) -> None:
    cassette = Cassette(tmp_path / "answers.jsonl")
    await RecordedLLM(AnsweringLLM("one"), cassette).complete(redacted_prompt("a"), RecordingGate())
    other = AnsweringLLM("two")
    other.name = "other"

    for llm, prompt in ((AnsweringLLM("two"), "b"), (other, "a")):
        with pytest.raises(ProviderUnavailable):
            await RecordedLLM(llm, cassette, offline=True).complete(
                redacted_prompt(prompt), RecordingGate()
            )


async def test_a_replay_passes_the_gate_like_a_request(tmp_path: Path) -> None:
    cassette = Cassette(tmp_path / "answers.jsonl")
    llm = RecordedLLM(AnsweringLLM("one"), cassette)
    await llm.complete(redacted_prompt("a"), RecordingGate())

    with pytest.raises(EgressBlocked):
        await llm.complete(
            redacted_prompt("a"), RefusingGate(clear=EgressBlocked("the request still held PERSON"))
        )


async def test_what_was_blocked_is_blocked_again_without_a_model(tmp_path: Path) -> None:
    offline = RecordedLLM(AnsweringLLM("one"), Cassette(tmp_path / "answers.jsonl"), offline=True)

    with pytest.raises(EgressBlocked):
        await offline.complete(
            redacted_prompt("a"), RefusingGate(clear=EgressBlocked("the request still held PERSON"))
        )


async def test_a_line_that_was_cut_off_is_dropped_and_a_wrong_one_named(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    await RecordedLLM(AnsweringLLM("one"), Cassette(path)).complete(
        redacted_prompt("a"), RecordingGate()
    )
    with path.open("ab") as file:
        file.write(b'{"key": "tor')

    assert len(Cassette(path)) == 1
    assert path.read_bytes().endswith(b"}\n")

    with path.open("ab") as file:
        file.write(b'{"key": "short", "model": "m", "text": ""}\n')
    with pytest.raises(ConfigurationError, match=r"answers\.jsonl:2: key: "):
        Cassette(path)
