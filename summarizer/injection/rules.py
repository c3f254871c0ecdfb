"""Rules: kinds of words that stand together in a text -> which of them make an order to a model."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

from summarizer.injection.foreign import FOREIGN
from summarizer.injection.forms import FORMS, codes_pattern
from summarizer.injection.words import ENGLISH
from summarizer.patterns import compiled

__all__ = ["Hit", "Kinds", "Span", "hits", "read_kinds"]

Span = tuple[int, int]
Kinds = Mapping[str, Sequence[Span]]
"""Kind -> where it stands, in bytes of UTF-8, in order."""

ACTS: Final = frozenset({
    "override", "role", "only", "suppress", "obey", "decode", "order", "agent", "emptied",
    "labelled",
})  # fmt: skip
"""Faint signs that something is to be done; the others say by whom or with what. It takes both."""
SURE: Final = 2
"""Points from which a text counts; two different faint signs are as good as a sure one."""
_BESIDE: Final = 40
"""Bytes on either side of a sign in which something may take it back."""
_SENTENCE_END: Final = compiled(r"[.!?](?:[\s\"')\]]|$)|[(){}]|[。！？؟]|\n\s*\n|\x1e")


_BEFORE: Final = b"\x1e\n\t ,;:.!?"


class Hit(NamedTuple):
    """A sign of an order to a model."""

    name: str
    start: int
    end: int
    points: int
    staff: bool
    """Whether it counts in what the bank's own people and systems write too."""


class _Pair(NamedTuple):
    """Two kinds that make a sign if the second stands within reach of the first."""

    name: str
    first: str
    second: str
    reach: int
    points: int = SURE
    either_order: bool = False
    over_sentences: bool = False
    staff: bool = False
    unless: str = ""
    """A kind that takes the sign back if it stands in or beside it."""
    but: str = ""
    """The same; another kind."""
    needs: str = ""
    """A kind that must stand in or beside it."""


class _Single(NamedTuple):
    """A kind that is a sign by itself."""

    name: str
    kind: str
    points: int
    staff: bool = False


_PAIRS: Final = (
    _Pair(
        "override",
        "ignore",
        "instructions",
        60,
        unless="of_the_customer",
        but="told_by",
        staff=True,
    ),
    _Pair("override", "instructions", "void", 40, unless="of_the_customer"),
    _Pair("override", "ignore", "all_before", 30, points=1, unless="of_the_customer"),
    _Pair("override", "x_ignore", "x_instructions", 90, either_order=True, needs="x_before"),
    _Pair("override", "x_ignore", "x_instructions", 60, either_order=True, needs="x_order"),
    _Pair("override", "x_ignore", "x_instructions", 60, points=1, either_order=True),
    _Pair("addressed", "machine", "order", 110, unless="reported"),
    _Pair("addressed", "machine_called", "command", 220, over_sentences=True),
    _Pair("addressed", "ai", "bidden", 20, unless="reported", but="firm"),
    _Pair("addressed", "ai", "command", 40, unless="reported", but="firm"),
    _Pair("addressed", "x_machine", "x_order", 150, either_order=True),
    _Pair("addressed", "agent_told", "link", 120),
    _Pair("order", "x_ignore", "x_order", 60, points=1),
    _Pair("dictated", "summary", "must", 60, unless="summary_of_the_bank"),
    _Pair("dictated", "write", "summary", 90, unless="summary_of_the_bank"),
    _Pair("dictated", "summary", "write", 60, unless="summary_of_the_bank"),
    _Pair("dictated", "x_order", "x_summary", 120, either_order=True),
    _Pair("labelled", "setting", "low", 50, either_order=True, unless="blamed"),
    _Pair("labelled", "x_priority", "x_low", 40, either_order=True),
    _Pair("prompt", "show", "prompt", 80, either_order=True),
    _Pair("prompt", "recite", "text_above", 60),
    _Pair("prompt", "x_order", "x_prompt", 120, either_order=True),
    _Pair("placeholder", "order", "placeholder", 60),
    _Pair("placeholder", "placeholder", "must", 60),
    _Pair("code", "order", "code", 60),
    _Pair("code", "setting", "code", 60),
    _Pair("code", "code", "code", 120),
    _Pair("code", "classed", "code", 60),
    _Pair("other case", "order", "other_case", 40),
    _Pair("answer", "final", "answer_key", 60),
    _Pair("machine", "ai", "must", 60, points=1),
)
_SINGLES: Final = (
    _Single("code", "code", 1),
    _Single("emptied", "emptied", 1),
    _Single("assigned", "assigned", SURE),
    _Single("field", "field_name", 1),
    _Single("role", "new_role", SURE),
    _Single("role", "role", 1),
    _Single("labelled", "answer_given", SURE),
    _Single("reset", "reset", SURE),
    _Single("labelled", "classed", 1),
    _Single("suppress", "kept_out", 1),
    _Single("machine", "mention", SURE),
    _Single("agent", "agent_told", 1),
    _Single("literal", "literal", 1),
    _Single("instead", "instead", SURE),
    _Single("machine", "machine", 1),
    _Single("machine", "machine_called", 1),
    _Single("machine", "ai", 1),
    _Single("machine", "x_machine", 1),
    _Single("summary", "summary", 1),
    _Single("only", "only", 1),
    _Single("suppress", "suppress_this", SURE),
    _Single("suppress", "suppress", 1),
    _Single("low", "low", 1),
    _Single("obey", "obey", 1),
    _Single("decode", "decode", 1),
    _Single("prompt", "x_prompt", 1),
    _Single("prompt", "prompt", 1),
    _Single("placeholder", "placeholder", 1),
    _Single("chat", "chat_mark", SURE, staff=True),
    _Single("frame", "frame", SURE),
    _Single("speaker", "speaker", 1),
    _Single("boundary", "boundary", 1),
    _Single("answer", "answer_key_of_ours", SURE),
    _Single("field", "answer_key", 1),
)


