"""Shapes of postal addresses: what may begin, continue and end one, as compiled RE2 patterns.

The pieces are matched at one place of a text at a time, in a slice of bounded length, so that
the work stays linear in the text.
"""

# A pattern or a list of words reads best on one line.
# ruff: noqa: E501

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from summarizer.pii.common import common_words
from summarizer.pii.countries import COUNTRY
from summarizer.pii.recognizers.address_words import (
    AU_STATE,
    BOX,
    BUILDING,
    CA_PROVINCE,
    FIRST_KIND,
    IN,
    LAST_KIND,
    LETTER,
    MONTHS,
    NEVER_IN_STREET,
    PARTICLES,
    SHORTENED,
    SUFFIX,
    SURE_LAST_KIND,
    SURE_SUFFIX,
    THE,
    UNIT,
    US_STATE,
    VALUE,
)
from summarizer.pii.recognizing import Expression

if TYPE_CHECKING:
    import re2

__all__ = [
    "CANADIAN",
    "EIRCODE",
    "GAP",
    "NUMBER",
    "UK",
    "WORD",
    "WORDS",
    "compiled",
    "expression",
    "is_written_as_name",
    "name_end",
    "names_a_street",
    "words_of",
]

# British postcodes by area (Royal Mail PAF), Canadian ones (Canada Post), Irish Eircodes.
_AREA = (
    r"(?:a[bl]|b[abdhlnrst]?|c[abfhmortvw]|d[adeghlnty]|e[chnx]?|f[ky]|g[luy]?|h[adgprsux]"
    r"|i[gmpv]|j[e]|k[atwy]|l[adelnsu]?|m[ekl]?|n[egnprw]?|o[lx]|p[aehlor]|r[ghm]"
    r"|s[aegklmnoprstwy]?|t[adfnqrsw]|u[b]|w[acdfnrsv]?|y[ox]|ze)"
)
UK = rf"(?:{_AREA}[0-9][0-9a-hjkmnp-y]?[ ]{{0,2}}[0-9][abd-hjlnp-uw-z]{{2}}|gir ?0aa)"
CANADIAN = r"[abceghj-nprstvxy][0-9][abceghj-nprstv-z][ -]?[0-9][abceghj-nprstv-z][0-9]"
EIRCODE = r"(?:[ac-fhknprtv-y][0-9]{2}|d6w)[ ]?[0-9ac-fhknprtv-y]{4}"

WORD = rf"(?:st\.|[{IN}]+(?:['.-][{IN}]+){{0,3}}\.?)"
_ORDINAL = r"[0-9]{1,3}(?:st|nd|rd|th)"
NUMBER = r"#?(?:[nsew][0-9]{1,5}[nsew])?[0-9]{1,6}[a-z]?(?:[ ]?[-/][ ]?[0-9]{1,5}){0,2}(?:[-/]?[a-z]\b|[ ]1/2)?"
# Between two parts of an address: spaces, commas, line ends, quote marks.
_QUOTE = r"(?:[\s,;>|]|\?\?\?|\\n)"
GAP = rf"(?:{_QUOTE}+(?:- )?)"
_HARD = r"[ ]{0,3}\.?(?:,|;|\n|\r\n|\\n)" + _QUOTE + "*"
WORDS = rf"(?:{WORD}|{_ORDINAL})(?:[ ](?:{WORD}|{_ORDINAL})){{0,4}}"
_PLAIN = rf"(?:{_HARD}(?:{WORD}|{_ORDINAL})(?:[ ](?:{WORD}|{_ORDINAL}|&|[0-9]{{1,4}}|\({LETTER}{{1,12}}\))){{0,5}})"
_TOWN = rf"(?:{GAP}{WORD}(?:[ ]{WORD}){{0,3}}(?:[ ]\({LETTER}{{1,10}}\))?)"
_CAPITAL = rf"[{IN}][{IN}'.-]*"
_END = r"(?:[ ]*(?:$|[\n,.;:?!)\]}\"'<]|\\n| and | or ))"
_BREAK = rf"(?:$|[^{IN}0-9])"
_DIRECTION = (
    r"(?:[ ](?:n|s|e|w|ne|nw|se|sw|n\.e\.|n\.w\.|s\.e\.|s\.w\.|north|south|east|west)\b\.?)"
)
_UNIT_VALUED = rf"(?:{UNIT})\.?[ ]?{VALUE}"
_FLOOR = (
    r"(?:(?:ground|first|second|third|fourth|top|[0-9]{1,2}(?:st|nd|rd|th)) (?:floor|flr|fl|flat)"
    r"|[0-9]{1,2}[.]?[ ]?(?:[ºª°][.]?[ ]?(?:dcha|izda|izq|der|[a-z]\b)?|[oa][.]?[ ](?:dcha|izda|izq|der|[a-h]\b))\.?|[0-9]{1,2}\.[oa]\b"
    r"|[0-9]{1,2}\. ?(?:og|stock|etage|st|sal|th|tv)(?: (?:links|rechts|mitte))?"
    r"|esc\.? (?:izda|dcha|[0-9a-z])\.?|basement|rear|upper|lower|hs|huis|bis|links|rechts|tv\.|th\.)"
)

