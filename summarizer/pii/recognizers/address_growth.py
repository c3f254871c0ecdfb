"""Growth of postal addresses: an anchor -> the whole address around it.

Forward over units, town, region, postcode and country, backward over units and buildings, on the
same line or the next ones; every step looks at a slice of bounded length.
"""

import re

import re2

from summarizer.pii.common import common_words
from summarizer.pii.recognizers.address_anchors import Anchor
from summarizer.pii.recognizers.address_shapes import (
    compiled,
    is_written_as_name,
    name_end,
    names_a_street,
    words_of,
)
from summarizer.pii.recognizers.address_words import (
    AMBIGUOUS_STATES,
    NEVER_IN_STREET,
    PARTICLES,
    SPEECH,
)
from summarizer.pii.recognizers.places_known import KNOWN_TOWNS

__all__ = ["before_code", "grown"]

_PIECE = re.compile(r"\S+")
_AHEAD = 200
_BEHIND = 160
_ROUNDS = 8
_SEGMENTS = 6
_ABBREVIATION = 3
"""Longest word in capitals that may be a state, as IN and OR."""
_TOWN_WORDS = 4


_OPENERS = frozenset(" \n\r\t,;>|(.?\\-")

_PLACES = ("coded", "zip", "pin", "dutch", "eu", "regioned", "numbered", "country", "state")

_SEPARATORS = " \n\r\t,;:?!)]}\"'<.|>"

_STATES_TOO = AMBIGUOUS_STATES | {"old", "new", "star"}

_ENDS_NAME = NEVER_IN_STREET - {"old", "new"}
_SPEAKING = NEVER_IN_STREET - PARTICLES - _STATES_TOO
_BEFORE = ("building_before", "unit_before", "number_before")


def grown(text: str, span: Anchor, floor: int) -> Anchor | None:
    """Extend an anchor in both directions; None if it needs company and has none.

    What is before `floor` belongs to another address.
    """
    end = _forward(text, span.end)
    start = _backward(text, span.start, floor)
    is_confirmed = end > span.end or start < span.start
    if not (span.sure or is_confirmed):
        return None
    return span._replace(start=start, end=end)


def _forward(text: str, end: int) -> int:
    """Return the end of the address after its parts, town, region, code and country."""
    is_closed = False
    if compiled("ends_in_unit").search(text[max(0, end - 16) : end]) is not None:
        end += _town_after_unit(text[end : end + _AHEAD])
    for _ in range(_ROUNDS):
        tail = text[end : end + _AHEAD]
        if tail[:1] not in _OPENERS:
            break
        step = 0 if is_closed else _part(tail)
        if step == 0:
            has_digit = any(c.isdigit() for c in tail)
            shapes = ("country",) if is_closed else _PLACES if has_digit else _PLACES[-2:]
            step = next((length for shape in shapes if (length := _place(shape, tail))), 0)
            is_closed = is_closed or step > 0
        if step == 0 and not is_closed:
            step = _town(tail)
        if step == 0:
            break
        end += step
    return end


def _part(tail: str) -> int:
    """Return the length of a unit, a floor, a direction or a building that comes next."""
    match = compiled("parts").match(tail)
    if match is not None and not _speaks(match.group()):
        length = _trimmed(match.group())
        return length + _town_after_unit(tail[length:])
    match = compiled("more").match(tail)
    if match is not None and is_written_as_name(match.group(1)) and not _speaks(match.group(1)):
        return int(match.end(1))
    return 0


def _town_after_unit(tail: str) -> int:
    """Return the length of a capitalised town right after a unit, without a comma."""
    match = compiled("after_unit").match(tail)
    if (
        match is None
        or compiled("parts").match(tail) is not None
        or not is_written_as_name(match.group(1))
        or _speaks(match.group(1))
    ):
        return 0
    if words_of(match.group(1))[0].casefold() in common_words():
        return 0
    return _trimmed(match.group())


def _place(shape: str, tail: str) -> int:
    """Return the length of a town with its region, code or country that comes next."""
    match = compiled(shape).match(tail)
    if match is None:
        return 0
    if shape in {"eu", "dutch"}:
        end = name_end(tail, match.start(1), match.end(1)) or 0
        return 0 if _speaks(tail[:end]) else end
    if _speaks(match.group()):
        return 0
    return _trimmed(match.group()) if _is_believed(shape, match) else 0


def _is_believed(shape: str, match: "re2._Match") -> bool:
    """Say whether capitals and abbreviations speak for a place of this shape."""
    if shape == "state":
        return not _is_doubtful(match.group(1), match.group())
    if shape == "regioned":
        region = match.group(2)
        is_region = region.isupper() or region not in common_words()
        return is_region and _mostly_capital(match.group(1))
    if shape == "numbered":
        return _mostly_capital(match.group(1))
    return shape != "country" or _mostly_capital(match.group())


