"""Recorded: the exact request that was sent for a case -> the redacted case that it showed.

What this returns was redacted when it was sent; whoever sends it again has to search it anew.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

import orjson

from summarizer.models import Author, CaseMessage, RedactedCase, RedactedText
from summarizer.redact.tokens import TOKEN

__all__ = ["read_case", "without_masks"]

_MASK: Final = re.compile(r"\[[A-Z0-9* -]*\*[A-Z0-9* -]*\]")
_CASE: Final = re.compile(
    r"-----BEGIN CASE (?P<mark>\w+)-----\n(?P<inside>.*)\n-----END CASE (?P=mark)-----", re.DOTALL
)
_HEAD: Final = re.compile(
    r"\[m\d+\] (?P<author>customer|bank agent|bank system)(?: (?P<name>.+?))??"
    r"(?:, (?P<at>\d{4}-\d\d-\d\d \d\d:\d\d) UTC)?"
)
_ATTACHMENT: Final = re.compile(r"  \(attachment, not read: (?P<name>.*)\)")
_FIELD: Final = re.compile(
    r"(?P<key>Channel|Jurisdiction|Customer|Subject|Tags|Field [^:]+): (?P<value>.*)"
)
_DIGEST: Final = "\nShortened: this history is too long"
_AUTHORS: Final[Mapping[str, Author]] = {
    "customer": "customer", "bank agent": "agent", "bank system": "system",
}  # fmt: skip


def read_case(body: str) -> RedactedCase | None:
    """Read the case back from the exact request that held it.

    Returns:
        None if the request holds no case, or only a digest of one.
    """
    try:
        strings = list(_strings(orjson.loads(body)))
    except orjson.JSONDecodeError:
        return None
    found = next((match for text in strings if (match := _CASE.search(text))), None)
    if found is None or _DIGEST in f"\n{found['inside']}":
        return None
    return _Reader().read(found["inside"])


def without_masks(text: str) -> str:
    """Blank out what redaction put there itself: a card number of which the last four stay."""
    return _MASK.sub(lambda mask: " " * len(mask[0]), text)


class _Reader:
    """Reads what a prompt shows of a case, line by line."""

    def __init__(self) -> None:
        self._texts: dict[str, list[str]] = {}
        self._messages: list[CaseMessage] = []
        self._attachments: list[int] = []
        self._about: dict[str, str] = {}
        self._fields = 0
        self._open = ""

    def read(self, inside: str) -> RedactedCase:
        for line in inside.split("\n"):
            self._take(line)
        texts = tuple(
            RedactedText(where, "\n".join(lines).rstrip("\n"))
            for where, lines in self._texts.items()
            if "".join(lines)
        )
        whole = "\n".join(text.text for text in texts)
        return RedactedCase(
            channel=self._about.get("Channel"),  # type: ignore[arg-type]
            jurisdiction=self._about.get("Jurisdiction"),
            messages=tuple(
                CaseMessage(id=each.id, author=each.author, at=each.at, attachments=count)
                for each, count in zip(self._messages, self._attachments, strict=True)
            ),
            texts=texts,
            spans=(),
            placeholders=frozenset(TOKEN.findall(whole)),
            policy="replay",
        )

    def _take(self, line: str) -> None:
        if self._open and (not line or line.startswith("| ")):
            self._texts.setdefault(self._open, []).append(line[2:])
        elif head := _HEAD.fullmatch(line):
            self._message(head)
        elif self._messages:
            if attached := _ATTACHMENT.fullmatch(line):
                at, count = len(self._messages) - 1, self._attachments[-1]
                self._texts[f"messages[{at}].attachments[{count}].name"] = [attached["name"]]
                self._attachments[-1] += 1
        elif about := _FIELD.fullmatch(line):
            self._field(about["key"], about["value"])

    def _message(self, head: re.Match[str]) -> None:
        at = len(self._messages)
        when = head["at"]
        self._messages.append(
            CaseMessage(
                id=f"m{at + 1}",
                author=_AUTHORS[head["author"]],
                at=datetime.strptime(when, "%Y-%m-%d %H:%M").replace(tzinfo=UTC) if when else None,
                attachments=0,
            )
        )
        self._attachments.append(0)
        if head["name"]:
            self._texts[f"messages[{at}].author_name"] = [head["name"]]
        self._open = f"messages[{at}].body"

    def _field(self, key: str, value: str) -> None:
        where = {"Customer": "requester.name", "Subject": "subject", "Tags": "tags[0]"}.get(key)
        if key.startswith("Field "):
            self._texts[f"fields[{self._fields}].key"] = [key.removeprefix("Field ")]
            where = f"fields[{self._fields}].value"
            self._fields += 1
        if where is None:
            self._about[key] = value
        else:
            self._texts[where] = [value]
            self._open = where


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)
