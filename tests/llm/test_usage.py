import json
from typing import Any

import pytest

from summarizer.llm.usage import tokens_in


@pytest.mark.parametrize(
    ("usage", "tokens"),
    [
        ({"usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}}, (11, 7)),
        ({"usage": {"input_tokens": 11, "output_tokens": 7}}, (11, 7)),
        (
            {
                "usage": {
                    "input_tokens": 1,
                    "cache_creation_input_tokens": 2,
                    "cache_read_input_tokens": 4,
                    "output_tokens": 7,
                }
            },
            (7, 7),
        ),
        ({"usage": {"inputTokens": 11, "outputTokens": 7}}, (11, 7)),
        (
            {
                "usageMetadata": {
                    "promptTokenCount": 11,
                    "candidatesTokenCount": 7,
                    "thoughtsTokenCount": 5,
                }
            },
            (11, 12),
        ),
        ({"usage": {"prompt_tokens": -3, "completion_tokens": 10**20}}, (0, 1_000_000_000)),
        ({"usage": {"prompt_tokens": "many", "completion_tokens": 2}}, (0, 2)),
    ],
)
def test_tokens_are_read_in_every_apis_words_and_held_within_bounds(
    usage: dict[str, Any], tokens: tuple[int, int]
) -> None:
    assert tokens_in(json.dumps({"id": "x", **usage}).encode()) == tokens


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b'{"usage":null}',
        b'{"usage":{}}',
        b'{"usage":7}',
        b"[" * 100_000,
        b"\xff\xfe\xfd",
    ],
)
def test_an_answer_that_does_not_say_is_no_count_of_zero(body: bytes) -> None:
    assert tokens_in(body) is None
