"""Reports: a text -> where it tells what somebody else said, wrote or wanted of the customer.

"He told me to ignore the bank" and "the screen says: reply only YES" are orders, but nobody gives
them to whoever reads the ticket. A person sees that by whom they were given to ("told me to"), by
quotation marks after somebody who said it, and by the turns of a conversation that was copied.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Protocol

__all__ = ["REPORTS", "Span", "merged", "reported"]

Span = tuple[int, int]
_THEM: Final = (
    r"(?:me|us|him|her|them|people|customers|clients|everyone|everybody|others|(?:my|our|his|her|"
    r"their) [\pL-]+(?: [\pL-]+)?|mum|mom|dad|gran|(?:the )?(?:customer|client|cust|caller|cashier|"
    r"tenants?|neighbou?rs?|residents?))"
)
_THEY: Final = (
    r"(?:i|we|he|she|they|who|mum|mom|dad|gran|cust(?:omer)?|client|people|(?:my|our|his|her|"
    r"their) [\pL-]+)"
)
_BIDS: Final = (
    r"(?:tells|telling|asks|asking|instruct(?:ed|s|ing)|order(?:ed|s|ing)|advis(?:ed|es|ing)|"
    r"told|asked|want(?:ed|s|ing)|forc(?:ed|es|ing)|persuaded|convinced|begged|urg(?:ed|es|ing)|"
    r"warned|warns|coached|reminded|invited|invites|taught|trained|got)"
)

REPORTS: Final[dict[str, str]] = {
    "told_them": (
        rf"\b{_BIDS} {_THEM}\b[^.!?\n\"]{{0,24}}?(?: to\b|:|,? that (?:i|we|he|she|they)\b)|"
        rf"\b(?:made|makes|making|had) (?:me|us|him|her|them|my [\pL-]+) [\pL]+|"
        rf"\b{_THEY} (?:was|were|am|are|is|been|got|being|have been|had been|has been) (?:told|"
        rf"asked|instructed|ordered|advised|made|forced|reminded|invited)\b[^.!?\n\"]{{0,30}}? "
        rf"to\b|"
        r"\b(?:says?|said|wants|wanted) (?:that )?(?:i|we|she|he) (?:must|should|shall|had to|"
        r"have to|was to|were to|ought to|am to|need to|needed to)\b|"
        r"\b(?:says?|said|saying|asked|writes|wrote|reads|replied|answered|texted|shouted|claims?|"
        r"insists?)\s?:|"
        r"\b(?:disse|disseram|falou) (?:para|pra) (?:eu|mim|nós)\b|\b(?:m'a|m'ont|nous a|nous ont) "
        r"(?:dit|demandé|ordonné) d[e']|\bme (?:dijo|dijeron|pidió|ordenó) que\b|\bmi ha(?:nno)? "
        r"(?:detto|chiesto|ordinato) di\b"
    ),
    "said": (
        r"(?:^|[^\pL])(?:says?|said|saying|reads?|reading|wrote|writes|states|stated|shows|showed|"
        r"showing|displays?|displayed|prints|printed|answers|answered|replies|replied|returns|"
        r"returned|responds|responded|asks|asked|goes|went|told|tells|shouted|whispered|texted|"
        r"claims|claimed|insists|insisted|sent|gets|receives?|received|heard|titled|entitled|"
        r"headed|"
        r"words|text|sms|e-?mails?|messages?|letters?|notices?|warnings?|errors?|buttons?|"
        r"comments?|"
        r"logs?|disclaimers?|footers?|screens?|pages?|slips?|receipts?|terms|clauses?|"
        r"sagte?n?|schrieb\pL*|schreibt|steht|geantwortet|meldet|dit|disait|disent|écrit|affiche|"
        r"répond|dijo|dice|dicen|decía|escribió|pone|detto|diceva|scritto|scrive|disse|dizia|diz|"
        r"escreveu|zei|zegt|schreef|staat|powiedział\pL*|mówi\pL*|napisał\pL*|dedi|diyor|yazıyor)"
        r"(?:[^\pL]|$)"
    ),
    "meant": (
        r"\b(?:tell (?:you|your)|(?:do|follow|obey|copy|apply|use|heed|believe|accept) (?:that|"
        r"this|it|"
        r"so|him|her|them|the same)\b|act (?:accordingly|on (?:it|this|that))|do as|"
        r"so (?:please )?do\b|pass (?:it|this|that) on)"
    ),
    "own_turn": (
        r"(?:^|\n)[>*_\[(| ]{0,3}(?:\d{1,2}[:.]\d\d[^\w\n]{1,3})?(?:me|you|i|myself|customer|ich|"
        r"moi|yo|io|ik|eu|ja|ben)\s?:"
    ),
}
"""Kind -> what belongs to it."""
_STOP: Final = re.compile(rb"[.!?](?:[\s\"')\]]|$)|\n\s*\n|\x1e")
_OPENING: Final = re.compile(
    rb"[^.!?\x1e\"]{0,60}?(\"|\xc2\xab|\xe2\x80\x9e|(?<=[\s:(])'(?=\w)|(?<=[\s:])`{1,3})"
)
_CLOSING: Final = {
    b'"': re.compile(rb"\"|\x1e"),
    b"\xc2\xab": re.compile(rb"\xc2\xbb|\x1e"),
    b"\xe2\x80\x9e": re.compile(rb"\"|\xe2\x80[\x9c\x9d]|\x1e"),
    b"'": re.compile(rb"'(?!\w)|\x1e"),
    b"`": re.compile(rb"`|\x1e"),
}
_TURN: Final = re.compile(
    rb"[>*_\[(| ]{0,3}(?:\d{1,2}[:.]\d\d[^\w\n]{1,3})?[\w.'-]+(?: [\w.'-]+){0,2}\s?:[^\n]*"
)
_LEAST_TURNS: Final = 3
_NEAR: Final = 60
"""Bytes behind it within which the customer may make another's words his own."""
_LONGEST: Final = 600
"""Bytes of what somebody said that are taken for it."""


