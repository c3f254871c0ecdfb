# ruff: noqa: PLR2004 - the shares of each form are data
"""Writes marked training texts: frames and a seed in, (text, spans) pairs out."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from training.habits import Habits, Pieces

__all__ = ["Filler", "Generator", "Marked"]

_HERE = Path(__file__).parent
_SLOT = re.compile(r"\{([a-z_0-9]+)\}")
_CHOICE = re.compile(r"<([^<>]*\|[^<>]*)>")
_DEPTH = 3
_LINES = (" ", ", ", "\n", ",\n")
# Marks of layout and punctuation that stand right beside a value.
_WRAPS = (
    ("**", "**"), ("*", "*"), ("__", "__"), ("(", ")"), ("[", "]"), ('"', '"'), ("'", "'"),
    ("<b>", "</b>"), ("<", ">"), ("\u201c", "\u201d"), ("/", "/"), ("|", "|"), ("-", "-"),
    ("", ","), ("", ";"), (":", ""), ("=", ""), ("", "..."), ("", "!"), ("`", "`"), ("#", ""),
    ("~", "~"),
)  # fmt: skip
_WHOLE = {
    ("PERSON", "PERSON"): {" ": "PERSON"},
    ("PLACE", "PLACE"): {", ": "PLACE", " ": "PLACE"},
    ("ADDRESS", "ADDRESS"): dict.fromkeys(_LINES, "ADDRESS"),
    ("ADDRESS", "PLACE"): dict.fromkeys(_LINES, "ADDRESS"),
    ("PLACE", "ADDRESS"): dict.fromkeys((" ", ", "), "ADDRESS"),
}

# Share of each file among the frames drawn; the rest of a text is drawn from its company.
_POSITIVE = {
    "pos_chat": 17,
    "pos_lower": 19,
    "pos_speech": 9,
    "pos_notes": 14,
    "pos_letters": 20,
    "pos_forms": 14,
    "pos_foreign": 7,
    "pos_prose": 15,
    "pos_mail": 10,
    "pos_address": 15,
}
_NEGATIVE = {
    "neg_chat": 20,
    "neg_prose": 22,
    "neg_misc": 13,
    "neg_words": 18,
    "neg_foreign": 12,
    "neg_notes": 7,
    "neg_debris": 8,
    "neg_web": 12,
}
_COMPANY = {
    "pos_chat": ("neg_chat", "neg_chat", "neg_words"),
    "pos_lower": ("neg_chat", "neg_chat", "neg_chat", "neg_words", "neg_foreign"),
    "pos_speech": ("neg_chat", "neg_misc"),
    "pos_notes": ("neg_notes", "neg_prose", "neg_chat"),
    "pos_letters": ("neg_prose", "neg_prose", "neg_prose", "neg_words", "neg_foreign"),
    "pos_forms": ("neg_prose", "neg_misc", "neg_chat", "neg_debris"),
    "pos_foreign": ("neg_foreign", "neg_foreign", "neg_chat"),
    "pos_prose": ("neg_prose", "neg_prose", "neg_words", "neg_web"),
    "pos_mail": ("neg_prose", "neg_chat", "neg_debris", "neg_web"),
    "pos_address": ("neg_chat", "neg_prose", "neg_notes", "neg_web"),
    "neg_chat": ("neg_chat", "neg_chat", "neg_words"),
    "neg_prose": ("neg_prose", "neg_prose", "neg_words"),
    "neg_misc": ("neg_misc", "neg_prose"),
    "neg_words": ("neg_words", "neg_chat", "neg_prose"),
    "neg_foreign": ("neg_foreign", "neg_foreign", "neg_chat"),
    "neg_notes": ("neg_notes", "neg_notes", "neg_prose"),
    "neg_debris": ("neg_debris", "neg_prose", "neg_chat"),
    "neg_web": ("neg_web", "neg_prose", "neg_chat"),
}


@dataclass(frozen=True, slots=True)
class Marked:
    """A text and its labelled stretches.

    Attributes:
        text: What somebody might write.
        spans: Start, end (code points, end exclusive) and label, in order.
    """

    text: str
    spans: tuple[tuple[int, int, str], ...]


class Filler(Protocol):
    """Fills the slots of frames."""

    def fill(self, slot: str) -> tuple[str, str]:
        """Return a value for a slot and its label, which is empty for impersonal values."""
        ...

    def word(self) -> str:
        """Return a word that names nobody and no place."""
        ...


class Generator:
    """Draws texts from the frames.

    Args:
        seed: Two generators of one seed and one filler write the same texts.
        filler: Takes the source of randomness, gives what fills the slots.
        held_back: False draws from nine frames in ten, True from the tenth.
        negatives: Share of texts without personal values, 0 to 1.
    """

    def __init__(
        self,
        seed: int,
        filler: Callable[[random.Random], Filler],
        *,
        held_back: bool = False,
        negatives: float = 0.45,
    ) -> None:
        self._rng = random.Random(seed)  # noqa: S311 - repeatable, nothing secret
        self._negatives = negatives
        self._values = filler(self._rng)
        self._habits = Habits(self._rng, self._values.word)
        self._frames = {name: _frames(name, held_back=held_back) for name in _COMPANY}

    def texts(self, count: int) -> Iterator[Marked]:
        """Write texts.

        Args:
            count: How many.
        """
        for _ in range(count):
            yield self._text()

    def _text(self) -> Marked:
        rng = self._rng
        table = _NEGATIVE if rng.random() < self._negatives else _POSITIVE
        first = rng.choices(list(table), list(table.values()))[0]
        names = [first]
        for _ in range(rng.choices((0, 1, 2, 3), (52, 26, 14, 8))[0]):
            same = table is _POSITIVE and rng.random() < 0.35
            names.append(first if same else rng.choice(_COMPANY[first]))
        rng.shuffle(names)
        pieces: Pieces = []
        glue = rng.choices((" ", "\n", "\n\n", ". ", ", "), (50, 20, 10, 14, 6))[0]
        for name in names:
            pieces += [(glue, "")] if pieces else []
            pieces += self._expand(rng.choice(self._frames[name]), first, 0)
        if rng.random() < 0.05:
            pieces = _wrapped(pieces, *rng.choice(_WRAPS))
        return _assemble(self._habits.apply(pieces, first.split("_")[1]))

    def _expand(self, frame: str, style: str, depth: int) -> Pieces:
        rng = self._rng
        chosen = _CHOICE.sub(lambda match: rng.choice(match[1].split("|")), frame)
        pieces: Pieces = []
        at = 0
        for slot in _SLOT.finditer(chosen):
            pieces.append((chosen[at : slot.start()], ""))
            if slot[1] == "neg":
                names = _COMPANY[style]
                filler = rng.choice(self._frames[rng.choice(names)]) if depth < _DEPTH else "ok"
                pieces += self._expand(filler, style, depth + 1)
            else:
                pieces.append(self._values.fill(slot[1]))
            at = slot.end()
        return _joined([*pieces, (chosen[at:], "")])


def _wrapped(pieces: Pieces, before: str, behind: str) -> Pieces:
    """Put marks right before and behind each value that has a label."""
    wrapped = [
        [(before, ""), (text, label), (behind, "")] if label else [(text, label)]
        for text, label in pieces
    ]
    return [piece for parts in wrapped for piece in parts if piece[0]]


def _joined(pieces: Pieces) -> Pieces:
    """Make one stretch of neighbours: a first and a last name, a street and its town."""
    out: Pieces = []
    for text, label in pieces:
        if not text:
            continue
        if len(out) > 1 and label and not out[-1][1]:
            whole = _WHOLE.get((out[-2][1], label), {}).get(out[-1][0])
            if whole:
                before, between = out[-2][0], out[-1][0]
                out[-2:] = [(f"{before}{between}{text}", whole)]
                continue
        out.append((text, label))
    return out


def _frames(name: str, *, held_back: bool) -> list[str]:
    lines = (_HERE / "frames" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    frames = [
        line.replace("\\n", "\n").replace("\\t", "\t")
        for line in lines
        if line.strip() and not line.startswith("# ")
    ]
    return [frame for at, frame in enumerate(frames) if (at % 10 == 9) == held_back]


def _assemble(pieces: Pieces) -> Marked:
    text = ""
    spans: list[tuple[int, int, str]] = []
    for piece, label in pieces:
        if label and piece.strip():
            start = len(text) + len(piece) - len(piece.lstrip())
            spans.append((start, len(text) + len(piece.rstrip()), label))
        text += piece
    return Marked(text, tuple(spans))