_SHAPES = {
    # where an address may begin
    "suffixed": rf"(?:^|[^{IN}0-9.£$€₹/:-])((?:{NUMBER},?[ ]{{1,3}}){{1,2}}(?:bis,? |ter,? )?(?:(?:{WORD}|{_ORDINAL})[ ]{{1,2}}){{1,5}}?(?:{SUFFIX})(?:[ ](?:{SUFFIX})){{0,2}})(?:$|[^{IN}0-9'-])",
    "the": rf"(?:^|[^{IN}0-9.£$€₹/:-])({NUMBER},?[ ](?:the (?:{THE})|broadway|{LETTER}{{3,12}}(?:gate|way|walk|row|croft|side|wick)))(?:$|[^{IN}0-9'-])",
    "typed_first": rf"(?:^|[^{IN}0-9.£$€₹/:-])({NUMBER},?[ ](?:(?:bis|ter),?[ ])?(?:{FIRST_KIND})[ ]{WORDS})",
    "typed_last": rf"(?:^|[^{IN}0-9])((?:[0-9]{{1,6}}[ ])?(?:{FIRST_KIND})[ ]{WORDS},?[ ](?:n[º°o]?\.? ?|nr\.? )?{NUMBER}(?:[ ][a-h]\b)?)(?:$|[^{IN}0-9])",
    "compound": rf"(?:^|[^{IN}0-9])((?:[0-9]{{1,6}}[ ])?(?:{WORD}[ ]){{0,3}}?(?:[{IN}][{IN}'.-]{{1,28}}(?:{LAST_KIND})|{WORD}[ -](?:{LAST_KIND}))\.?,?[ ]{NUMBER}(?:-?[a-z]{{1,3}}\b|[ ][a-h]\b)?\.?)(?:$|[^{IN}0-9])",
    "between": rf"(?:^|[^{IN}0-9.£$€₹/:-])((?:[0-9]{{1,6}}[ ])?{WORD}(?:[ ]{WORD}){{0,4}},?[ ][0-9]{{1,6}}[a-z]?\.?)[\s,>?]+(?:apt|suite|ste|flat)\.? ?#?[0-9]",
    "cue_first": rf"{{CUE}}((?:{NUMBER},?[ ]){{1,2}}{WORDS}(?:,?[ ][0-9]{{1,5}}[a-z]?\b)?)",
    "cue_last": rf"{{STRONG}}({WORDS}[ ][0-9]{{1,5}}[a-z]?)(?:$|[^{IN}0-9])",
    "sandwich": rf"(?:^|[^{IN}0-9.£$€₹/:-])({NUMBER}[ ]{WORD}(?:[ ]{WORD}){{0,4}}[ ][0-9]{{1,5}}[a-z]?\.?)(?:[ ]?(?:\n|,|$))",
    "corner": rf"((?:the )?corner of (?:[^\s]+ ){{1,6}}(?:and|&|with) {WORDS})",
    "unit": rf"(?:^|[^{IN}0-9])((?:apartment|apt|suite|ste|flat|h\.? ?no|house no|plot|plot no|door no|flat no|unit|no|shop no|room|villa no|lot)\.?[ :]{{0,2}}#?(?:{LETTER}-?)?[0-9]{{1,5}}(?:[-/][0-9]{{1,5}}){{0,3}}(?:[-/ ]?{LETTER})?)(?:$|[^{IN}0-9])",
    "box": rf"(?:^|[^{IN}0-9])({BOX})(?:$|[^{IN}0-9])",
    "block": rf"(?:^|[\n:>] ?|\b(?:at|is) )({LETTER}-?[0-9]{{1,4}}),[ ]",
    "floor": r"(?:^|[\n,>:] ?)((?:ground|first|second|third|fourth|top|[0-9]{1,2}(?:st|nd|rd|th)) (?:floor|flr|fl)\.?),[ ]",
    "glued": r"(?:^|[^0-9.])((?-i:[0-9]{1,4}[A-Za-z]?(?:[A-Z][a-z]{1,14}){1,3}(?:Street|Road|Avenue|Lane|Mews|Crescent|Close|Drive|Gardens|Grove|Terrace|Court|Place|Way|Row|Hill)))",
    # what may continue it
    "parts": rf"^(?:{_DIRECTION}\.?|(?:{_HARD}|[ ]{{1,3}}|[ ]?\()(?:{_UNIT_VALUED}|#[ ]?[{IN}0-9-]{{1,6}}|{_FLOOR})\)?{_BREAK}|[ ]\({LETTER}{{1,8}}\)|{_HARD}[^\s,]{{0,2}}{LETTER}[{IN}' -]{{1,40}}[ ](?:{BUILDING}){_END})",
    "coded": rf"^{_PLAIN}{{0,4}}?(?:{_TOWN})?(?:{GAP}\(?(?:{CA_PROVINCE})\)?)?{GAP}(?:{UK}|{CANADIAN}|{EIRCODE}){_BREAK}",
    "zip": rf"^{_PLAIN}{{0,3}}?(?:{_TOWN})?{GAP}(?:{US_STATE}|a[aep]|{AU_STATE})\.?{GAP}[0-9]{{4,5}}(?:-[0-9]{{4}})?{_BREAK}",
    "pin": rf"^{_PLAIN}{{0,6}}?{_TOWN}(?:[\s,]{{1,6}}-?[ ]?|-)[1-9][0-9]{{2}}[ ]?[0-9]{{3}}{_BREAK}",
    "dutch": rf"^{GAP}[1-9][0-9]{{3}}[ ]?[a-z]{{2}}{GAP}({WORD}(?:[ ]{WORD}){{0,3}})",
    "eu": rf"^{_PLAIN}{{0,2}}?{GAP}(?:{LETTER}{{1,2}}-)?(?:[0-9]{{4,5}}|[0-9]{{2}}-[0-9]{{3}}|[0-9]{{3}} [0-9]{{2}})[ ]{{1,2}}({WORD}(?:[ ]{WORD}){{0,4}})",
    "state": rf"^{_PLAIN}{{0,1}}?(?:{_TOWN}){GAP}({US_STATE}|{CA_PROVINCE}|{AU_STATE}){_BREAK}",
    "country": rf"^{_PLAIN}{{0,3}}?{_TOWN}?{GAP}(?:{COUNTRY})\.?(?:{GAP}[0-9a-z]{{0,2}}-?[0-9]{{3,6}}(?:[- ][0-9]{{2,3}})?)?{_BREAK}",
    "numbered": rf"^{_PLAIN}{{0,2}}?({_TOWN})(?:{GAP}[{IN}0-9]{{2,3}})?{GAP}(?:[0-9]{{3,6}}(?:[ -][0-9]{{2,4}})?)(?:[ ]*(?:$|[\n.?!,\"]))",
    "regioned": rf"^({_TOWN})[ ]?\n?[ ]?,?{GAP}([{IN}0-9]{{2,3}}){GAP}[0-9]{{3,6}}{_BREAK}",
    "after_unit": rf"^[ ]({WORD}(?:[ ]{WORD}){{0,3}}?)(?:[ ][a-z]{{2}})?{_END}",
    "town": rf"^{_HARD}({WORD}(?:[ ]{WORD}){{0,4}}){_END}",
    "more": rf"^[ ]({WORD}(?:[ ]{WORD}){{0,2}}){GAP}(?:apt|suite|ste|flat|unit)\.? ?#?[0-9]",
    "spaced": rf"^[ ]({WORD}(?:[ ]{WORD}){{0,3}}){_END}",
    # what may stand before it; searched for at the end of a slice
    "unit_before": rf"(?:^|[^{IN}0-9])((?:{_UNIT_VALUED}|{_FLOOR}|#[ ]?[0-9]{{1,5}}{LETTER}?|(?:no|nr|nº|n°|#|unit|flat|apt|apartment|suite|level|room|shop|(?:h|house|door|plot|flat|shop)\.? ?no|plot|lot)\.?(?:[ ]?[:#])?|(?:garden|ground|top|upper|lower|studio|basement|attic|first|second|third)[ ](?:floor )?(?:flat|floor|apartment|maisonette))(?:{_HARD}|[ ]{{0,3}}))$",
    "building_before": rf"(?:^|[^{IN}0-9])((?:[{IN}][{IN}']*[ ]){{0,4}}(?:{BUILDING})(?:,? (?:no\.? ?)?[0-9]{{1,4}}{LETTER}?)?{_HARD}|the (?:{THE}){_HARD}|(?:r[ée]sidence|immeuble|domaine|lieu-dit|edificio|palazzo|t[ŷy]) {WORDS}{_HARD})$",
    "number_before": r"(?:^|[\s>(:])([0-9]{1,6}[ ])$",
    # where an address without a known street ends
    "code": rf"(?:^|[^{IN}0-9])({UK}|{CANADIAN}|{EIRCODE}|(?:{US_STATE}|a[aep]|{AU_STATE})\.?,?[ ]{{1,3}}[0-9]{{4,5}}(?:-[0-9]{{4}})?){_BREAK}",
    "apo": r"(?:^|[^{IN}0-9])([ad]po|fpo|apo)[ ,]{1,3}(a[aep])[ ,]{1,3}[0-9]{5}(?:-[0-9]{4})?",
    # parts of a piece
    "kind": rf"^{NUMBER},?[ ](?:(?:bis|ter),?[ ])?({FIRST_KIND})[ ]",
    "kind_only": rf"^(?:[0-9]{{1,6}}[ ])?({FIRST_KIND})[ ]",
    "street_word": rf"(?:^|[ ])((?:[{IN}][{IN}'.-]{{1,28}}(?:{LAST_KIND})|{WORD}[ -](?:{LAST_KIND}))\.?),?[ ]{NUMBER}(?:-?[a-z]{{1,3}}|[ ][a-h])?\.?$",
    "sure_end": rf"(?:{SURE_LAST_KIND})\.?$",
    "leading": rf"^(?:{NUMBER},?[ ]){{1,2}}",
    "ends_in_unit": r"[ ,](?:apartment|apt|suite|ste|unit|flat)\.? ?#?[0-9]{1,5}$",
    "first_particle": r"^(?:of|on|upon|by|at|in|to|and|de|van|del|von|da|do) ",
    "segment": r"(?:^|[,;\n>|.!?:])[ ]{0,6}([^,;\n>|!?:]{1,80}?)[\s,;>|]*$",
    "numbered_end": rf"(?:^|[^{IN}0-9.£$€₹/:-])({NUMBER},?[ ]{{1,2}}{WORDS})$",
    "structured_end": rf"(?:^|[^{IN}0-9])((?:{UNIT})\.?[ ]?{VALUE}|(?:{_CAPITAL}[ ]){{0,4}}(?:{SURE_SUFFIX}|{BUILDING}|close|drive|way|court|row|place|fold|walk|rise|hill)|(?:{FIRST_KIND}|t[ŷy])[ ]{WORDS})$",
}  # fmt: skip
_STRONG = (
    r"\baddress(?: on file)?(?: is| was|:|=| to|,)?(?: now)?|\baddr(?:ess)?[ _]?(?:line ?)?[0-9]?[\"']?[ ]?[:=]"
    r"|\b(?:address|street|home|residence|street_address|line ?[12]|addr ?[12])[\"']?[ ]?[:=]"
    r"|\blive[sd]? (?:at|on|in)|\bliving (?:at|on|in)|\b(?:moved|moving|relocated) (?:to|from|into)"
    r"|\bresid(?:e|es|ed|ing) (?:at|on|in)|\b(?:located|based|staying) (?:at|on|in)|\bmeet (?:me|us)?[^.\n]{0,20}at"
    r"|\b(?:is|was|are) (?:at|on)|\b(?:corner of|address to)"
)
_CUE = (
    r"|\b(?:send|sent|ship|shipped|mail|mailed|post|posted|deliver|delivered|forward|forwarded|delivery|go|goes|went)\b[^.\n?!]{0,40}? to"
    r"|\b(?:is|was|be|office|offices|house|flat|store|branch|home) (?:located )?(?:at|on)|\b(?:is|its|it's)"
)

