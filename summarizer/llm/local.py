"""Local: Prompt -> Completion by code of our own, past the same gate and with no network."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from summarizer.excerpts import own_text
from summarizer.llm import Gate, WireRequest, WireResponse
from summarizer.models import Author, Completion, Draft, Prompt, RedactedCase
from summarizer.plaintext import plain

__all__ = ["MessageText", "answer_locally", "message_texts"]

_BODY = re.compile(r"messages\[(\d+)\]\.body")


@dataclass(frozen=True, slots=True)
class MessageText:
    """What one message says itself: its redacted body, plain, without quoted earlier messages."""

    id: str
    author: Author
    text: str


def message_texts(case: RedactedCase) -> Iterator[MessageText]:
    """Yield the messages that say something, in reading order."""
    for text in case.texts:
        body = _BODY.fullmatch(text.where)
        if body is None:
            continue
        message, own = case.messages[int(body[1])], plain(own_text(text, "\n"))
        if own.strip():
            yield MessageText(message.id, message.author, own)


async def answer_locally(name: str, prompt: Prompt, gate: Gate, draft: Draft) -> Completion:
    """Let the prompt and the answer to it pass the gate, as if a provider were asked.

    Raises:
        EgressBlocked, AuditUnavailable: from the gate.
    """
    messages = [{"role": m.role, "content": m.content} for m in prompt.messages]
    request = json.dumps({"model": name, "messages": messages}).encode()
    await gate.clear(WireRequest(f"local:{name}", request))
    answer = draft.model_dump_json(exclude={"next_action": {"due"}})
    await gate.received(WireResponse(200, answer.encode()))
    return Completion(text=answer, model=name)
