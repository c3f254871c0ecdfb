"""Rules: kinds of words that stand together in a text -> which of them make an order to a model."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from typing import Final, NamedTuple

from summarizer.injection.foreign import FOREIGN
from summarizer.injection.forms import FORMS, codes_pattern
from summarizer.injection.guises import GUISES
from summarizer.injection.reports import REPORTS, Span, reported
from summarizer.injection.speech import SPEECH
from summarizer.injection.words import ENGLISH
from summarizer.patterns import PatternSet, compiled

__all__ = ["ACTS", "SURE", "Hit", "Kinds", "hits"]

ACTS: Final = frozenset({
    "override", "role", "only", "suppress", "obey", "decode", "order", "agent", "emptied",
    "labelled", "task", "continued",
})  # fmt: skip
"""Faint signs that something is to be done; the others say by whom or with what. It takes both."""
SURE: Final = 2
"""Points from which a text counts; two different faint signs are as good as a sure one."""
_SAID_TO_ANYBODY: Final = frozenset({
    "agent", "decode", "emptied", "labelled", "low", "obey", "only", "order", "override", "prompt",
    "role", "speaker", "suppress", "task",
})  # fmt: skip
"""Signs that are none if they only tell what somebody said; nobody else speaks of our summary."""
_BESIDE: Final = 40
"""Bytes on either side of a sign in which something may take it back."""
_SENTENCE_END: Final = compiled(r"[.!?](?:[\s\"')\]]|$)|\|\s*\n|[(){}]|[。！？؟]|\n\s*\n|\x1e")


_WORDS: Final = ENGLISH | SPEECH | GUISES | FOREIGN | FORMS | REPORTS
_NOT_WORDS: Final = frozenset({*FORMS, *FOREIGN, "code", "assigned", "field_name", "literal"})
"""Kinds that say the same whatever the sentence is, or are not English."""
_BEFORE: Final = b"\x1e\n\t ,;:.!?"


class Hit(NamedTuple):
    """A sign of an order to a model."""

    name: str
    start: int
    end: int
    points: int
    staff: bool
    """Whether it counts in what the bank's own people and systems write too."""
    in_words: bool = True
    """Whether it is made of English words, so that the sentence says whether it is an order."""


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
    unless: str = ""
    """A kind that takes the sign back if it stands beside it."""


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
    _Pair(
        "override",
        "x_ignore",
        "x_instructions",
        90,
        either_order=True,
        needs="x_before",
        unless="x_of_people",
    ),
    _Pair(
        "override",
        "x_ignore",
        "x_instructions",
        60,
        either_order=True,
        needs="x_order",
        unless="x_of_people",
    ),
    _Pair("override", "x_ignore", "x_instructions", 60, points=1, either_order=True),
    _Pair("addressed", "machine", "order", 110, unless="reported", but="firm"),
    _Pair("addressed", "reader", "summary", 110, unless="reported"),
    _Pair("addressed", "reader", "made_text", 110, unless="reported"),
    _Pair("addressed", "reader", "low", 110, unless="not_now"),
    _Pair("addressed", "machine_called", "command", 220, over_sentences=True),
    _Pair("addressed", "ai", "bidden", 20, unless="reported", but="firm"),
    _Pair("addressed", "ai", "command", 40, unless="reported", but="firm"),
    _Pair("addressed", "x_machine", "x_order", 150, either_order=True),
    _Pair("override", "x_ignore", "x_told", 90, either_order=True),
    _Pair("override", "x_ignore", "x_before", 60, points=1, unless="x_reported"),
    _Pair("only", "x_only", "x_word", 40, needs="x_order", unless="x_reported"),
    _Pair("addressed", "x_reader", "x_only", 150, over_sentences=True),
    _Pair("addressed", "x_machine", "x_only", 100),
    _Pair("role", "x_role", "x_order", 150, over_sentences=True),
    _Pair("role", "x_role", "x_summary", 150, over_sentences=True),
    _Pair("role", "x_role", "x_note", 150, over_sentences=True),
    _Pair("addressed", "x_reader", "x_order", 150, over_sentences=True),
    _Pair("addressed", "x_reader", "x_settled", 150, over_sentences=True),
    _Pair("addressed", "x_reader", "x_silence", 150, over_sentences=True),
    _Pair("addressed", "x_machine", "x_silence", 150, over_sentences=True),
    _Pair("addressed", "x_machine", "x_settled", 150),
    _Pair("suppress", "x_silence", "x_summary", 100, either_order=True),
    _Pair("suppress", "x_silence", "x_note", 100, either_order=True),
    _Pair("dictated", "x_order", "x_settled", 60),
    _Pair("addressed", "agent_told", "link", 120),
    _Pair("order", "x_ignore", "x_order", 60, points=1),
    _Pair("dictated", "summary", "must", 60, unless="summary_of_the_bank"),
    _Pair("dictated", "write", "summary", 90, unless="summary_of_the_bank"),
    _Pair("dictated", "summary", "write", 60, unless="summary_of_the_bank"),
    _Pair(
        "dictated",
        "x_order",
        "x_summary",
        120,
        either_order=True,
        unless="x_reported",
        but="x_for_me",
    ),
    _Pair("labelled", "bidding", "low", 50, either_order=True, unless="not_now", but="told_by"),
    _Pair("labelled", "bidding", "low_label", 50, unless="not_now", but="told_by"),
    _Pair("labelled", "x_priority", "x_low", 40, points=1, either_order=True, unless="x_reported"),
    _Pair(
        "labelled",
        "x_order",
        "x_priority",
        40,
        either_order=True,
        needs="x_low",
        unless="x_reported",
    ),
    _Pair("code", "label_noun", "code", 30),
    _Pair("code", "x_order", "code", 60, either_order=True),
    _Pair("prompt", "show", "prompt", 80, either_order=True),
    _Pair("prompt", "recite", "text_above", 60),
    _Pair("prompt", "x_order", "x_prompt", 120, either_order=True),
    _Pair("placeholder", "order", "placeholder", 60),
    _Pair("placeholder", "filling", "literal", 20),
    _Pair("placeholder", "placeholder", "must", 60),
    _Pair("code", "order", "code", 60),
    _Pair("code", "setting", "code", 60),
    _Pair("code", "code", "code", 120),
    _Pair("code", "classed", "code", 60),
    _Pair("other case", "order", "other_case", 40),
    _Pair("answer", "final", "answer_key", 60),
    _Pair("machine", "ai", "must", 60, points=1),
    _Pair("override", "ignore", "told", 60, unless="told_by", but="of_the_customer"),
    _Pair("override", "ignore", "configured", 80, unless="of_the_customer"),
    _Pair("override", "told", "void", 60, unless="told_by", but="of_the_customer"),
    _Pair("override", "configured", "void", 60, over_sentences=True, unless="of_the_customer"),
    _Pair("prompt", "asked_to_show", "configured", 100, either_order=True, unless="of_business"),
    _Pair("prompt", "asked_to_show", "own_instructions", 60, unless="of_business"),
    _Pair("role", "cast", "cast_acts", 160, over_sentences=True),
    _Pair("role", "new_role", "cast_acts", 160, over_sentences=True),
    _Pair("answer", "ready", "take", 160, over_sentences=True),
    _Pair("answer", "ready", "field_line", 160, over_sentences=True),
    _Pair("answer", "ready", "answer_key", 160, over_sentences=True),
    _Pair("answer", "field_line", "field_line", 150, points=1, over_sentences=True),
    _Pair("answer", "field_line", "verdict", 150, over_sentences=True),
    _Pair("answer", "field_line", "low", 150, over_sentences=True),
    _Pair("answer", "field_line", "code", 150, over_sentences=True),
    _Pair("answer", "completion", "label_noun", 120, over_sentences=True),
    _Pair("addressed", "tools", "order", 110, unless="reported"),
    _Pair("dictated", "made_text", "bound", 60, unless="summary_of_the_bank"),
    _Pair("dictated", "write", "made_text", 90, unless="summary_of_the_bank"),
    _Pair(
        "suppress",
        "silence",
        "made_text",
        120,
        either_order=True,
        unless="summary_of_the_bank",
        but="own_deed",
    ),
    _Pair("suppress", "silence", "written_here", 100, either_order=True, unless="own_deed"),
    _Pair("custom", "custom", "recorded_as", 90),
    _Pair("custom", "custom", "note_reads", 90, either_order=True),
    _Pair("custom", "custom", "made_text", 90, unless="summary_of_the_bank"),
    _Pair("speaker", "speaker_line", "verdict", 160, over_sentences=True),
    _Pair("speaker", "speaker", "verdict", 160, over_sentences=True),
    _Pair("boundary", "boundary", "verdict", 120, over_sentences=True),
    _Pair("boundary", "boundary", "opening", 80, over_sentences=True),
    _Pair("task", "new_task", "opening", 60, over_sentences=True),
    _Pair("other case", "hand_over", "others_data", 60),
    _Pair("placeholder", "template", "carried", 60, either_order=True),
    _Pair("addressed", "agent_sent", "contact", 80),
)
_SINGLES: Final = (
    _Single("code", "code", 1),
    _Single("emptied", "emptied", 1),
    _Single("assigned", "assigned", SURE),
    _Single("field", "field_name", 1),
    _Single("role", "new_role", 1),
    _Single("role", "role", 1),
    _Single("labelled", "answer_given", SURE, unless="choice_offered"),
    _Single("reset", "reset", SURE),
    _Single("labelled", "classed", 1),
    _Single("suppress", "kept_out", 1),
    _Single("machine", "mention", SURE),
    _Single("agent", "agent_told", 1),
    _Single("literal", "literal", 1),
    _Single("instead", "instead", SURE),
    _Single("machine", "machine", 1, unless="reported"),
    _Single("machine", "machine_called", 1),
    _Single("machine", "reader", 1),
    _Single("machine", "ai", 1, unless="reported"),
    _Single("machine", "x_machine", 1),
    _Single("summary", "summary", 1, unless="summary_of_the_bank"),
    _Single("only", "only", 1),
    _Single("suppress", "suppress_this", SURE),
    _Single("suppress", "suppress", 1, unless="own_deed"),
    _Single("low", "low", 1),
    _Single("obey", "obey", 1),
    _Single("decode", "decode", 1),
    _Single("prompt", "x_prompt", 1),
    _Single("machine", "x_role", 1),
    _Single("machine", "x_reader", 1),
    _Single("summary", "x_note", 1),
    _Single("suppress", "x_silence", 1),
    _Single("prompt", "prompt", 1),
    _Single("placeholder", "placeholder", 1),
    _Single("chat", "chat_mark", SURE, staff=True),
    _Single("chat", "heading", 1),
    _Single("frame", "frame", SURE),
    _Single("speaker", "speaker", 1),
    _Single("boundary", "boundary", 1),
    _Single("answer", "answer_key_of_ours", SURE),
    _Single("field", "answer_key", 1),
    _Single("answer", "as_output", SURE),
    _Single("field", "field_line", 1),
    _Single("continued", "completion", 1),
    _Single("machine", "configured", 1),
    _Single("machine", "written_here", 1),
    _Single("machine", "tools", 1),
    _Single("summary", "made_text", 1, unless="summary_of_the_bank"),
    _Single("role", "cast", 1),
    _Single("labelled", "low_bid", SURE, unless="not_now"),
    _Single("low", "low_label", 1),
    _Single("labelled", "belongs", 1),
    _Single("speaker", "speaker_line", 1),
    _Single("task", "new_task", 1),
)


