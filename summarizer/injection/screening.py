"""Screening: a case -> findings on what tries to steer its summary, and the case without it."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain
from typing import Final

from summarizer.injection.decoding import writes_unseen
from summarizer.injection.likeness import Sentences, likeness, telling_sentences
from summarizer.injection.rules import ACTS, SURE, Hit, Kinds, hits
from summarizer.injection.segments import Segment, segments
from summarizer.models import Case, Finding, RedactedCase
from summarizer.taxonomy import Taxonomy

__all__ = ["CODES", "Screened", "screen"]

INSTRUCTION: Final = "INSTRUCTION_IN_TICKET"
SPEAKER: Final = "FORGED_SPEAKER"
BOUNDARY: Final = "FORGED_BOUNDARY"
PLACEHOLDER: Final = "FORGED_PLACEHOLDER"
ANSWER: Final = "FORGED_ANSWER"
HIDDEN_TEXT: Final = "HIDDEN_TEXT"
ENCODED_TEXT: Final = "ENCODED_TEXT"
CODES: Final = frozenset({
    INSTRUCTION, SPEAKER, BOUNDARY, PLACEHOLDER, ANSWER, HIDDEN_TEXT, ENCODED_TEXT,
})  # fmt: skip
"""Codes of findings that say a ticket tries to steer its summary."""

_BY_FORM: Final = {
    "chat": SPEAKER,
    "frame": SPEAKER,
    "speaker": SPEAKER,
    "boundary": BOUNDARY,
    "placeholder": PLACEHOLDER,
    "literal": PLACEHOLDER,
    "answer": ANSWER,
}
_FAMILIES: Final = {
    "override": "instructions are to be ignored",
    "addressed": "a model is spoken to",
    "dictated": "the summary is dictated",
    "labelled": "labels are dictated",
    "assigned": "labels are dictated",
    "code": "a label's code is named",
    "prompt": "instructions are to be shown",
    "role": "another role is given",
    "instead": "something else than a summary is asked for",
    "reset": "the case is said to be another",
    "other case": "another case is asked for",
    "suppress": "something is to be kept quiet",
    "alike": "a sentence reads like an order to a model",
    "task": "another task is set",
    "custom": "the summary is said to have a custom",
    "continued": "an answer is to be continued",
}
_NEAR: Final = 150
"""Bytes within which faint signs count together."""
_LEAST_LIKENESS: Final = 1.5
_SURE_LIKENESS: Final = 3.0
"""Below it, a sentence that reads like an order needs a faint sign in it, too."""
_LEAST_ORDERLY: Final = -4.0
"""Below it, a sentence reads so much like what customers write that its signs are fainter."""
_DISGUISED: Final = frozenset({"encoded", "hidden"})
_CLEAR: Final = frozenset({"override", "role", "prompt"})
"""Signs that customers' words in the same sentence make no fainter."""
_MOST_BESIDE: Final = 20
_PARAGRAPH: Final = re.compile(r"\n\s*\n")
_BREAK: Final = b"\x1e" * 47 + b"\n"
"""Wider than any rule looks around itself; a text begins a line."""
_LEAST_JOINED: Final = 2
_LEAST_PASTED: Final = 3
"""Different sure signs that an agent does not write, but may paste from a customer."""


@dataclass(frozen=True, slots=True)
class Screened:
    """What came of looking at a case."""

    findings: tuple[Finding, ...] = ()
    flagged: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    """Path of a text -> ranges of the redacted text that are better not believed."""

    def believed(self, case: RedactedCase) -> tuple[tuple[str, str], ...]:
        """Return path and text of everything in the case outside the flagged ranges."""
        return tuple(
            (text.where, _without(text.text, self.flagged.get(text.where, ())))
            for text in case.texts
        )


