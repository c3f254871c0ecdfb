"""Decoding: a text -> what stands in it for a machine and not for a person, in plain letters."""

import base64
import binascii
import codecs
import re
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple
from unicodedata import normalize
from urllib.parse import unquote_to_bytes

from summarizer.patterns import compiled

__all__ = ["Decoded", "decoded", "decoded_runs", "writes_unseen"]


class Decoded(NamedTuple):
    """What a part of a text says once it is decoded."""

    how: str
    """Such as `base64`."""
    start: int
    """Where the part stands, in characters."""
    end: int
    text: str
    whole: bool = False
    """Whether it is the text as a whole, most of which may be as before."""


# Most texts hold no run that could be encoded, and one look by RE2 tells.
_RUN: Final = compiled(
    r"[a-z0-9+/_-]{20}|(?:[0-9a-f]{2}[^\pL\pN]{0,4}){12}|(?:%[0-9a-f]{2}[^%]{0,3}){5}|"
    r"(?:\b\d{2,3}[\s,;]{1,2}){12}|(?:[\pL\pN][ .\-_*·|\s]{1,4}){7}"
)
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]{20,}={0,2}")
_BASE32: Final = re.compile(r"\b[A-Z2-7]{24,}={0,6}")
_HEX: Final = re.compile(r"(?:(?:0x|\\x|&#x)?[0-9A-Fa-f]{2}[\s,;:]{0,2}){12,}")
_PERCENT: Final = re.compile(r"(?:[^\s%]{0,3}%[0-9A-Fa-f]{2}){5,}\S*")
_BINARY: Final = re.compile(r"(?:[01]{8}\s?){8,}")
_DECIMAL: Final = re.compile(r"(?:\b(?:3[2-9]|[4-9]\d|1[01]\d|12[0-6])[\s,;]{1,2}){12,}\d{2,3}\b")
_SPACED: Final = re.compile(r"(?:(?<![^\W_])[^\W_](?:[ .\-_*·|]|\s{2,4})){7,}[^\W_](?![^\W_])")
_WORD_GAP: Final = re.compile(r"\s{2,}|[,.;:!?]+\s+")
_LONGEST_WORD: Final = 16
# Spaced letters without wider gaps run into one word; these are told apart in it.
_KNOWN_WORD: Final = re.compile(
    r"(?i)ignore|disregard|forget|override|previous|prior|above|earlier|instructions?|rules|prompt|"
    r"system|all|any|the|your|and|set|mark|urgency|priority|low|next|action|close|case|write|say|"
    r"only|summary|customer|message|must|not|mention|refund|approved|assistant|model|with|this"
)
_LEET_WORD: Final = re.compile(r"[A-Za-z0134578@$!|]{3,}")
_LEET_DIGIT: Final = re.compile(r"[0134578@$!|]")
_LETTER: Final = re.compile(r"[A-Za-z]")
_LEET: Final = str.maketrans("0134578@$!|", "oieastbasil")
_LEAST_LEET: Final = 3
_ROT13: Final = compiled(
    r"\b(?:gur|naq|lbhe?|vf|bs|gb|vtaber|sbetrg|vafgehpgvbaf?|cebzcg|fhzznel|hetrapl|ybj|frg|fnl|"
    r"jevgr)\b"
)
_REVERSED: Final = compiled(
    r"\b(?:eht|dna|uoy|erongi|tegrof|snoitcurtsni|suoiverp|tpmorp|yrammus|ycnegru|siht|etirw|tes|"
    r"yas)\b"
)
_LEAST_WORDS: Final = 3
_FIRST_TAG: Final = 0xE0000
_TAG: Final = re.compile("[\U000e0020-\U000e007e]")
_INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
_STYLED: Final = "[\uff01-\uff5e\U0001d400-\U0001d7ff\u24b6-\u24e9\u2100-\u214f]"
"""Full-width, mathematical and circled letters, which compatibility forms make plain."""
_FLAG: Final = re.compile("\U0001f3f4[\U000e0020-\U000e007e]{1,8}\U000e007f")
"""A black flag with a few tag characters behind it is that of a country."""
_LEAST_HIDDEN: Final = 4
_READABLE: Final = 0.9
# Letters of other scripts that look like Latin ones (Unicode confusables, the common ones).
_LOOKALIKES: Final = str.maketrans(
    "аеорсухіјѕһԁԛԝАВЕКМНОРСТХІЅЈοαενικρτυΑΒΕΖΗΙΚΜΝΟΡΤΥΧɡıⅼ",
    "aeopcyxijshdqwABEKMHOPCTXISJoaevikptuABEZHIKMNOPTYXgil",
)
_MIXED_WORD: Final = re.compile(r"[A-Za-z][а-яА-Яѕіјһԁԛԝα-ωΑ-Ω]|[а-яА-Яѕіјһԁԛԝα-ωΑ-Ω][A-Za-z]")