class Kinds:
    """Where each kind of word stands in a text, in bytes of UTF-8, in order.

    One look tells which kinds there are at all; where is found out when a rule asks.
    """

    def __init__(self, data: bytes, codes: frozenset[str]) -> None:
        """Args: data: the text; codes: the labels of the taxonomy."""
        self.data = data
        self._codes = codes
        self._there = _any_of().names_in(data) if data else frozenset()
        self._found: dict[str, list[Span]] = {}

    def __getitem__(self, kind: str) -> Sequence[Span]:
        if kind not in self._there and kind in _of_signs():
            return ()
        found = self._found.get(kind)
        if found is None:
            pattern = compiled(codes_pattern(self._codes) if kind == "code" else _WORDS[kind])
            data = self.data
            found = [_shown(data, *match.span()) for match in pattern.finditer(data)]
            self._found[kind] = found
        return found

    @cached_property
    def reported(self) -> list[Span]:
        """Where the text tells what somebody else said or wanted of the customer."""
        return reported(self, self.data)

    def is_reported(self, hit: "Hit") -> bool:
        """Say whether a sign only tells what somebody said, and might as well be of anybody."""
        at = bisect_right(self.reported, (hit.start, len(self.data))) - 1
        return hit.name in _SAID_TO_ANYBODY and at >= 0 and self.reported[at][1] > hit.start


