"""Decoding: a text -> what stands in it for a machine and not for a person, in plain letters."""

import base64
import binascii
import html
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, NamedTuple
from unicodedata import normalize
from urllib.parse import unquote_to_bytes

from summarizer.injection.respelling import (
    LEET_SIGN,
    REVERSED_SIGN,
    ROT13_SIGN,
    SHIFTED_SIGN,
    SPACED_SIGN,
    unleet,
    unreversed,
    unrotated,
    unshifted,
    unspaced,
    unspaced_words,
)
from summarizer.patterns import compiled

__all__ = ["Decoded", "Decoder", "writes_unseen"]


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
    r"(?:\b\d{2,3}[\s,;]{1,2}){12}|(?:[\pL\pN][ .\-_*·|\s]{1,4}){7}|(?:&#x?[0-9a-f]{2,5};\s?){8}|"
    r"(?:\\u[0-9a-f]{4}){6}"
)
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]{20,}={0,2}")
_BASE32: Final = re.compile(r"\b[A-Z2-7]{24,}={0,6}")
_HEX: Final = re.compile(r"(?:(?:0x|\\x|&#x)?[0-9A-Fa-f]{2}[\s,;:]{0,2}){12,}")
_PERCENT: Final = re.compile(r"(?:[^\s%]{0,3}%[0-9A-Fa-f]{2}){5,}\S*")
_BINARY: Final = re.compile(r"(?:[01]{8}\s?){8,}")
_DECIMAL: Final = re.compile(r"(?:\b(?:3[2-9]|[4-9]\d|1[01]\d|12[0-6])[\s,;]{1,2}){12,}\d{2,3}\b")
_SPACED: Final = re.compile(r"(?:(?<![^\W_])[^\W_](?:[ .\-_*·|]|\s{2,4})){7,}[^\W_](?![^\W_])")
_ENTITIES: Final = re.compile(r"(?:&#(?:\d{2,6}|[xX][0-9A-Fa-f]{2,5});\s?){8,}")
_ESCAPES: Final = re.compile(r"(?:\\u[0-9A-Fa-f]{4}){6,}")
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


class Decoder:
    """Reads what parts of the texts of a case say, by the encodings of which they show a sign.

    Most cases show none, and one look at all texts together tells so.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        """Args: texts: all that will be read."""
        together = "\n\n".join(texts)
        self._has_runs = _RUN.search(together) is not None
        self._wholes = [each for each in _WHOLES if each[1].search(together) is not None]

    def parts(self, text: str) -> Iterator[Decoded]:
        """Yield what parts of a text say, and what it says as a whole if it is spelt otherwise."""
        yield from self.runs(text)
        for how, sign, decode_whole in self._wholes:
            said = decode_whole(text) if sign.search(text) is not None else ""
            if said:
                yield Decoded(how, 0, len(text), said, whole=True)

    def runs(self, text: str) -> Iterator[Decoded]:
        """Yield what encoded runs say; redaction takes parts of some for numbers or names."""
        if not self._has_runs or _RUN.search(text) is None:
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


def _from_escapes(run: str) -> str:
    return "".join(chr(int(unit, 16)) for unit in re.findall(r"[0-9A-Fa-f]{4}", run))


_RUNS: Final[tuple[tuple[str, re.Pattern[str], Callable[[str], str]], ...]] = (
    ("base64", _BASE64, _from_base64),
    ("base32", _BASE32, _from_base32),
    ("percent", _PERCENT, _from_percent),
    ("spaced letters", _SPACED, unspaced),
    ("entities", _ENTITIES, html.unescape),
    ("escapes", _ESCAPES, _from_escapes),
    ("hexadecimal", _HEX, _from_hex),
    ("binary", _BINARY, _from_binary),
    ("decimal", _DECIMAL, _from_decimal),
)


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
    ("rot13", ROT13_SIGN, unrotated),
    ("reversed", REVERSED_SIGN, unreversed),
    ("shifted letters", SHIFTED_SIGN, unshifted),
    ("digits for letters", LEET_SIGN, unleet),
    ("spaced letters", SPACED_SIGN, unspaced_words),
    ("invisible characters", _INVISIBLE, _without_invisible),
    ("tag characters", _TAG, _of_tags),
    ("look-alike letters", re.compile(f"{_STYLED}|{_MIXED_WORD.pattern}"), _of_lookalikes),
)
"""By what it is encoded, what a text must hold for that, and how it is read."""