def read_kinds(data: bytes, codes: frozenset[str]) -> dict[str, list[Span]]:
    """Find each kind of word in a text; `codes` are the labels of the taxonomy."""
    found = {}
    for kind, pattern in (*_patterns().items(), ("code", compiled(codes_pattern(codes)))):
        spans = [_shown(data, *match.span()) for match in pattern.finditer(data)]
        if spans:
            found[kind] = spans
    return found


def _shown(data: bytes, start: int, end: int) -> Span:
    """Leave out what a pattern took before the first word: it may belong to the text before."""
    while start < end - 1 and data[start] in _BEFORE:
        start += 1
    return start, end


def hits(data: bytes, kinds: Kinds) -> list[Hit]:
    """Return the signs in a text, in order; one that a rule takes back is left out."""
    found = [
        Hit(rule.name, start, end, rule.points, rule.staff)
        for rule in _SINGLES
        for start, end in kinds.get(rule.kind, ())
        if rule.kind != "summary" or not _beside(data, kinds, "summary_of_the_bank", start, end)
    ]
    for rule in _PAIRS:
        if rule.first in kinds and rule.second in kinds:
            found += _paired(rule, data, kinds)
    return sorted(found, key=lambda hit: hit.start)


def _paired(rule: _Pair, data: bytes, kinds: Kinds) -> Iterator[Hit]:
    orders = [(rule.first, rule.second)]
    if rule.either_order:
        orders.append((rule.second, rule.first))
    for before, after in orders:
        seconds = kinds[after]
        starts = [start for start, _ in seconds]
        for start, end in kinds[before]:
            at = bisect_left(starts, end)
            if at == len(seconds) or seconds[at][0] - end > rule.reach:
                continue
            if _together(rule, data, kinds, (start, end), seconds[at]):
                yield Hit(rule.name, start, seconds[at][1], rule.points, rule.staff)


def _together(rule: _Pair, data: bytes, kinds: Kinds, first: Span, second: Span) -> bool:
    gap = data[first[1] : second[0]]
    if b"\x1e" in gap if rule.over_sentences else _SENTENCE_END.search(gap) is not None:
        return False
    taken_back = (kind for kind in (rule.unless, rule.but) if kind)
    if any(_beside(data, kinds, kind, first[0], second[1]) for kind in taken_back):
        return False
    return not rule.needs or _beside(data, kinds, rule.needs, first[0], second[1])


def _beside(data: bytes, kinds: Kinds, kind: str, start: int, stop: int) -> bool:
    """Say whether a kind stands in or near a range, in the same sentence."""
    spans = kinds.get(kind)
    if not spans:
        return False
    before = [
        match.end() for match in _SENTENCE_END.finditer(data[max(0, start - _BESIDE) : start])
    ]
    after = _SENTENCE_END.search(data[stop : stop + _BESIDE])
    low = max(0, start - _BESIDE) + max(before, default=0)
    high = stop + (after.start() if after else _BESIDE)
    at = bisect_left(spans, (high, 0)) - 1
    return at >= 0 and spans[at][1] > low


@cache
def _patterns() -> dict[str, Any]:
    return {kind: compiled(pattern) for kind, pattern in (ENGLISH | FOREIGN | FORMS).items()}