_LEAD = r"[ \n]{0,2}[\"'(]?[ ]{0,6}"


@lru_cache(maxsize=64)
def expression(shape: str) -> Expression:
    """Return the pattern of a shape, to be searched for in a view; compiled once."""
    regex = _SHAPES[shape].replace("{CUE}", rf"(?:{_STRONG}{_CUE}){_LEAD}")
    return Expression.of(regex.replace("{STRONG}", rf"(?:{_STRONG}){_LEAD}"), max_mem=64 << 20)


def compiled(shape: str) -> "re2._Regexp":
    """Return the pattern of a shape, to be matched in a piece of a text."""
    return expression(shape).compiled


_PIECE = re.compile(r"\S+")
_ABBREVIATION = 3
_NO_NAMES = NEVER_IN_STREET | MONTHS
_LINKS = frozenset({"on", "by", "of"})
_A_WORD = re.compile(r"(?<!\w)[^\W\d_]+(?:['.-][^\W\d_]+)*(?!\w)")


def words_of(text: str) -> list[str]:
    """Return the words of a piece, without digits and punctuation."""
    return _A_WORD.findall(text)


def is_written_as_name(text: str) -> bool:
    """Say whether every word is capitalised or a particle, and not each one is common."""
    words = words_of(text)
    if not words:
        return False
    capital = [word for word in words if word[0].isupper() or not word[0].islower()]
    rest = [word for word in words if word[0].islower()]
    if not capital or any(word.casefold() not in PARTICLES for word in rest):
        return False
    return not all(word.casefold() in _NO_NAMES for word in capital)