def _shown(data: bytes, start: int, end: int) -> Span:
    """Leave out what a pattern took before the first word: it may belong to the text before."""
    while start < end - 1 and data[start] in _BEFORE:
        start += 1
    return start, end


def hits(kinds: Kinds) -> list[Hit]:
    """Return the signs in a text, in order; one that a rule takes back is left out."""
    found = [
        Hit(rule.name, start, end, rule.points, rule.staff, rule.kind not in _NOT_WORDS)
        for rule in _SINGLES
        for start, end in kinds[rule.kind]
        if not rule.unless or not _beside(kinds, rule.unless, start, end)
    ]
    for rule in _PAIRS:
        if kinds[rule.first] and kinds[rule.second]:
            found += _paired(rule, kinds)
    return sorted(found, key=lambda hit: hit.start)


def _paired(rule: _Pair, kinds: Kinds) -> Iterator[Hit]:
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
            if _together(rule, kinds, (start, end), seconds[at]):
                in_words = rule.first not in _NOT_WORDS and rule.second not in _NOT_WORDS
                yield Hit(rule.name, start, seconds[at][1], rule.points, rule.staff, in_words)


def _together(rule: _Pair, kinds: Kinds, first: Span, second: Span) -> bool:
    gap = kinds.data[first[1] : second[0]]
    if b"\x1e" in gap if rule.over_sentences else _SENTENCE_END.search(gap) is not None:
        return False
    taken_back = (kind for kind in (rule.unless, rule.but) if kind)
    if any(_beside(kinds, kind, first[0], second[1]) for kind in taken_back):
        return False
    return not rule.needs or _beside(kinds, rule.needs, first[0], second[1])


def _beside(kinds: Kinds, kind: str, start: int, stop: int) -> bool:
    """Say whether a kind stands in or near a range, in the same sentence."""
    spans, data = kinds[kind], kinds.data
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
def _any_of() -> PatternSet:
    return PatternSet({kind: _WORDS[kind] for kind in sorted(_of_signs())})


@cache
def _of_signs() -> frozenset[str]:
    """Return the kinds that signs are made of; the others are looked for where there is one."""
    of_pairs = (kind for rule in _PAIRS for kind in (rule.first, rule.second))
    return frozenset({*of_pairs, *(rule.kind for rule in _SINGLES)} - {"code"})