def _trimmed(piece: str) -> int:
    """Return the length of a piece without the separators at its end."""
    end = len(piece.rstrip(_SEPARATORS))
    return end + 1 if "(" in piece[:end] and ")" not in piece[:end] else end


def _town(tail: str) -> int:
    """Return the length of a town that nothing but its capitals or its fame confirms."""
    match = compiled("town").match(tail)
    if match is not None:
        town = match.group(1)
        words = [word.casefold() for word in words_of(town)]
        capital = is_written_as_name(town) and not all(word in common_words() for word in words)
        known = town.casefold() in KNOWN_TOWNS
        on_next_line = "\n" in tail[: match.start(1)]
        if known or (capital and not on_next_line and not _speaks(town)):
            return int(match.end(1))
    match = compiled("spaced").match(tail)
    if match is not None:
        words = match.group(1).split(" ")
        for count in (3, 2, 1):
            if " ".join(words[:count]).casefold() in KNOWN_TOWNS:
                return 1 + len(" ".join(words[:count]))
    return 0


def _speaks(piece: str) -> bool:
    """Say whether a piece holds words of ordinary speech, so that it is no part of an address."""
    for word in words_of(piece):
        folded = word.casefold()
        if (
            folded in SPEECH
            and (len(word) > _ABBREVIATION or word[0].islower())
            and folded not in _STATES_TOO
        ):
            return True
        if word.islower() and word in _SPEAKING:
            return True
    return False


def _is_doubtful(state: str, piece: str) -> bool:
    """Say whether a region's abbreviation is more likely a word."""
    folded = state.casefold()
    return folded in AMBIGUOUS_STATES and not (state.isupper() and not piece.islower())


def _mostly_capital(piece: str) -> bool:
    words = [word for word in words_of(piece) if word.casefold() not in PARTICLES]
    return bool(words) and (
        all(not word[0].islower() for word in words)
        or all(word.islower() and word not in NEVER_IN_STREET for word in words)
    )


def _backward(text: str, start: int, floor: int) -> int:
    """Return the beginning of the address before it: units, buildings, another number."""
    for _ in range(_ROUNDS):
        head = text[max(floor, start - _BEHIND) : start]
        if not head:
            break
        length = next((n for shape in _BEFORE if (n := _length_before(shape, head))), 0)
        if length == 0:
            break
        start -= length
    return start


def _length_before(shape: str, head: str) -> int:
    match = compiled(shape).search(head)
    if match is None:
        return 0
    piece = match.group(1)
    if shape == "building_before":
        return len(piece) - _name_start(piece.rstrip(_SEPARATORS)) if words_of(piece) else 0
    return 0 if _speaks(piece) else len(piece)


def _name_start(piece: str) -> int:
    """Return where the name at the end of a piece begins; its length if there is none."""
    start = len(piece)
    is_capital = None
    for match in reversed(list(_PIECE.finditer(piece))):
        word = match.group().strip(".,'\"()")
        folded = word.casefold()
        if not word or (word[0].islower() and folded in _ENDS_NAME):
            break
        if word[0].islower() and folded not in PARTICLES:
            if is_capital or (folded in common_words() and start < len(piece)):
                break
            is_capital = False
        elif word[0].isupper():
            if is_capital is False or folded in SPEECH:
                break
            is_capital = True
        start = match.start()
    while True:  # a particle does not begin a name, "The" does
        match = compiled("first_particle").match(piece[start:])
        if match is None:
            return start
        start += match.end()


def before_code(text: str, end: int, floor: int) -> int | None:
    """Return where an address that ends with a postcode begins; None if only a town precedes."""
    begin = None
    at = end
    for _ in range(_SEGMENTS):
        head = text[max(floor, at - _BEHIND) : at]
        match = compiled("segment").search(head)
        if match is None:
            break
        segment, offset = match.group(1), at - len(head) + match.start(1)
        numbered = _numbered_start(segment)
        if numbered is not None:
            return _backward(text, offset + numbered, floor)
        name = _name_start(segment)
        if name == len(segment):
            break
        if compiled("structured_end").search(segment[name:]) is not None:
            begin = offset + name
        elif begin is not None or len(words_of(segment[name:])) > _TOWN_WORDS:
            break
        if name > 0:
            break
        at = offset
    return None if begin is None else _backward(text, begin, floor)


def _numbered_start(segment: str) -> int | None:
    """Return where a house number and the name of a street begin at the end of a segment."""
    match = compiled("numbered_end").search(segment)
    if match is None:
        return None
    name = segment[match.start(1) :].lstrip("0123456789-/#, ")
    is_street = names_a_street(name) and not _speaks(name)
    return match.start(1) if is_street else None
