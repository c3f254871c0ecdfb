"""Reading: a text as typed -> what a person would read, with the way back.

Detection runs on the reading. Compatibility forms, digits of other scripts, invisible
characters, HTML between characters, quoted-printable, line breaks inside numbers and letters
that stand for digits are resolved; each found span leads back to exact source offsets.
"""

import re
from html import unescape
from html.entities import html5
from unicodedata import category, digit, normalize

from summarizer.textmap import TextMap, TextMapBuilder

__all__ = ["read"]

_INLINE = (
    "a|abbr|b|big|bdi|bdo|code|em|font|i|kbd|mark|nobr|o:p|s|small|span|strong|sub|sup|tt|u|wbr"
)
_BLOCK = "blockquote|br|dd|div|dl|dt|h[1-6]|hr|li|ol|p|pre|table|tbody|td|th|thead|tr|ul"
_MONTH = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
# Each alternative is bounded, so that the whole is linear. None begins inside a word.
_SPECIAL = re.compile(
    rf"(?-i:(?!(?<=[A-Za-z0-9])[A-Za-z]))(?:(?P<comment><!--[^<>]{{0,512}}-->)"
    rf"|(?P<inline></?(?:{_INLINE})(?:\s[^<>]{{0,512}})?/?>)"
    rf"|(?P<block></?(?:{_BLOCK})(?:\s[^<>]{{0,512}})?/?>)"
    r"|(?P<entity>&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)"
    r"|(?P<soft>=\r?\n)"
    r"|(?P<quoted>(?:=[0-9A-F]{2})+)"
    r"|(?P<broken>(?<=\d)[ \t]{0,3}\r?\n[ \t]{0,3}(?:[>|][ \t]{0,3}){0,4}(?=\d))"
    r"|(?P<groups>(?-i:(?<![A-Za-z0-9])[0-9OoIlSBgZ|]{2,8}(?:[ ./-][0-9OoIlSBgZ|]{2,8}){2,7}"
    r"(?![A-Za-z0-9])))"
    r"|(?P<letters>(?<![A-Za-z0-9])[0-9OoIlSB|]{4,64}(?![A-Za-z0-9]))"
    rf"|(?P<day>(?-i:(?<![A-Za-z0-9])(?:[0-3][OIlSB]|[OIl][0-9]))(?=[ ./-]{{1,2}}(?:{_MONTH})))"
    r"|(?P<word>(?-i:(?<![A-Za-z0-9])[A-Z]?[a-z]{1,20}[01][a-z]{1,20}(?![A-Za-z0-9])))"
    r"|(?P<marks>(?<=[A-Za-z0-9*`~])(?:\*{1,3}|~~|`)(?=[A-Za-z0-9*`~])(?!\s))"
    r"|(?P<emphasis>(?<=\d)(?:\*{1,3}|__|`)(?=[\d ])|(?<=[\d ])(?:\*{1,3}|__|`)(?=\d))"
    r"|(?P<other>[^\x00-\x7f]))",
    re.IGNORECASE,
)
# What is read otherwise than it stands holds one of these.
_UNUSUAL = re.compile(
    r"[^\x00-\x7f]|[<&=*~`]|__|[0-9](?:[ \t]{0,3}\r?\n|[ ./-]?[OoIiLlSsBbgGzZ|])"
    r"|[OoIiLlSsBbgGzZ|][ ./-]?[0-9]|[A-Za-z][01][A-Za-z]"
)
# In any other text `code=204887` is a field, and `=20` no space.
_IS_QUOTED_PRINTABLE = re.compile(
    r"=\r?\n|=3D|=[C-F][0-9A-F]=[89AB][0-9A-F]|=(?:20|09)\r?\n"
    r"|(?<=[A-Za-z0-9])=(?:(?:40|2E|27)(?=[A-Za-z])|(?:2C|3A|2E)(?= ))"
)
_DIGIT_FOR = str.maketrans("OoIl|SBgZ", "001115892")
_LETTER_FOR = str.maketrans("01", "ol")
# IBANs of countries whose letters look like digits.
_IBAN_HEAD = re.compile(r"(?:BI|IL|IS|LB|LI|SI|SO)[0-9]{2}", re.IGNORECASE)
_UK_POSTCODE = re.compile(r"\b[A-Z]{1,2}[0-9]{1,2}[A-Z]? [0-9][A-Z]{2}\b")
_LEAST_SHARE_OF_DIGITS = 0.5
_LEAST_SHARE_IN_GROUPS = 0.4
_LEAST_IN_GROUPS = 9
_LEAST_IF_ALL_HAVE_DIGITS = 6
# Values of attributes that a person can click on, send or be shown.
_ATTRIBUTE = re.compile(
    r"\b(?:href|src|value|title|alt|content|action)[ ]?=[ ]?"
    r"(?:\"([^\"<>]{4,512})\"|'([^'<>]{4,512})')",
    re.IGNORECASE,
)
_DASHES = frozenset("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u00ad")
_QUOTES = frozenset("\u2018\u2019\u201b\u02bc")
# Format characters, and marks that enclose a character, such as the key around a digit.
_UNSEEN = frozenset({"Cf", "Me"})
_VARIATION = frozenset(chr(code) for code in range(0xFE00, 0xFE10))


