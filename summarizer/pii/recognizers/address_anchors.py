"""Anchors of postal addresses: a text -> the ranges at which an address may begin.

Each shape that matches is accepted, cut or refused by a function of its own; an accepted anchor
is sure, or counts only with company (a unit, a town, a postcode beside it).
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from summarizer.pii.common import common_words
from summarizer.pii.recognizers.address_shapes import (
    compiled,
    expression,
    is_written_as_name,
    name_end,
    names_a_street,
    words_of,
)
from summarizer.pii.recognizers.address_words import (
    MONTHS,
    NEVER_IN_STREET,
    SURE_SUFFIX,
    word_set,
)
from summarizer.pii.recognizing import View

__all__ = ["Anchor", "anchors"]

_SHORT_KIND = 4
_LONG_WORD = 6


class Anchor(NamedTuple):
    """A range at which an address may begin, or a whole address."""

    start: int
    end: int
    sure: bool
    """Whether it counts without anything else beside it."""
    shape: str = ""


def anchors(view: View) -> Iterator[Anchor]:
    """Yield the ranges at which an address may begin, in no order."""
    text = view.text
    for shape, accept in _ACCEPT:
        for match in expression(shape).matches(view):
            start, end = match.span(1)
            if start > 1 and text[start - 1] in ",." and text[start - 2].isdigit():
                continue
            anchor = accept(text, start, end)
            if anchor is not None:
                yield anchor._replace(shape=shape)


def _suffixed(text: str, start: int, end: int) -> Anchor | None:
    """Accept a number, words and a kind of street."""
    # The letter of "31a" is no word.
    number = compiled("leading").match(text[start:end])
    words = words_of(text[start + (number.end() if number is not None else 0) : end])
    if len(words) < len(("name", "kind")):
        return None
    kind = words[-1].casefold()
    if not names_a_street(" ".join(words[:-1])):
        return None
    name = words[-2]
    rest = text[end : end + 24]
    if kind in {"st", "dr", "ct", "pl"} and rest.startswith("."):
        end += 1
    if kind in _NEEDS_COMPANY:
        return Anchor(start, end, sure=False)
    in_capitals = name[0].isupper() and words[-1][0].isupper()
    is_sure_kind = kind in _SURE_KINDS
    sure = is_sure_kind or in_capitals
    if name[0].islower() and name in common_words() and not is_sure_kind:
        sure = False
    return Anchor(start, end, sure)


def _named(text: str, start: int, end: int) -> Anchor | None:
    """Accept "2 The Green" and one-word streets, beside something else only."""
    piece = text[start:end].lstrip("0123456789#-/ ,")
    words = [word.casefold() for word in words_of(piece)]
    if words == ["broadway"]:
        return Anchor(start, end, sure=True)
    if any(word in NEVER_IN_STREET and word != "the" for word in words) or not piece[:1].isupper():
        return Anchor(start, end, sure=False) if names_a_street(words[-1]) else None
    return Anchor(start, end, sure=False)


def _typed_first(text: str, start: int, end: int) -> Anchor | None:
    """Accept a number, a kind of street and its name, cut where the name ends."""
    match = compiled("kind").match(text[start:end])
    if match is None:
        return None
    cut = name_end(text, start + match.end(), end)
    if cut is None:
        return None
    is_capital = text[start + match.end() :].lstrip()[:1].isupper()
    kind = match.group(1).casefold()
    return Anchor(start, cut, sure=kind not in _ENGLISH_KINDS or is_capital)


def _typed_last(text: str, start: int, end: int) -> Anchor | None:
    """Accept a kind of street, its name and the number."""
    match = compiled("kind_only").match(text[start:end])
    if match is None:
        return None
    kind = match.group(1).casefold()
    name = text[start + match.end() : end]
    words = words_of(name)
    if not words or any(word.casefold() in NEVER_IN_STREET for word in words if word.islower()):
        return None
    is_name = is_written_as_name(" ".join(words)) and not all(
        word.casefold() in common_words() for word in words
    )
    if kind in _ENGLISH_KINDS and not is_name:
        return None
    if not is_name and (kind.isalpha() and len(kind) < _SHORT_KIND) and not name[:1].isupper():
        return Anchor(start, end, sure=kind == "ul")
    return Anchor(start, end, sure=True)


def _compound(text: str, start: int, end: int) -> Anchor | None:
    """Accept a one-word street with its number behind it."""
    match = compiled("street_word").search(text[start:end])
    if match is None:
        return None
    word = match.group(1)
    begin = start + match.start(1)
    folded = word.casefold().strip(". ")
    if folded in common_words() or folded in NEVER_IN_STREET or folded in MONTHS:
        return None
    is_sure = compiled("sure_end").search(word) is not None and len(word) > _LONG_WORD
    if not word[0].isupper() and not is_sure:
        return None
    begin = _names_before(text, start, begin)
    number = compiled("number_before").search(text[max(0, begin - 8) : begin])
    if number is not None:
        begin -= len(number.group(1))
    return Anchor(begin, end, is_sure or word[0].isupper())


def _names_before(text: str, start: int, begin: int) -> int:
    """Move the beginning over the capitalised words before a street: "Am Alten Markt"."""
    while begin > start:
        head = text[start:begin].rstrip()
        word = head.rsplit(" ", 1)[-1]
        at = start + len(head) - len(word)
        ordinary = word.casefold() in common_words() or word.casefold() in NEVER_IN_STREET
        if not word[:1].isupper() or ordinary:
            break
        begin = at
    return begin


def _between(text: str, start: int, end: int) -> Anchor | None:
    """Accept words and a number with a unit behind: what is a street in no list."""
    piece = text[start:end]
    if not names_a_street(piece) and not is_written_as_name(piece):
        return None
    return Anchor(start, end, sure=True)


def _after_cue(text: str, start: int, end: int) -> Anchor | None:
    """Accept a number and a name after words such as "lives at"."""
    match = compiled("leading").match(text[start:end])
    begin = start + (match.end() if match is not None else 0)
    cut = name_end(text, begin, end)
    if cut is None:
        return None
    name = text[begin:cut]
    is_name = is_written_as_name(" ".join(words_of(name)))
    is_common = any(word.casefold() in common_words() for word in words_of(name)[:1])
    if match is None:
        return Anchor(start, end, sure=True) if is_name and cut == end and not is_common else None
    if any(word.casefold() in MONTHS for word in words_of(name)[:1]):
        return None
    return Anchor(start, cut, sure=not is_common and (is_name or name[-1].isdigit()))


def _unit(text: str, start: int, end: int) -> Anchor | None:
    """Accept a unit: alone if it can be nothing else."""
    word = "".join(words_of(text[start:end])[:1]).casefold()
    rest = text[end:].lstrip(" ")[:1]
    alone = word in {"apt", "apartment", "suite", "ste"} or (word == "flat" and rest in {",", "\n"})
    if word == "flat" and text[max(0, start - 3) : start].strip().casefold() == "a":
        return None
    return Anchor(start, end, alone)


def _sandwich(text: str, start: int, end: int) -> Anchor | None:
    """Accept capitalised words between two numbers, with a town behind only."""
    words = words_of(text[start:end])
    is_street = is_written_as_name(" ".join(words)) and words[0].casefold() not in common_words()
    return Anchor(start, end, sure=False) if is_street else None


def _corner(text: str, start: int, end: int) -> Anchor | None:
    """Accept the corner of two streets."""
    middle = text.rfind(" and ", start, end)
    cut = name_end(text, middle + 5, end) if middle > 0 else None
    if cut is None or not text[middle + 5 : middle + 6].strip():
        return None
    return Anchor(start, cut, sure=True)


def _floor(_: str, start: int, end: int) -> Anchor:
    """Accept a floor that a comma ends, with the rest of an address behind."""
    return Anchor(start, end, sure=False)


def _glued(_: str, start: int, end: int) -> Anchor:
    return Anchor(start, end, sure=True)


def _block(_: str, start: int, end: int) -> Anchor:
    return Anchor(start, end, sure=False)


def _box(_: str, start: int, end: int) -> Anchor:
    return Anchor(start, end, sure=True)


_ENGLISH_KINDS = word_set("""
    via place cours route square passage avenue boulevard plaza am im an auf in zum zur passage
    alte neue pl strada quinta ch all os al faubourg
""")

_SURE_KINDS = frozenset(SURE_SUFFIX.split("|")) - {"st", "str", "ave", "av", "esp", "arcade"} | {
    "ave", "av", "st",
}  # fmt: skip

_NEEDS_COMPANY = word_set("""
    bank point end run pass main view key branch union center centre station mall course gate side
    rest field fields fort well wells port plain plains turn keys flat flats lock estate cross link
    links track camp summit passage extension ext spring summer pt pl cl cross common commons union
    way close park place divide mount fall falls light
""")

_ACCEPT: tuple[tuple[str, Callable[[str, int, int], Anchor | None]], ...] = (
    ("suffixed", _suffixed),
    ("the", _named),
    ("typed_first", _typed_first),
    ("typed_last", _typed_last),
    ("compound", _compound),
    ("between", _between),
    ("cue_first", _after_cue),
    ("cue_last", _after_cue),
    ("sandwich", _sandwich),
    ("corner", _corner),
    ("unit", _unit),
    ("block", _block),
    ("floor", _floor),
    ("glued", _glued),
    ("box", _box),
)
