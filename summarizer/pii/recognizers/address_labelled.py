"""Postal addresses by what announces them: a label, a question, or how a rural one begins.

Such an address needs no street in any list: house names, plots and landmarks, townlands and
hamlets, spoken or in lower case. It runs to the end of its line, field, sentence or clause.
Sources: India Post and NIPOST guides, Canada Post (site and compartment), La Poste (lieu-dit).
"""

# A pattern reads best on one line.
# ruff: noqa: E501

import re
from collections.abc import Iterator
from dataclasses import dataclass

from summarizer.pii.recognizing import Expression, Found, Needs, View

__all__ = ["ADDRESS_LABELLED"]

_LONGEST = 150
_FEWEST_WORDS = 2
_TAIL = 200
# A field of a form or of JSON, and the cell of a letter: "Address line 1: ", "where":"
_FIELD = re.compile(
    r"(?:^|[\n{,;>|(.]|\b)[ ]{0,3}[\"']?(?:(?:home|postal|mailing|residential|comm(?:unication|s)?"
    r"|permanent|current|new|old|correspondence|delivery|billing) )?(?P<label>addr(?:ess(?:ee)?)?"
    r"|adresse|anschrift|wohnhaft|direcci[oó]n|domicilio|indirizzo|adres|endere[cç]o|alamat|adress"
    r"|house|residence|street|where|पता|ঠিকানা|адрес|العنوان)(?P<line>[ _]?(?:line ?)?[1-4])?"
    r"(?: (?:update|change|on file))?[\"']?[ ]?(?:[:=]|->)[ ]?[\"']?",
    re.IGNORECASE,
)
_SAID = re.compile(
    r"\b(?:addres+|adress|addy)(?: (?:is|was|now|changed to|its|it's))* (?=(?:h\.? ?no|house|no|flat|plot|shop|block"
    r"|[a-z]{1,3}[-/])?[ .]{0,2}#?[0-9])",
    re.IGNORECASE,
)
_LANDMARK = re.compile(
    r"(?:^|[^\w])(?=(?:(?i:lieu-?dit|urb\.|urbanizaci[oó]n|palazzo|herdade|finca|cortijo|schloss"
    r"|site [0-9]{1,3} comp)|TC [0-9]{1,2}/|FM [0-9]{2,4},|[A-Z]{1,2}[-/][0-9]{1,4} [A-Z]|No\.? ?[0-9]{1,4},? [A-Z]"
    r"|(?i:h\.? ?no\.? ?[0-9]|house no\.? ?[0-9])|मकान (?:नं|संख्या))[^\n]{4})"
)
# What RE2 finds sooner wherever the expression above of the same name matches.
_HAS_FIELD = Expression.of(
    r"(?:addr|adresse|anschrift|wohnhaft|direcci[oó]n|domicilio|indirizzo|adres|endere[cç]o|alamat"
    r"|house|residence|street|where|पता|ঠিকানা|адрес|العنوان)[^:=\n]{0,24}[:=>]"
)
_HAS_SAID = Expression.of(r"(?:addres|adress|addy)[^\n]*[0-9]")
_HAS_LANDMARK = Expression.of(
    r"lieu-?dit|urb\.|urbanizaci[oó]n|palazzo|herdade|finca|cortijo|schloss|site [0-9]{1,3} comp"
    r"|(?-i:TC [0-9]{1,2}/|FM [0-9]{2,4},|[A-Z]{1,2}[-/][0-9]{1,4} [A-Z]|No\.? ?[0-9]{1,4},? [A-Z])"
    r"|h\.? ?no\.? ?[0-9]|house no\.? ?[0-9]|मकान (?:नं|संख्या)"
)
_ASKS = re.compile(
    r"\b(?:address|adresse|anschrift|direcci[oó]n|domicilio|indirizzo|first line|where (?:do|did) you live"
    r"|where (?:should|shall|do) we (?:send|mail|post))\b[^.!\n]{0,60}\?\s*$",
    re.IGNORECASE,
)
_NOT_POSTAL = re.compile(r"\b(?:e-?mail|ip|mac|web|url|wallet)[ -]?(?:address)?\b", re.IGNORECASE)
_OPENING = re.compile(
    r"\W{0,3}(?:(?:sure|ok(?:ay)?|yes|yeah|yep|it'?s|it is|its|that'?s|my address is|address is|we"
    r"|live at|i'm at|ma'?am|sir|please|still|now)[ ,.:]+){0,4}"
    r"(?=(?:no\.?|flat|house|plot|block|h\.? ?no\.?|unit|apt|#)?[ .]{0,2}[0-9])",
    re.IGNORECASE,
)
_POSTCODE = re.compile(r"(?<!\d)\d{4,6}(?!\d)|[A-Z]\d[A-Z] ?\d[A-Z]\d|[\u0966-\u096f]{2}")
# Where an address ends: a line, a field, a sentence, or a word that goes on speaking.
_STOP = re.compile(
    r"[\n\"<>{}|;]|\\n| \(|[.!?](?:\s+(?=[A-Z\u00c0-\u00de])|\s*$)(?<!\bP\.O\. )|, by hand|"
    r",? (?:pls|plz|please|and|but|so|the|can|could|you|my|i|thanks|thank|ok|is|was|kindly|send|since"
    r"|until|because|it's|its|with|now|from|में|से|पर)\b",
)
_ABBREVIATED = re.compile(
    r"(?:\b[A-Z]\.|\b(?:No|Nr|St|Rd|Ave|P\.O|Dr|Apt|Opp|Urb|mi|nr|Ph|Sec|N|Stn))\.?$", re.IGNORECASE
)
_NO_ADDRESS = re.compile(
    r"@|https?:|^(?:same|n/?a|none|unknown|yes|no$|not |see |as |on file|updated|changed|verified)"
    r"|\b(?:[0-9]{1,2}:[0-9]{2}|error|days?|hours?|minutes?|dollars?|pounds?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _LabelledAddress:
    """Finds what stands behind a label, answers a question, or begins as only addresses do."""

    name: str = "address_labelled"
    entities: frozenset[str] = frozenset({"STREET_ADDRESS"})
    needs: Needs = "letter"
    examples: tuple[str, ...] = (
        "And your house address? ⏎ [[no 14 olorunsogo close off ijesha road surulere]]",
        "addres is [[h no 4-77/2 near hanuman temple ramanthapur hyderabad 500099]] pls courier",
        "Card: 1. House: [[No. 3 Gwadangaji Quarters, B/Kebbi]].\n\nRegards",
        "Comm address update: [[B/403 Shreeji Darshan, nr Jain Derasar, Navrangpura, A'bad-9]]. PAN",
        '"where":"[[Site 12 Comp 4 RR 1, Wolfville NS B4P 2R1]]","contact"',
        "Address line 1: [[Teach na Coille]]\nTown",
        "[[Lieu-dit Kervoalic, 29340 Riec-sur-Bélon]]",
        "sold Friday: [[Urb. Los Almendros, bloque 3, portal B, ático, 18690 Almuñécar]]. Loan",
    )
    negatives: tuple[str, ...] = (
        "Address: same as before",
        "my address is wrong on 2 letters",
        "What is your email address? ⏎ 12 letters, then a dot",
        "IP address: 203.0.113.45",
        "Where: at the branch",
        "House: 3 bedrooms",
        "What's your address? ⏎ 5 days and still no card",
    )

    def find(self, view: View) -> Iterator[Found]:
        """Yield each address so announced."""
        text = view.text
        for match in _FIELD.finditer(text) if _HAS_FIELD.is_in(view) else ():
            is_postal = _NOT_POSTAL.search(text, max(0, match.start() - 8), match.end()) is None
            if is_postal:
                yield from self._from(text, match.end(), "field", is_line=bool(match["line"]))
        for match in _SAID.finditer(text) if _HAS_SAID.is_in(view) else ():
            if _NOT_POSTAL.search(text, max(0, match.start() - 8), match.end()) is None:
                yield from self._from(text, match.end(), "said")
        for match in _LANDMARK.finditer(text) if _HAS_LANDMARK.is_in(view) else ():
            yield from self._from(text, match.end(), "landmark", needs_code=True)
        if view.before and _asks(view.before):
            opening = _OPENING.match(text)
            if opening is not None:
                yield from self._from(text, opening.end(), "answer")

    def _from(
        self, text: str, start: int, shape: str, *, is_line: bool = False, needs_code: bool = False
    ) -> Iterator[Found]:
        end = _end(text, start)
        value = text[start:end]
        if not _is_address(value, is_line=is_line):
            return
        if needs_code and not ("," in value and _POSTCODE.search(value)):
            return
        yield Found(start, end, "STREET_ADDRESS", 0.7, f"{self.name}.{shape}")


def _asks(before: str) -> bool:
    asked = before[-_TAIL:]
    return _ASKS.search(asked) is not None and _NOT_POSTAL.search(asked) is None


def _end(text: str, start: int) -> int:
    """Return where the address ends that begins here."""
    limit = min(len(text), start + _LONGEST)
    at = start
    while (stop := _STOP.search(text, at, limit)) is not None:
        is_short = text[stop.start()] == "." and _ABBREVIATED.search(text[start : stop.start()])
        if not is_short:
            limit = stop.start()
            break
        at = stop.end()
    while limit > start and text[limit - 1] in " ,.\r'\"":
        limit -= 1
    return limit


def _is_address(value: str, *, is_line: bool) -> bool:
    words = re.findall(r"[^\W\d_]{2,}", value)
    if len(words) < _FEWEST_WORDS or _NO_ADDRESS.search(value) is not None:
        return False
    if is_line:
        return value[:1].isupper() or value[:1].isdigit()
    has_number = any(character.isdigit() for character in value)
    is_named = any(word[0].isupper() for word in words)
    return has_number and (is_named or len(words) > _FEWEST_WORDS)


ADDRESS_LABELLED = _LabelledAddress()
