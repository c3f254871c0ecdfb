"""Towns and regions by their cues: "I live in", "Town, ST", "city:", "the … branch", large towns.

A country alone is not a place where a person can be found and is left standing.
"""

# A pattern or a list of words reads best on one line.
# ruff: noqa: E501

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from summarizer.pii.common import common_words
from summarizer.pii.countries import COUNTRY
from summarizer.pii.recognizers.address_shapes import WORD, words_of
from summarizer.pii.recognizers.address_words import (
    AMBIGUOUS_STATES,
    AU_STATE,
    CA_PROVINCE,
    IN,
    MONTHS,
    NEVER_IN_STREET,
    PARTICLES,
    SHORTENED,
    SPEECH,
    US_STATE,
    word_set,
)
from summarizer.pii.recognizers.places_known import KNOWN_TOWNS
from summarizer.pii.recognizing import Expression, Found, Needs, View, label

__all__ = ["PLACE"]

_NAME = rf"({WORD}(?:[ ]{WORD}){{0,3}}(?:, {WORD}(?:[ ]{WORD}){{0,2}})?)"
_STATE = rf"({US_STATE}|{CA_PROVINCE}|{AU_STATE})"
_END = rf"(?:$|[^{IN}0-9])"
_REGION = rf"^[ ]?{_STATE}{_END}"
_WITH_REGION = rf"(?:^|\b|[^{IN}0-9])({WORD}(?:[ ]{WORD}){{0,2}}),?[ ]{_STATE}\b\.?(?:,?[ ]{{1,2}}([0-9]{{4,5}}(?:-[0-9]{{4}})?))?{_END}"
_A_COUNTRY = re.compile(rf"(?:the )?(?:{COUNTRY}|greece|us|eu)\Z", re.IGNORECASE)

_ABBREVIATION = 4
"""Longest abbreviation of a brand; shortest full name of a state."""


class _Cue(NamedTuple):
    name: str
    regex: str
    trusted: bool
    """Whether a word in lower case may be the place."""


_CUES = (
    _Cue("lives", rf"\b(?:liv(?:e[sd]?|ing)|resid(?:e[sd]?|ing)|grew up|raised|born(?: on [^\n]{{3,20}}?)?|based|settled|stationed|staying|stuck|stranded) (?:here )?(?:in|near|outside|at) {_NAME}", trusted=True),
    _Cue("moved", rf"\b(?:(?:moved|moving|relocat(?:ed|ing)) (?:here |back |out |over |down |up )?(?:from|to|into)|(?:originally|i'm|im|i am|we're|we are|comes?|hail(?:s|ing)?) from) {_NAME}", trusted=True),
    _Cue("travel", rf"\b(?:travel(?:l?ing|l?ed|s)?|trip|flying|flew|fly|driving|drove|visit(?:ing|ed)?|holiday|vacation|conference|wedding) (?:to|in|at|from) {_NAME}", trusted=False),
    _Cue("visiting", rf"\b(?:visiting|visited) {_NAME}", trusted=False),
    _Cue("iam", rf"\b(?:i'm|im|i am|i was|i'll be|i will be|you were|he is|he's|she is|she's|we are|we're|currently|atm) (?:still |now |away |back )?(?:in|near|outside) {_NAME}", trusted=True),
    _Cue("airport", rf"\b(?:airport|station|branch|office|store|shop|hospital|hotel|atm|flat|house|apartment|home|friend|mother|brother|sister|son|daughter|cousin|someone|people|beach|town|village) (?:in|of|near|outside) {_NAME}", trusted=False),
    _Cue("branch", rf"\b(?:(?:at|to|from|in) (?:the |your |our |my )?|(?:the|your|our|my) ){_NAME} (?:branch|station|airport|town hall|high street)\b", trusted=True),
    _Cue("field", rf"\b(?:city|town|suburb|county|village|municipality|town/city|city/town|post town|locality|state|province|region|cidade|ciudad|ort|stadt|wohnort|ville|citt[àa]|miasto|miejscowo[śs][ćc]|plaats|woonplaats|place of birth|birthplace|geburtsort|lieu de naissance|location|home ?town)[\"']?[ ]?[:=][ ]{{0,12}}[\"']?{_NAME}", trusted=True),
    _Cue("born", rf"\b(?:n[ée]e? le|geboren|nato|nata|nacido|nacida|ur\.|domicili[ée]e?)\b[^\n]{{0,30}}? (?:in|à|a|en|w) {_NAME}", trusted=False),
    _Cue("atm", r"\b(?:atm|cash ?machine|cashpoint|geldautomat(?:en)?|cajero|bancomat|distributeur|bankomat|pinautomaat)(?: in| en| à| a| di| w)? ((?-i:[\p{Lu}][\pL-]{3,}(?: [\p{Lu}][\pL-]{3,})?))", trusted=False),
    _Cue("branch_abroad", rf"\b(?:succursale|filiale|sucursal|agence|oddział|zweigstelle|ag[êe]ncia) (?:a|à|de|di|in|en|em|w|von) {_NAME}", trusted=True),
    _Cue("lives_abroad", rf"\b(?:vive|vivo|abita|abito|habite|habito|réside|risiede|reside|wohnt|wohne|wohnhaft|woont|woon|mora|moro|mieszka|mieszkam|bor) (?:a|à|en|in|te|em|w|i|ad) {_NAME}", trusted=False),
    _Cue("landscape", r"\b(?:to|in|at|near|from|around) the ((?-i:[A-Z][a-z]{2,14}(?: [A-Z][a-z]{2,14})? (?:Valley|Coast|Peninsula|Islands?|Highlands|Moors|Dales|Downs|Fens|Fells|Hills|Mountains)))\b", trusted=False),
    _Cue("in", rf"\b(?:in|near|outside|around|somewhere between) {_NAME}", trusted=False),
)  # fmt: skip

