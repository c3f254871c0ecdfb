"""Segments: a case -> its texts as an attacker can use them: plain, decoded, hidden, joined."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from summarizer.injection.decoding import Decoder
from summarizer.models import Case, RedactedCase, RedactedText
from summarizer.patterns import compiled

__all__ = ["Kind", "Segment", "segments"]

Kind = Literal["plain", "encoded", "respelt", "hidden", "joined"]
"""`respelt` is a whole text in which letters were read otherwise: much of it may be as it was."""
_BODY: Final = re.compile(r"messages\[(\d+)\]\.")
_NAME: Final = re.compile(r"[-_.]+")
_TYPED: Final = str.maketrans("\u2018\u2019\u02bc\u201c\u201d\xa0", "'''\"\" ")
_SPLIT: Final = compiled(
    r"\b(?:part|piece|half|chunk|fragment|segment|line|step|word)s? ?(?:\d|one|two|i\b|a\b|b\b)|"
    r"\b(?:first|second|third|other|both) (?:half|halves|part|piece|line)|\b(?:join|merge|combine|"
    r"concatenate|glue|assemble|stitch)\b|\blet (?:x|y|a|b)\b|\(\d ?/ ?\d\)|\b(?:to be "
    r")?continued\b|"
    r"\bread (?:them |it |these |this )?(?:together|in order|as one|downwards?)|\bput (?:it |"
    r"them )?together"
)
_LABEL: Final = re.compile(
    r"(?im)\b(?:part|piece|half|chunk|fragment|line|step)\s*(?:\d|one|two|three|[ab])\s*[:=.)-]*\s*"
    r"|\blet [a-z] be\b|^\s*\(?\d\s*[/.)]\s*\d?\)?\s*[:.-]?"
)


_OPENING: Final = 200
"""Characters of the first message in which a sentence that the subject began goes on."""


@dataclass(frozen=True, slots=True, repr=False)
class Segment:
    """A text to look at."""

    where: str
    kind: Kind
    text: str
    of_staff: bool = False
    """Whether the bank's own people or systems wrote it, as far as the ticket says."""
    span: tuple[int, int] | None = None
    """The part of the redacted text that says it; None if it is all of it, or none."""
    how: str = ""
    """How it was hidden or encoded."""


def segments(case: Case | None, redacted: RedactedCase) -> Iterator[Segment]:
    """Yield every text of a case and everything else that can be read out of them."""
    own = {text.where: _own(text) for text in redacted.texts}
    raw = {text.where: text.map.text for text in case.texts} if case is not None else {}
    # What is shown as it was written is read once.
    masked = {where: text for where, text in raw.items() if own.get(where) != text}
    decoder = Decoder([*own.values(), *masked.values()])
    for source in case.texts if case is not None else ():
        if source.entity is not None:
            yield Segment(source.where, "plain", _NAME.sub(" ", source.map.text))
        for unseen in source.unseen:
            yield Segment(source.where, "hidden", _typed(unseen.text), how=unseen.how)
        for part in decoder.runs(masked.get(source.where, "")):
            yield Segment(source.where, "encoded", part.text, how=part.how)
    for where, text in own.items():
        staff = _is_of_staff(where, redacted)
        yield Segment(where, "plain", text, staff)
        for part in decoder.parts(text):
            yield Segment(
                where,
                "respelt" if part.whole else "encoded",
                _typed(part.text),
                staff,
                None if part.whole else (part.start, part.end),
                part.how,
            )
    yield from _joined(redacted, own)


def _own(text: RedactedText) -> str:
    """Return a text without what it repeats of an earlier message, as long as before.

    Names of files and tags have no spaces: signs that stand for them become spaces.
    """
    own = _typed(text.text)
    for start, end in text.repeats:
        own = own[:start] + "\n" * (end - start) + own[end:]
    if text.where.startswith("tags[") or text.where.endswith("].name"):
        own = _NAME.sub(lambda match: " " * len(match[0]), own)
    return own


def _typed(text: str) -> str:
    return text if text.isascii() else text.translate(_TYPED)


def _is_of_staff(where: str, case: RedactedCase) -> bool:
    place = _BODY.match(where)
    return place is not None and case.messages[int(place[1])].author != "customer"


def _joined(case: RedactedCase, own: Mapping[str, str]) -> Iterator[Segment]:
    """Yield what pieces say together: the customer's messages, and all that is no message."""
    bodies, around = [], []
    for where, text in own.items():
        if not where.endswith("].body"):
            around.append(text)
        elif not _is_of_staff(where, case):
            bodies.append(text)
    for where, texts in (("messages", bodies), ("subject", around)):
        if len(texts) > 1:
            together = _pieces(texts, always=where == "subject")
            if together:
                yield Segment(where, "joined", together)
    if bodies and own.get("subject"):
        yield Segment("subject", "joined", f"{own['subject']} {bodies[0][:_OPENING]}")


def _pieces(texts: Sequence[str], *, always: bool) -> str:
    whole = "\n".join(texts)
    if not always and not _SPLIT.search(whole):
        return ""
    return re.sub(r"[\s\"'>|]+", " ", _LABEL.sub(" ", whole))
