import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.ingest.conversation import Conversation, read_conversations
from summarizer.policy.sections import Limits

LIMITS = Limits(ticket_bytes=400, messages=3, message_characters=50)


def read(*lines: dict[str, Any] | bytes, limits: Limits = LIMITS) -> list[Conversation]:
    data = b"".join(
        (line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n" for line in lines
    )
    return list(read_conversations(io.BytesIO(data), limits))


def texts(conversation: Conversation) -> list[str]:
    return [text.map.text for text in conversation.case.texts] if conversation.case else []


def errors(conversation: Conversation) -> list[str | None]:
    return [str(line.error.code) if line.error else None for line in conversation.lines]


def test_consecutive_lines_of_a_case_are_one_conversation() -> None:
    conversations = read(
        {"id": 1, "case": "a", "text": "one"},
        {"id": 2, "case": "a", "text": "two", "author": "agent"},
        {"id": 3, "case": "b", "text": "three", "author": "somebody"},
        {"id": 4, "case": "a", "text": "four"},
        {"id": 5, "text": "five"},
        {"id": 6, "text": "six"},
    )

    assert [texts(conversation) for conversation in conversations] == [
        ["one", "two"], ["three"], ["four"], ["five"], ["six"],
    ]  # fmt: skip
    assert [line.id for item in conversations for line in item.lines] == [1, 2, 3, 4, 5, 6]
    assert conversations[0].case is not None
    assert [message.author for message in conversations[0].case.messages] == ["customer", "agent"]


def test_the_text_is_taken_as_it_is() -> None:
    source = "<b>not</b> cleaned\u202e &amp; 😀"
    [conversation] = read({"id": 1, "text": source})
    assert conversation.case is not None
    text = conversation.case.texts[0]

    assert text.map.text == source
    assert text.map.to_source(3, 6) == (3, 6)


def test_a_bad_line_keeps_its_place_and_does_not_end_the_conversation() -> None:
    [conversation] = read(
        {"id": 1, "case": "a", "text": "one"}, b"{", {"id": 2, "case": "a", "text": "two"}
    )

    assert texts(conversation) == ["one", "two"]
    assert errors(conversation) == [None, "INVALID_TICKET", None]


@pytest.mark.parametrize(
    ("line", "detail"),
    [
        (b"{", "line 1: not valid JSON"),
        (b"[]", "not a JSON object"),
        (b'{"text": "x"}', "id: missing"),
        (b'{"id": 1}', "text: missing"),
        (b'{"id": 1, "text": 5}', "text: must be a valid string"),
        (b'{"id": true, "text": "x"}', "id: must be"),
        (b'{"id": 1, "text": "\\ud800"}', "not valid JSON"),
        (b'{"id": 1, "text": "\xff"}', "not valid JSON"),
        (b'{"id": 1, "text": "' + b"x" * 51 + b'"}', "51 characters"),
        (b"x" * 401, "more than 400 bytes"),
        (b"[" * 300, "not valid JSON"),
    ],
)
def test_what_is_wrong_with_a_line_is_named_and_not_quoted(line: bytes, detail: str) -> None:
    bad, good = read(line, {"id": 9, "text": "fine"})

    assert bad.case is None
    assert bad.lines[0].error is not None
    assert "line 1" in bad.lines[0].error.detail
    assert detail in bad.lines[0].error.detail
    assert texts(good) == ["fine"]
    assert good.lines[0].number == 2


@pytest.mark.parametrize("text", ["x", "x" * 49])
def test_of_a_conversation_above_a_limit_every_line_is_refused(text: str) -> None:
    """Either there are too many lines, or the lines together are too long."""
    limits = LIMITS if text == "x" else Limits(ticket_bytes=200, message_characters=50)
    lines = [{"id": n, "case": "a", "text": text} for n in range(6)]
    conversations = read(*lines, {"id": 9, "case": "b", "text": "fine"}, limits=limits)

    assert [code for item in conversations[:-1] for code in errors(item)] == [
        "TICKET_TOO_LARGE"
    ] * 6
    assert all(item.case is None for item in conversations[:-1])
    assert texts(conversations[-1]) == ["fine"]


def test_a_byte_order_mark_and_blank_lines_are_no_lines() -> None:
    data = b'\xef\xbb\xbf{"id": 1, "text": "one"}\r\n\r\n  \n{"id": 2, "text": "two"}'
    conversations = list(read_conversations(io.BytesIO(data), LIMITS))

    assert [texts(conversation) for conversation in conversations] == [["one"], ["two"]]
    assert conversations[1].lines[0].number == 4


def test_a_repr_shows_no_text() -> None:
    assert "secret" not in repr(read({"id": "secret-id", "text": "secret"}))


@given(
    st.lists(
        st.one_of(
            st.fixed_dictionaries(
                {"id": st.integers(0, 9), "text": st.text(max_size=20)},
                optional={"case": st.sampled_from(["a", "b"])},
            ),
            st.just(b"{bad"),
        ),
        max_size=12,
    )
)
def test_every_line_comes_out_once_and_in_order(lines: list[dict[str, Any] | bytes]) -> None:
    conversations = read(*lines)

    assert [line.number for item in conversations for line in item.lines] == list(
        range(1, len(lines) + 1)
    )
    assert all(
        len(texts(item)) == sum(line.error is None for line in item.lines) for item in conversations
    )