_A_NAME = r"[\p{Lu}][\pL'-]+(?: [\p{Lu}][\pL'-]+){0,2}"
_IN_COUNTY = (
    rf"(?-i:(?:^|[\s>(:,])((?:{_A_NAME}, ?\n?){{0,3}}(?:Co\.?|County) (?:Antrim|Armagh|Carlow|Cavan|Clare|Cork"
    r"|Derry|Donegal|Down|Dublin|Durham|Fermanagh|Galway|Kerry|Kildare|Kilkenny|Laois|Leitrim|Limerick"
    r"|Londonderry|Longford|Louth|Mayo|Meath|Monaghan|Offaly|Roscommon|Sligo|Tipperary|Tyrone|Waterford"
    r"|Westmeath|Wexford|Wicklow))\b)"
)

_QUESTION = re.compile(
    r"(?:wh(?:at|ich) (?:city|town|suburb|branch|state|county)|where (?:do|did) you live|where are you"
    r"|city (?:and|or) (?:state|zip|postcode)|your (?:city|town)|(?:city|town) of birth"
    r"|where were you born|place of birth)[^.\n]{0,60}[?.:]?\s*$",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"^\s*(?:in |it's |its |i'm in |im in |i live in )?([^\W\d_][\w'.-]*(?: [^\W\d_][\w'.-]*){0,2}(?:, ?[^\W\d_]+)?)\s*[.!]?\s*$",
    re.IGNORECASE,
)
_NO_TOWN = word_set("""
    english french german spanish polish hindi italian dutch paypal apple google amazon ebay netflix
    visa mastercard amex revolut monzo starling chase barclays hsbc lloyds natwest halifax santander
    tesco asda aldi lidl walmart target costco starbucks uber airbnb booking whatsapp facebook
    instagram youtube zelle venmo western christmas easter diwali ramadan eid europe africa asia
    america euro euros dollars pounds gbp usd eur atm atms app bank branch english swift sepa chaps
    bacs iban bic pin ssn dob id kyc aml fca irs hmrc covid internet online mr mrs ms miss dr
    support team customer service fraud department person full time general particular fact total
    private public store shop town city post office home work hand cash credit debit gmail outlook
    bengali farsi arabic urdu punjabi tamil telugu turkish russian portuguese chinese mandarin
    cantonese japanese korean welsh irish ukrainian romanian latin greek hebrew swedish danish
    metro boots storm britain greece
    head central main local nearest closest nearby new old own same other first next last
""")