def names_a_street(words: str) -> bool:
    """Say whether no word speaks against a street's name: times, amounts, pronouns, verbs."""
    found = words_of(words)
    if not found or found[0].casefold() in MONTHS:
        return False
    if found[0].islower() and not _LINKS.isdisjoint(found):
        return False
    return not any(
        word.casefold() in NEVER_IN_STREET and (word.islower() or len(word) > _ABBREVIATION)
        for word in found
    ) and not all(
        word.islower() and word in common_words() and word in NEVER_IN_STREET for word in found
    )


def name_end(text: str, start: int, end: int) -> int | None:
    """Return where a street's name ends: before the first word that is ordinary speech."""
    last = None
    is_capital = False
    for match in _PIECE.finditer(text[start:end]):
        word = match.group().strip(".,")
        folded = word.casefold()
        if word.isdigit() or word[:1].isdigit():
            last = start + match.end() if last is not None else None
            continue
        if folded in NEVER_IN_STREET and folded not in PARTICLES:
            break
        if last and word[0].islower() and folded not in PARTICLES and is_capital:
            break
        if word[0].islower() and folded in common_words() and folded not in PARTICLES and last:
            break
        if folded in PARTICLES and word[0].islower():
            continue
        if last is None:
            is_capital = word[0].isupper()
        last = start + match.end()
        if match.group().endswith(".") and folded not in SHORTENED:
            break
    while last is not None and text[last - 1] in " .,":
        last -= 1
    return last