class _Places(Protocol):
    def __getitem__(self, kind: str, /) -> Sequence[Span]: ...


def reported(texts: _Places, data: bytes) -> list[Span]:
    """Return where something is reported, in bytes, in order and apart from each other.

    Args:
        texts: where the kinds of `REPORTS` stand.
        data: the text.
    """
    found = [(start, _end_of_sentence(data, end)) for start, end in texts["told_them"]]
    for kind in ("said", "told_them"):
        found += _quoted(texts[kind], data)
    meant = [start for start, _ in texts["meant"]]
    return [
        (start, end)
        for start, end in merged([*found, *_turns(texts["own_turn"], data)])
        if not _any_in(meant, start, end + _NEAR)
    ]


def merged(ranges: Iterable[Span]) -> list[Span]:
    """Return ranges in order, with those that meet made one."""
    joined: list[Span] = []
    for start, end in sorted(ranges):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _any_in(places: Sequence[int], start: int, end: int) -> bool:
    at = bisect_left(places, start)
    return at < len(places) and places[at] < end


def _end_of_sentence(data: bytes, at: int) -> int:
    stop = _STOP.search(data, at, at + _LONGEST)
    return stop.start() if stop else min(len(data), at + _LONGEST)


def _quoted(said: Iterable[Span], data: bytes) -> Iterator[Span]:
    """Yield what stands in quotation marks behind somebody who said it."""
    done = 0
    for _, end in said:
        # What was taken with the word may be the mark itself.
        opening = _OPENING.match(data, max(end - 1, done))
        if end < done or opening is None:
            continue
        mark = opening[1].lstrip(b"`") or b"`"
        closing = _CLOSING[mark].search(data, opening.end(), opening.end() + _LONGEST)
        if closing and closing[0] != b"\x1e":
            done = closing.end()
            yield opening.start(1), done


def _turns(own: Sequence[Span], data: bytes) -> Iterator[Span]:
    """Yield conversations that were copied: lines that begin with who spoke, the customer too."""
    if not own:
        return
    starts = [0]
    starts += [match.end() for match in re.finditer(rb"[\n\x1e]", data)]
    done = 0
    for at, end in own:
        if at < done:
            continue
        line = bisect_right(starts, end - 1) - 1
        first = last = line
        while first > 0 and _is_turn(data, starts, first - 1):
            first -= 1
        while last + 1 < len(starts) and _is_turn(data, starts, last + 1):
            last += 1
        done = starts[last + 1] if last + 1 < len(starts) else len(data)
        if last + 1 - first >= _LEAST_TURNS:
            yield min(at, starts[first]), done


def _is_turn(data: bytes, starts: Sequence[int], line: int) -> bool:
    end = starts[line + 1] - 1 if line + 1 < len(starts) else len(data)
    written = data[starts[line] : end]
    return b"\x1e" not in data[starts[line] : end + 1] and _TURN.fullmatch(written) is not None
