"""Prefilter: a pattern -> what every text that it matches must hold, which is cheap to ask.

Most patterns match in hardly any text. Whether a text can match at all is asked of its outline:
ASCII in lower case, one `0` for every digit, `?` for every other character. A pattern is read as
a tree; from the tree follow the pieces of outlines without one of which nothing matches, and the
least number of digits. What the reader does not understand demands nothing, so that a pattern is
never passed over that could have matched.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import chain
from threading import Lock
from typing import Final

import numpy as np
from ahocorasick import Automaton

__all__ = ["Outline", "demand"]

_MOST = 64
"""How many outlines a part may have to be followed further."""
_LONGEST = 24
"""Code points up to which outlines are followed."""
_LETTERS = re.compile(r"[a-z]{5,}")
_ENOUGH = 4
"""Letters in a row that a piece is asked for: more would exclude hardly any text more."""
_MOST_PIECES = 48
"""How many pieces a set may have; asking for more costs more than the pattern."""
_MOST_SETS = 2
_RARITY = 8.0
_LEAST_LETTERS = 2
"""A piece of fewer letters stands in every text."""
Pieces = frozenset[str]

_TABLE: Final = bytes(ord("0") if chr(code).isdigit() else code for code in range(256)).lower()
# What RE2 takes for ASCII letters when it is blind to case.
_FOLDED = (("\u017f", "s"), ("\u212a", "k"))


class _Index:
    """Every piece that a pattern asks for, so that one pass over an outline finds them all."""

    def __init__(self) -> None:
        self._sets: dict[Pieces, int] = {}
        self._demands: list[tuple[int, frozenset[int]]] = []
        self._lock = Lock()
        self._automaton = Automaton()
        self._sets_of: list[tuple[int, ...]] = []
        self._digits = np.zeros(0, np.int64)
        self._wanted = np.zeros((_MOST_SETS, 0), np.int64)

    def number(self, digits: int, sets: Sequence[Pieces]) -> int:
        """Return the number of a demand: so many digits, and of each set a piece at least."""
        with self._lock:
            known = frozenset(self._sets.setdefault(pieces, len(self._sets)) for pieces in sets)
            self._demands.append((digits, known))
            return len(self._demands) - 1

    def met(self, outline: str) -> tuple[frozenset[int], int]:
        """Return the numbers of the demands that an outline meets, and how many were asked."""
        with self._lock:
            if len(self._digits) < len(self._demands):
                self._build()
            automaton, sets_of = self._automaton, self._sets_of
            digits, wanted = self._digits, self._wanted
        # One more than there are sets: what is not wanted is there.
        is_there = np.zeros(len(self._sets) + 1, np.bool_)
        is_there[-1] = True
        pieces = {number for _, number in automaton.iter(outline)}
        is_there[list(chain.from_iterable(map(sets_of.__getitem__, pieces)))] = True
        is_met = is_there[wanted].all(axis=0) & (digits <= outline.count("0"))
        return frozenset(np.flatnonzero(is_met).tolist()), len(digits)

    def _build(self) -> None:
        sets_of: dict[str, list[int]] = {}
        for pieces, number in self._sets.items():
            for piece in pieces:
                sets_of.setdefault(piece, []).append(number)
        automaton = Automaton()
        for number, piece in enumerate(sets_of):
            automaton.add_word(piece, number)
        automaton.make_automaton()
        self._automaton, self._sets_of = automaton, list(map(tuple, sets_of.values()))
        self._digits = np.array([digits for digits, _ in self._demands])
        self._wanted = np.full((_MOST_SETS, len(self._demands)), -1)
        for number, (_, sets) in enumerate(self._demands):
            self._wanted[: len(sets), number] = list(sets)


_INDEX: Final = _Index()


class Outline:
    """The outline of one text, and which demands it meets."""

    def __init__(self, text: str) -> None:
        """Reduce the text."""
        if not text.isascii():
            for character, plain in _FOLDED:
                text = text.replace(character, plain)
        self._text = _outlined(text)
        self._met: frozenset[int] = frozenset()
        self._asked = 0

    def met(self, last: int) -> frozenset[int]:
        """Return the demands that the text meets, of all up to `last` at least."""
        if last >= self._asked:
            self._met, self._asked = _INDEX.met(self._text)
        return self._met

    def meets(self, demand: int) -> bool:
        """Say whether the text can hold what is demanded."""
        return demand in self.met(demand)


@dataclass(frozen=True)
class _Node:
    """What is known of the outlines of what a part of a pattern matches."""

    exact: Pieces | None = None
    """All of them, if they are few."""
    digits: int = 0
    pieces: tuple[Pieces, ...] = ()

    @property
    def best(self) -> Pieces | None:
        """The set that the fewest texts meet."""
        given = (*self.pieces, *_useful(self.exact))
        return min(given, key=_frequency, default=None)


_EMPTY = _Node(frozenset({""}))
_ANYTHING = _Node()


def demand(regex: str) -> int:
    """Find what a text must hold for a pattern in the syntax of RE2 to match, in any case.

    Returns the number under which an outline is asked for it.
    """
    node = _Reader(regex).alternatives()
    pieces = sorted({*node.pieces, *_useful(node.exact)}, key=_frequency)
    return _INDEX.number(node.digits, pieces[:_MOST_SETS])


def _frequency(pieces: Pieces) -> float:
    """Guess in which share of texts a set is met, to compare sets by."""
    return sum(_RARITY ** -len(piece) for piece in pieces)


def _useful(pieces: Pieces | None) -> tuple[Pieces, ...]:
    """Return the set without pieces that hold another one; nothing if it says nothing."""
    if pieces is None or not all(map(_tells, pieces)):
        return ()
    least: list[str] = []
    for piece in sorted(map(_cut, pieces), key=len):
        if not any(other in piece for other in least):
            least.append(piece)
    return (frozenset(least),) if len(least) <= _MOST_PIECES else ()


def _cut(piece: str) -> str:
    """Return the beginning of a piece, up to enough letters in a row."""
    letters = _LETTERS.search(piece)
    return piece if letters is None else piece[: letters.start() + _ENOUGH]


def _tells(piece: str) -> bool:
    return len(piece) >= _LEAST_LETTERS or not (piece.isalnum() or piece in {"", " "})


def _joined(first: _Node, second: _Node) -> _Node:
    """Return the node of one part right before another."""
    digits = first.digits + second.digits
    pieces = first.pieces + second.pieces
    if first.exact is not None and second.exact is not None:
        exact = frozenset(a + b for a in first.exact for b in second.exact)
        if len(exact) <= _MOST and max(map(len, exact)) <= _LONGEST:
            return _Node(exact, digits, pieces)
    return _Node(None, digits, (*pieces, *_useful(first.exact), *_useful(second.exact)))


def _either(nodes: list[_Node]) -> _Node:
    """Return the node of alternatives."""
    if len(nodes) == 1:
        return nodes[0]
    exacts = [node.exact for node in nodes if node.exact is not None]
    exact = frozenset[str]().union(*exacts)
    digits = min(node.digits for node in nodes)
    if len(exacts) == len(nodes) and len(exact) <= _MOST:
        return _Node(exact, digits)
    bests = [best for node in nodes if (best := node.best) is not None]
    pieces = frozenset[str]().union(*bests)
    is_known = len(bests) == len(nodes) and len(pieces) <= 4 * _MOST
    return _Node(None, digits, _useful(pieces) if is_known else ())


def _repeated(node: _Node, least: int, most: int | None) -> _Node:
    """Return the node of a part that stands so often in a row."""
    if least == 0:
        is_exact = most == 1 and node.exact is not None
        return _Node(node.exact | {""}) if is_exact and node.exact is not None else _ANYTHING
    whole = reduce(_joined, [node] * min(least, _LONGEST))
    whole = _Node(whole.exact, node.digits * least, whole.pieces)
    if least == most:
        return whole
    return _Node(None, whole.digits, whole.pieces + _useful(whole.exact))


_QUANTIFIER = re.compile(r"(?:([*+?])|\{(\d+)(,?)(\d*)\})\??")
_GROUP = re.compile(r"\((?:\?(?:P?<[A-Za-z_]\w*>|[a-z-]*:))?")
_FLAGS = re.compile(r"\(\?[a-z]+\)")
_CLASS = re.compile(
    r"\[(\^?)(\]?(?:\\x\{[0-9a-f]+\}|\\[pP]\{\w+\}|\\.|\[:\w+:\]|[^\]\\])*)\]", re.DOTALL
)
_MEMBER = re.compile(r"(\\x\{[0-9a-f]+\}|\\.|[^\\])(?:-(\\x\{[0-9a-f]+\}|\\.|[^\\]))?", re.DOTALL)
_CODE = re.compile(r"\\x\{[0-9a-f]+\}")
_PROPERTY = re.compile(r"\\[pP](?:\{\w+\}|\w)")
_CONTROL = {"n": "\n", "r": "\r", "t": "\t", "v": "\v", "f": "\f"}
_MOST_MEMBERS = 10


class _Reader:
    """Reads a pattern from left to right."""

    def __init__(self, regex: str) -> None:
        self._regex = regex
        self._at = 0

    def alternatives(self) -> _Node:
        """Read up to the end of the pattern or of a group."""
        nodes = [self._sequence()]
        while self._regex[self._at : self._at + 1] == "|":
            self._at += 1
            nodes.append(self._sequence())
        return _either(nodes)

    def _sequence(self) -> _Node:
        parts: list[_Node] = []
        while self._at < len(self._regex) and self._regex[self._at] not in "|)":
            parts.append(self._quantified(self._atom()))
        return reduce(_joined, parts, _EMPTY)

    def _quantified(self, node: _Node) -> _Node:
        match = self._take(_QUANTIFIER)
        if match is None:
            return node
        if match[1]:
            return _repeated(node, int(match[1] == "+"), 1 if match[1] == "?" else None)
        least = int(match[2])
        most = int(match[4]) if match[4] else None
        return _repeated(node, least, most if match[3] else least)

    def _atom(self) -> _Node:
        if self._take(_FLAGS) is not None:
            return _EMPTY
        if self._regex[self._at] == "(":
            return self._group()
        if (match := self._take(_CLASS)) is not None:
            return _ANYTHING if match[1] else _members(match[2])
        return _ANYTHING if self._take(_PROPERTY) is not None else self._character()

    def _character(self) -> _Node:
        if (match := self._take(_CODE)) is not None:
            return _literal(_character(match.group()))
        character = self._regex[self._at]
        self._at += 1
        if character == "\\":
            return self._escaped()
        if character in "^$":
            return _EMPTY
        return _ANYTHING if character == "." else _literal(character)

    def _group(self) -> _Node:
        opening = self._take(_GROUP)
        if opening is None:
            msg = "a pattern holds a group that is not of RE2's syntax"
            raise ValueError(msg)
        node = self.alternatives()
        self._at += 1
        return node

    def _escaped(self) -> _Node:
        escaped = self._regex[self._at]
        self._at += 1
        if escaped in "bBAz":
            return _EMPTY
        if escaped == "d":
            return _DIGIT
        if escaped in "DsSwWC":
            return _ANYTHING
        return _literal(_CONTROL.get(escaped, escaped))

    def _take(self, token: re.Pattern[str]) -> re.Match[str] | None:
        match = token.match(self._regex, self._at)
        if match is not None:
            self._at = match.end()
        return match


_DIGIT = _Node(frozenset({"0"}), digits=1)


def _literal(character: str) -> _Node:
    outline = _outlined(character)
    return _Node(frozenset({outline}), digits=int(outline == "0"))


def _members(members: str) -> _Node:
    """Return the node of a class of characters that is not negated."""
    if "[:" in members or _PROPERTY.search(members):
        return _ANYTHING
    outlines: set[str] = set()
    for match in _MEMBER.finditer(members):
        if match[1][0] == "\\" and match[1][1] in "dswDSW":
            outlines.add("0")
            if match[1] != "\\d":
                return _ANYTHING
            continue
        first, last = _character(match[1]), _character(match[2] or match[1])
        if ord(last) - ord(first) > 2 * _MOST:
            return _ANYTHING
        outlines.update(_outlined(chr(code)) for code in range(ord(first), ord(last) + 1))
    if len(outlines) > _MOST_MEMBERS:
        return _ANYTHING
    return _Node(frozenset(outlines), digits=int(outlines == {"0"}))


def _character(token: str) -> str:
    if token.startswith("\\x{"):
        return chr(int(token[3:-1], 16))
    return _CONTROL.get(token[1], token[1]) if token[0] == "\\" else token


def _outlined(text: str) -> str:
    return text.encode("ascii", "replace").translate(_TABLE).decode("ascii")