_NO_FIRST_WORD = NEVER_IN_STREET | MONTHS | _NO_TOWN
_NO_TOWN_WORD = SPEECH | MONTHS
_INSIDE = PARTICLES - {"on", "in", "by", "the", "and"}


@dataclass(frozen=True)
class _PlaceRecognizer:
    """Finds places after cues, before regions, and large towns anywhere."""

    name: str = "place"
    entities: frozenset[str] = frozenset({"LOCATION", "POSTCODE"})
    needs: Needs = "letter"
    examples: tuple[str, ...] = (
        "i live in [[hollinswood]] since may",
        "I moved to [[Bad Sooden]] last year",
        "we moved here from [[KUOPIO]]",
        "I have lived in [[Barlow, Oregon]] since 1988.",
        "she is from [[Odessa, TX]].",
        "card left in [[Columbus, OH]] [[43215]]",
        "a lady at the [[Melksham]] branch",
        "City: [[Oswestry]]",
        '"town": "[[Oswestry]]", "x": 1',
        "my purse was stolen in [[doncaster]]",
        "outside the [[gloucester]] station",
        "Which city do you live in? ⏎ [[kamloops]]",
        "a quiet town near [[Mildura]]",
        "card kept by the ATM [[Catford]] on Sat",
        "à la succursale à [[Chicoutimi]]?",
        "mio figlio vive a [[Pordenone]], al numero",
        "the trip to the [[Tamar Valley]] thing",
        "lost somewhere between [[Bugis]] and the office",
        "[[Ballymore, Ardee, Co. Louth]]",
    )
    negatives: tuple[str, ...] = (
        "I am in France",
        "from Monday to Friday",
        "in May the payment failed",
        "send it to me, or call",
        "the nearest branch is closed",
        "I was charged in PayPal",
        "I live in a flat",
        "moved to another account",
        "from my savings account, in error",
        "paid in GBP at Tesco",
        "I am in the app",
        "the ATM Fee is too high",
        "go to the Help Centre",
        "Smith and Co. Limited",
        "it is at an ATM I'm sure",
    )

    def find(self, view: View) -> Iterator[Found]:
        """Yield each place."""
        yield from sorted(_united(sorted(_places(view))))


def _united(places: list[Found]) -> Iterator[Found]:
    """Yield places and postcodes; overlapping places become one."""
    last: Found | None = None
    for found in places:
        if found.entity != "LOCATION":
            yield found
        elif last is not None and found.start < last.end:
            best = max(last, found, key=lambda place: place.score)
            last = best._replace(start=last.start, end=max(last.end, found.end))
        else:
            if last is not None:
                yield last
            last = found
    if last is not None:
        yield last


def _places(view: View) -> Iterator[Found]:
    text = view.text
    for cue in _CUES:
        for match in _compiled(cue.regex).matches(view):
            start, last = match.span(1)
            end = _place_end(text, start, last, trusted=cue.trusted)
            if end is None or (cue.name == "in" and _is_brand(text[start:end])):
                continue
            score = 0.45 if cue.name == "in" else 0.7
            words = label(view, match.start(), start)
            yield Found(start, end, "LOCATION", score, f"place.{cue.name}", words)
    yield from _with_region(view)
    yield from _in_county(view)
    yield from _known(view)
    if view.before and _QUESTION.search(view.before):
        bare = _BARE.match(text)
        if bare is not None and not _is_no_place(bare.group(1)):
            yield Found(bare.start(1), bare.end(1), "LOCATION", 0.7, "place.answer")


@lru_cache(maxsize=32)
def _compiled(regex: str) -> Expression:
    return Expression.of(regex, max_mem=64 << 20)


def _is_brand(name: str) -> bool:
    """Say whether a word looks like an abbreviation or a brand: CRM, ApplePay."""
    first = name.split(" ", 1)[0]
    return (first.isupper() and len(first) <= _ABBREVIATION) or any(
        c.isupper() for c in first[1:]
    ) != first.isupper()