def decoded(text: str) -> Iterator[Decoded]:
    """Yield what parts of a text say, by every encoding in which they can be read."""
    yield from decoded_runs(text)
    for how, sign, decode_whole in _WHOLES:
        said = decode_whole(text) if sign.search(text) is not None else ""
        if said:
            yield Decoded(how, 0, len(text), said, whole=True)


def decoded_runs(text: str) -> Iterator[Decoded]:
    """Yield what encoded runs in a text say; redaction takes parts of some for numbers or names."""
    if _RUN.search(text) is None:
        return
    for how, pattern, decode in _RUNS:
        for match in pattern.finditer(text):
            said = decode(match[0])
            if said and _reads_as_text(said):
                yield Decoded(how, match.start(), match.end(), said)


def _reads_as_text(said: str) -> bool:
    shown = sum(character.isalnum() or character in " \n.,:;!?'\"-/()_=<>{}" for character in said)
    return shown >= _READABLE * len(said) and sum(map(str.isalpha, said)) * 2 >= len(said)


def _utf8(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return ""


def _from_base64(run: str) -> str:
    letters = run.rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        return _utf8(base64.b64decode(letters[: len(letters) // 4 * 4]))
    except binascii.Error:
        return ""


def _from_base32(run: str) -> str:
    letters = run.rstrip("=")
    try:
        return _utf8(base64.b32decode(letters[: len(letters) // 8 * 8]))
    except binascii.Error:
        return ""


def _from_hex(run: str) -> str:
    digits = "".join(re.findall(r"[0-9A-Fa-f]{2}", re.sub(r"0x|\\x|&#x", " ", run)))
    return _utf8(bytes.fromhex(digits))


def _from_percent(run: str) -> str:
    return _utf8(unquote_to_bytes(run))


def _from_binary(run: str) -> str:
    return _utf8(bytes(int(byte, 2) for byte in re.findall(r"[01]{8}", run)))


def _from_decimal(run: str) -> str:
    return "".join(chr(int(number)) for number in re.findall(r"\d+", run))


def _from_spaced(run: str) -> str:
    words = (re.sub(r"[^\w]|_", "", word) for word in _WORD_GAP.split(run))
    return " ".join(
        _KNOWN_WORD.sub(r" \g<0> ", word) if len(word) > _LONGEST_WORD else word for word in words
    )


_RUNS: Final[tuple[tuple[str, re.Pattern[str], Callable[[str], str]], ...]] = (
    ("base64", _BASE64, _from_base64),
    ("base32", _BASE32, _from_base32),
    ("percent", _PERCENT, _from_percent),
    ("spaced letters", _SPACED, _from_spaced),
    ("hexadecimal", _HEX, _from_hex),
    ("binary", _BINARY, _from_binary),
    ("decimal", _DECIMAL, _from_decimal),
)


def _rot13(text: str) -> str:
    return codecs.encode(text, "rot13") if _counts(_ROT13, text) else ""


def _reversed(text: str) -> str:
    return "\n".join(line[::-1] for line in text.split("\n")) if _counts(_REVERSED, text) else ""


def _counts(pattern: Any, text: str) -> bool:
    found = {match[0].casefold() for match in pattern.finditer(text)}
    return len(found) >= _LEAST_WORDS


def _leet(text: str) -> str:
    count = 0

    def plain(match: re.Match[str]) -> str:
        nonlocal count
        if not (_LEET_DIGIT.search(match[0]) and _LETTER.search(match[0])):
            return match[0]
        count += 1
        return match[0].translate(_LEET)

    said = _LEET_WORD.sub(plain, text)
    return said if count >= _LEAST_LEET else ""


def _without_invisible(text: str) -> str:
    said, hidden = _INVISIBLE.subn("", text)
    return said if hidden >= _LEAST_HIDDEN else ""


def _of_tags(text: str) -> str:
    return "".join(chr(ord(each) - _FIRST_TAG) for each in _TAG.findall(_FLAG.sub("", text)))


def writes_unseen(text: str) -> bool:
    """Say whether something is written in tag characters, which no keyboard has and nobody sees."""
    return len(_TAG.findall(_FLAG.sub("", text))) >= _LEAST_HIDDEN


def _of_lookalikes(text: str) -> str:
    plain = normalize("NFKC", text)
    return plain.translate(_LOOKALIKES) if _MIXED_WORD.search(plain) else plain


_WHOLES: Final[tuple[tuple[str, Any, Callable[[str], str]], ...]] = (
    ("rot13", _ROT13, _rot13),
    ("reversed", _REVERSED, _reversed),
    ("digits for letters", compiled(r"[a-z][0134578@$!|]+[a-z]|\b[0134578@$][a-z]{2}"), _leet),
    ("invisible characters", _INVISIBLE, _without_invisible),
    ("tag characters", _TAG, _of_tags),
    ("look-alike letters", re.compile(f"{_STYLED}|{_MIXED_WORD.pattern}"), _of_lookalikes),
)
"""By what it is encoded, what a text must hold for that, and how it is read."""