def screen(case: Case | None, redacted: RedactedCase, taxonomy: Taxonomy) -> Screened:
    """Look for what is written for a model in the texts of a case.

    Args:
        case: has what no person sees and redaction never gets; None if it is not at hand.
        redacted: the same case without personal data.
        taxonomy: whose codes nobody but the product writes.
    """
    codes = frozenset(
        code for field in ("issue_type", "next_action") for code in taxonomy.options[field].values()
    )
    findings: dict[tuple[str, str], Finding] = {}
    flagged: dict[str, list[tuple[int, int]]] = {}
    for text in case.texts if case is not None else ():
        for unseen in text.unseen:
            if unseen.amid:
                finding = Finding(code=HIDDEN_TEXT, where=text.where, detail=unseen.how)
                findings[HIDDEN_TEXT, text.where] = finding
    for segment, found in _found(list(segments(case, redacted)), codes):
        for finding in _findings(segment, found):
            findings.setdefault((finding.code, finding.where), finding)
        if segment.kind in {"plain", "encoded", "respelt"}:
            flagged.setdefault(segment.where, []).extend(_ranges(segment, found))
    for text in case.texts if case is not None else ():
        if writes_unseen(text.map.text):
            detail = "written in characters that nobody sees"
            finding = Finding(code=ENCODED_TEXT, where=text.where, detail=detail)
            findings.setdefault((finding.code, finding.where), finding)
    return Screened(
        tuple(findings.values()), {where: _merged(each) for where, each in flagged.items()}
    )