def _is_no_place(name: str) -> bool:
    words = [word.casefold() for word in words_of(name)]
    return (
        not words
        or words[0] in _NO_FIRST_WORD
        or all(word in common_words() for word in words)
        or _A_COUNTRY.match(name) is not None
    )


def _place_end(text: str, start: int, end: int, *, trusted: bool) -> int | None:
    """Return where the name of a place ends; None if what follows the cue is no place."""
    last: int | None = None
    is_capital = text[start].isupper() or not text[start].islower()
    if not (is_capital or trusted):
        return None
    for count, match in enumerate(re.finditer(r"[^\s]+", text[start:end])):
        word = match.group().strip(".,'")
        folded = word.casefold()
        if not word or folded in MONTHS or folded in SPEECH or folded in _NO_TOWN:
            break
        if not count and (
            folded in NEVER_IN_STREET or (not is_capital and folded in common_words())
        ):
            return None
        is_lower = word[0].islower()
        if count and is_lower and (is_capital or folded in common_words() or count > 1):
            if folded in _INSIDE and is_capital:
                continue
            break
        last = start + match.start() + len(match.group().rstrip(".,'"))
        if match.group().endswith(","):
            length = _region_length(text[last + 1 : end + 1])
            last += length and 1 + length
            break
        if match.group().endswith(".") and folded not in SHORTENED:
            break
    if last is None or _is_no_place(text[start:last]):
        return None
    return last


def _region_length(piece: str) -> int:
    match = _compiled(_REGION).compiled.match(piece)
    return 0 if match is None or match.group(1).islower() else match.end(1)


def _with_region(view: View) -> Iterator[Found]:
    """Yield "Town, ST" and "Town ST 12345"; abbreviations of states in capitals only."""
    text = view.text
    for match in _compiled(_WITH_REGION).matches(view):
        town, region, digits = (match.span(group) for group in (1, 2, 3))
        state, code = text[slice(*region)], text[slice(*digits)] if digits[0] >= 0 else ""
        has_comma = "," in text[town[1] : region[0]]
        is_sure = state.isupper() or (state[0].isupper() and len(state) >= _ABBREVIATION)
        if not (has_comma or code) or not (
            is_sure or (code and state.casefold() not in AMBIGUOUS_STATES)
        ):
            continue
        start = _capital_start(text, *town) if is_sure else town[0]
        if start is None or _is_no_place(text[start : town[1]]):
            continue
        yield Found(start, region[1], "LOCATION", 0.75, "place.region")
        if code:
            yield Found(*digits, "POSTCODE", 0.75, "place.region_code")


def _in_county(view: View) -> Iterator[Found]:
    """Yield the townland, the town and the county of Ireland: "Ballymore, Ardee, Co. Louth"."""
    for match in _compiled(_IN_COUNTY).matches(view):
        start, end = match.span(1)
        yield Found(start, end, "LOCATION", 0.75, "place.county")


def _capital_start(text: str, start: int, end: int) -> int | None:
    """Return where the capitalised words at the end of a range begin."""
    first = None
    for match in reversed(list(re.finditer(r"[^\s]+", text[start:end]))):
        word = match.group()
        if not word[0].isupper() or word.casefold() in _NO_TOWN_WORD:
            break
        first = start + match.start()
    return first


def _known(view: View) -> Iterator[Found]:
    """Yield large towns, unless a bank or another thing bears the name."""
    text = view.text
    for match in _towns().matches(view):
        start, end = match.span(1)
        before, after = text[max(0, start - 12) : start].casefold(), text[end : end + 14].casefold()
        if before.rstrip().endswith((" of", "bank of")) and "bank" in before:
            continue
        if after.lstrip().startswith(("bank", "building soc", "airlines", "airways", "mutual")):
            continue
        yield Found(start, end, "LOCATION", 0.6, "place.known")


@lru_cache(maxsize=1)
def _towns() -> Expression:
    towns = "|".join(re.escape(town) for town in sorted(KNOWN_TOWNS, key=len, reverse=True))
    return _compiled(rf"(?:^|[^{IN}0-9@./_-])({towns})(?:$|[^{IN}0-9@_-])")


PLACE = _PlaceRecognizer()