def read(source: str) -> TextMap:
    """Return the reading of a text."""
    if _UNUSUAL.search(source) is None:
        return TextMap.identity(source)
    builder = TextMapBuilder(source)
    at = 0
    is_quoted_printable = _IS_QUOTED_PRINTABLE.search(source) is not None
    for match in _SPECIAL.finditer(source):
        start, end = match.span()
        if match.lastgroup == "quoted" and not is_quoted_printable:
            continue
        if match.lastgroup in _TAGS and (shown := _ATTRIBUTE.search(source, start, end)):
            builder.keep(at, start)
            inner = shown.span(shown.lastindex or 0)
            builder.replace(start, inner[0], " ")
            builder.keep(*inner)
            builder.replace(inner[1], end, " " if match.lastgroup == "inline" else "\n")
            at = end
            continue
        text = _resolved(match)
        if text is None:
            continue
        builder.keep(at, start)
        builder.replace(start, end, text)
        at = end
    if at == 0:
        return TextMap.identity(source)
    builder.keep(at, len(source))
    return builder.build()


def _resolved(match: re.Match[str]) -> str | None:
    """Return what a match reads as; None leaves it as it stands."""
    kind = match.lastgroup or ""
    return _FIXED[kind] if kind in _FIXED else _READ[kind](match.group())


def _entity(text: str) -> str | None:
    if text[1] != "#" and text[1:] not in html5:
        return None
    return "".join(_character(character) for character in unescape(text))


def _quoted_printable(text: str) -> str | None:
    try:
        decoded = bytes.fromhex(text.replace("=", "")).decode("utf-8")
    except ValueError:
        return None
    return "".join(_character(character) for character in decoded)


def _as_digits(text: str) -> str | None:
    digits = sum(character.isdigit() for character in text)
    if digits < _LEAST_SHARE_OF_DIGITS * len(text) or _IBAN_HEAD.match(text):
        return None
    return text.translate(_DIGIT_FOR)


def _groups_as_digits(text: str) -> str | None:
    """Read groups such as `2l2-SSS-0l87`; the first has a digit, one without is in capitals."""
    groups = re.split("[ ./-]", text)
    digits = sum(character.isdigit() for character in text)
    letters = sum(map(len, groups)) - digits
    is_number = _has_digit(groups[0]) and all(
        _has_digit(group) or group.isupper() for group in groups
    )
    least = _LEAST_IN_GROUPS if not all(map(_has_digit, groups)) else _LEAST_IF_ALL_HAVE_DIGITS
    is_long = letters and digits + letters >= least
    if not is_number or not is_long or _IBAN_HEAD.match(text) or _UK_POSTCODE.search(text):
        return None
    if digits < _LEAST_SHARE_IN_GROUPS * (digits + letters):
        return None
    return text.translate(_DIGIT_FOR)


def _has_digit(text: str) -> bool:
    return any(character.isdigit() for character in text)


def _character(character: str) -> str:
    """Return the compatibility form of a character; invisible ones are nothing."""
    if character == "\u00ad" or category(character) in _UNSEEN or character in _VARIATION:
        return ""
    if character in _DASHES:
        return "-"
    if character in _QUOTES:
        return "'"
    value = digit(character, None)
    if value is not None:
        return str(value)
    if category(character) == "Zs":
        return " "
    return normalize("NFKC", character)


_TAGS = frozenset({"inline", "block"})
_FIXED = {
    "comment": "",
    "marks": "",
    "inline": "",
    "soft": "",
    "emphasis": "",
    "block": "\n",
    "broken": " ",
}
_READ = {
    "entity": _entity,
    "quoted": _quoted_printable,
    "letters": _as_digits,
    "groups": _groups_as_digits,
    "word": lambda text: text.translate(_LETTER_FOR),
    "day": lambda text: text.translate(_DIGIT_FOR),
    "other": _character,
}