def _merged(ranges: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return tuple(merged)


def _found(
    parts: Sequence[Segment], codes: frozenset[str]
) -> Iterable[tuple[Segment, Sequence[Hit]]]:
    """Yield the segments that count, each with its signs; all are searched in one go."""
    data = [part.text.encode("utf-8", "replace") for part in parts]
    starts = list(accumulate((len(each) + len(_BREAK) for each in data), initial=0))
    whole = _BREAK.join(data)
    of_part: dict[int, list[Hit]] = {}
    kinds, said = Kinds(whole, codes), Sentences(whole)
    for hit in chain(hits(kinds), _alike(kinds, parts, starts)):
        number = bisect_right(starts, hit.start) - 1
        start = starts[number]
        moved = hit._replace(start=hit.start - start, end=hit.end - start)
        of_part.setdefault(number, []).append(moved)
    of_plain: dict[str, set[str]] = {}
    for number, found in sorted(of_part.items()):
        part, signs = parts[number], sorted(found, key=lambda hit: hit.start)
        known = of_plain.setdefault(part.where, set())
        if part.kind == "plain":
            known |= {hit.name for hit in signs}
        news = [hit for hit in signs if part.kind != "respelt" or hit.name not in known]
        # Few cases have signs that would count, and only those are looked at closely.
        if not part.of_staff and part.kind not in _DISGUISED and _counting(part, news):
            news = list(_weighed(part, news, kinds, said, starts[number]))
        if counting := _counting(part, news):
            yield part, counting


def _weighed(
    part: Segment, signs: Sequence[Hit], kinds: Kinds, said: Sentences, start: int
) -> Iterator[Hit]:
    """Yield the signs, fainter if a person sees that they order nothing of whoever reads them.

    Somebody else is said to give the order, or the sentence reads like what customers write; what
    was put together of pieces has no sentences.
    """
    for hit in signs:
        moved = hit._replace(start=hit.start + start, end=hit.end + start)
        judged = part.kind != "joined" and hit.in_words and hit.name not in _CLEAR
        ordinary = judged and said.likest(moved.start, moved.end) < _LEAST_ORDERLY
        if not ordinary and not kinds.is_reported(moved):
            yield hit
        elif hit.points >= SURE:
            yield hit._replace(points=1)


def _alike(kinds: Kinds, parts: Sequence[Segment], starts: Sequence[int]) -> Iterator[Hit]:
    """Yield the sentences of customers that read like orders; staff write orders to each other."""
    for start, end in telling_sentences(kinds.data):
        staff = parts[bisect_right(starts, start) - 1].of_staff
        if staff or _likeness(kinds.data[start:end]) < _LEAST_LIKENESS:
            continue
        score = _likeness(_own_words(kinds, start, end))
        if score >= _LEAST_LIKENESS:
            points = SURE if score >= _SURE_LIKENESS else 1
            yield Hit("alike", start, end, points, staff=False)


def _likeness(sentence: bytes) -> float:
    return likeness(sentence.decode("utf-8", "replace"))


def _own_words(kinds: Kinds, start: int, end: int) -> bytes:
    """Return a sentence without what somebody else said in it."""
    own, at = [], start
    told = kinds.reported
    number = max(0, bisect_right(told, (start, start)) - 1)
    while number < len(told) and told[number][0] < end:
        first, last = told[number]
        if last > start:
            own.append(kinds.data[at : max(first, at)])
            at = min(last, end)
        number += 1
    return b" ".join([*own, kinds.data[at:end]])


def _counting(segment: Segment, signs: Sequence[Hit]) -> list[Hit]:
    """Return the signs if they are enough: a sure one, or different faint ones together.

    Whoever encodes or hides an order did not mean it for a person: one faint sign is enough.
    """
    if segment.of_staff:
        sure = [hit for hit in signs if hit.points >= SURE]
        pasted = len({hit.name for hit in sure}) >= _LEAST_PASTED
        return sure if pasted else [hit for hit in sure if hit.staff]
    if segment.kind in _DISGUISED:
        return list(signs)
    if segment.kind == "joined" and len({hit.name for hit in signs}) < _LEAST_JOINED:
        return []
    counted: dict[Hit, None] = {}
    for at, hit in enumerate(signs):
        if hit.points >= SURE:
            counted[hit] = None
        elif hit.name == "alike":
            within = [other for other in signs if other.name != "alike" and _overlap(hit, other)]
            counted |= dict.fromkeys([hit, *within] if within else [])
        elif segment.kind != "joined":
            others = list(_beside(signs, at))
            counted |= dict.fromkeys([hit, *others] if others else [])
    return list(counted)


def _overlap(hit: Hit, other: Hit) -> bool:
    return other.start < hit.end and hit.start < other.end


def _beside(signs: Sequence[Hit], at: int) -> Iterator[Hit]:
    """Yield the next signs near one of them that are of another name and of other words."""
    hit = signs[at]
    for number in range(at + 1, min(len(signs), at + 1 + _MOST_BESIDE)):
        other = signs[number]
        if other.start > hit.end + _NEAR:
            return
        if (other.name in ACTS) != (hit.name in ACTS) and other.start >= hit.end:
            yield other


def _findings(segment: Segment, found: Sequence[Hit]) -> Iterable[Finding]:
    if segment.how:
        code = HIDDEN_TEXT if segment.kind == "hidden" else ENCODED_TEXT
        yield Finding(code=code, where=segment.where, detail=f"{segment.how}: {_told(found)}")
        return
    for form in sorted({_BY_FORM[hit.name] for hit in found if hit.name in _BY_FORM}):
        yield Finding(code=form, where=segment.where, detail=_told(found))
    if any(hit.name not in _BY_FORM for hit in found):
        yield Finding(code=INSTRUCTION, where=segment.where, detail=_told(found))


def _told(found: Sequence[Hit]) -> str:
    families = dict.fromkeys(_FAMILIES[hit.name] for hit in found if hit.name in _FAMILIES)
    return ", ".join(families) or "written for a model, not for a person"


def _ranges(segment: Segment, found: Sequence[Hit]) -> Iterable[tuple[int, int]]:
    """Return the paragraphs around the signs; of encoded text, the encoded part."""
    if segment.kind == "encoded":
        if segment.span is not None:
            yield segment.span
        return
    text = segment.text
    ends = list(accumulate(len(each.encode("utf-8", "replace")) for each in text))
    breaks = [match.span() for match in _PARAGRAPH.finditer(text)]
    for hit in found:
        start, end = bisect_right(ends, hit.start), bisect_right(ends, hit.end - 1) + 1
        before = bisect_right(breaks, start, key=lambda each: each[1])
        after = bisect_left(breaks, end, key=lambda each: each[0])
        yield (
            breaks[before - 1][1] if before else 0,
            breaks[after][0] if after < len(breaks) else len(text),
        )


def _without(text: str, ranges: Iterable[tuple[int, int]]) -> str:
    kept, at = [], 0
    for start, end in ranges:
        kept.append(text[at:start])
        at = end
    return "\n".join([*kept, text[at:]])
