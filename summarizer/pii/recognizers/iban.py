"""International bank account numbers (ISO 13616-1): in any case, however they are separated.

The country's length and structure come from SWIFT's IBAN registry (release 99); the two check
digits are ISO/IEC 7064 mod 97-10. A number with a wrong check counts if its form fits exactly,
or beside its context.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from summarizer.pii.recognizing import Found, Needs, View

__all__ = ["IBAN"]

# What follows the check digits: n digits, a letters, c either.
_STRUCTURE = {
    "AD": "8n12c", "AE": "19n", "AL": "8n16c", "AT": "16n", "AZ": "4a20c",
    "BA": "16n", "BE": "12n", "BG": "4a6n8c", "BH": "4a14c", "BI": "23n",
    "BR": "23n1a1c", "BY": "4c4n16c", "CH": "5n12c", "CR": "18n", "CY": "8n16c",
    "CZ": "20n", "DE": "18n", "DJ": "23n", "DK": "14n", "DO": "4c20n",
    "EE": "16n", "EG": "25n", "ES": "20n", "FI": "14n", "FK": "2a12n",
    "FO": "14n", "FR": "10n11c2n", "GB": "4a14n", "GE": "2a16n", "GI": "4a15c",
    "GL": "14n", "GR": "7n16c", "GT": "4c20c", "HN": "4a20n", "HR": "17n",
    "HU": "24n", "IE": "4a14n", "IL": "19n", "IQ": "4a15n", "IS": "22n",
    "IT": "1a10n12c", "JO": "4a4n18c", "KW": "4a22c", "KZ": "3n13c", "LB": "4n20c",
    "LC": "4a24c", "LI": "5n12c", "LT": "16n", "LU": "3n13c", "LV": "4a13c",
    "LY": "21n", "MC": "10n11c2n", "MD": "2c18c", "ME": "18n", "MK": "3n10c2n",
    "MN": "16n", "MR": "23n", "MT": "4a5n18c", "MU": "4a19n3a", "NI": "4a20n",
    "NL": "4a10n", "NO": "11n", "OM": "3n16c", "PK": "4a16c", "PL": "24n",
    "PS": "4a21c", "PT": "21n", "QA": "4a21c", "RO": "4a16c", "RS": "18n",
    "RU": "14n15c", "SA": "2n18c", "SC": "4a20n3a", "SD": "14n", "SE": "20n",
    "SI": "15n", "SK": "20n", "SM": "1a10n12c", "SO": "19n", "ST": "21n",
    "SV": "4a20n", "TL": "19n", "TN": "20n", "TR": "5n1n16c", "UA": "6n19c",
    "VA": "18n", "VG": "4a16n", "XK": "16n", "YE": "4a4n18c",
}  # fmt: skip
_PART = re.compile(r"([0-9]+)([nac])")
_CLASS = {"n": "[0-9OISBL]", "a": "[A-Z]", "c": "[A-Z0-9]"}
_LEAST_DIGITS = 8
# A country, however spaced, and two check digits.
_HEAD = re.compile(
    r"(?:(?<![A-Za-z0-9])|(?<=iban))[A-Z][ ]?[A-Z][^0-9A-Za-z\n]{0,2}[0-9OIL][ ]?[0-9OIL]",
    re.IGNORECASE,
)
_STRETCH = re.compile(r"[0-9A-Za-z](?:(?:\\[nrt]|[^0-9A-Za-z]){0,4}[0-9A-Za-z]){0,33}")
_CHARACTER = re.compile(r"(?<!\\)[0-9A-Za-z]|(?<=\\)[^nrt\W_]")
_TRANSLATED = str.maketrans("OISBL", "01581")
_CONTEXT = re.compile(r"(?<![a-z])iban|\bkonto|\brekening|\bcompte|\bcuenta|\brachun")
_RUN = re.compile(
    r"[A-Za-z]{2}[0-9]{2}(?:[ .-]?[A-Z]{4})?(?:[ .-]?[0-9A-Za-z]*[0-9][0-9A-Za-z]*){2,9}"
)


class _Read(NamedTuple):
    """The letters and digits from a head on, and where each of them ends."""

    characters: str
    ends: list[int]


@lru_cache(maxsize=128)
def _form(country: str) -> re.Pattern[str]:
    parts = _PART.findall(_STRUCTURE[country])
    return re.compile("".join(f"({_CLASS[kind]}{{{count}}})" for count, kind in parts))


@lru_cache(maxsize=128)
def _length(country: str) -> int:
    return 4 + sum(int(count) for count, _ in _PART.findall(_STRUCTURE[country]))


def _with_digits(country: str, bban: str) -> str:
    """Return the national part with letters that stand for digits resolved; empty: no fit."""
    match = _form(country).fullmatch(bban)
    if match is None:
        return ""
    kinds = (kind for _, kind in _PART.findall(_STRUCTURE[country]))
    return "".join(
        part.translate(_TRANSLATED) if kind == "n" else part
        for part, kind in zip(match.groups(), kinds, strict=True)
    )


def _is_checked(iban: str) -> bool:
    """Say whether the check digits are right (ISO/IEC 7064, mod 97-10)."""
    return int("".join(str(int(c, 36)) for c in iban[4:] + iban[:4])) % 97 == 1


def _read_from(text: str, start: int) -> _Read:
    stretch = _STRETCH.match(text, start)
    end = stretch.end() if stretch else start
    ends = [match.end() for match in _CHARACTER.finditer(text, start, end)]
    return _Read("".join(text[at - 1] for at in ends).upper(), ends)


_BEFORE = 60
"""Characters in front of a number that are searched for context."""


@dataclass(frozen=True, kw_only=True)
class _Iban:
    examples: tuple[str, ...]
    negatives: tuple[str, ...]
    name: str = "iban"
    entities: frozenset[str] = frozenset({"IBAN_CODE"})
    needs: Needs = "digit"

    def find(self, view: View) -> Iterator[Found]:
        """Yield numbers whose check is right, whose form fits, or that context calls IBANs."""
        done = 0
        for head in _HEAD.finditer(view.text):
            start = head.start()
            country = head.group().replace(" ", "")[:2].upper()
            if start >= done and country in _STRUCTURE:
                found = self._at(view, start, country)
                if found:
                    done = found.end
                    yield found

    def _at(self, view: View, start: int, country: str) -> Found | None:
        read = _read_from(view.text, start)
        length = _length(country)
        bban = _with_digits(country, read.characters[4:length])
        near = _CONTEXT.search(view.around(start, start + 2, _BEFORE, 0))
        if bban:
            end = read.ends[length - 1]
            check = read.characters[2:4].translate(_TRANSLATED)
            if _is_checked(country + check + bban):
                return Found(start, end, "IBAN_CODE", 1.0, f"{self.name}.checked")
            is_typed = bban == read.characters[4:length] and not view.text[end : end + 1].isalnum()
            has_digits = sum(c.isdigit() for c in bban) >= _LEAST_DIGITS
            if is_typed and (near or has_digits):
                return Found(start, end, "IBAN_CODE", 0.7, f"{self.name}.form")
        run = _RUN.match(view.text, start)
        if near is None or run is None:
            return None
        cue = view.cue_around(near.span(), start, start + 2, _BEFORE)
        return Found(start, run.end(), "IBAN_CODE", 0.6, f"{self.name}.context", cue)


IBAN = _Iban(
    examples=(
        "iban [[DE89 3704 0044 0532 0130 00]] please",
        "[[gb33bukb20201555555555]] n my name",
        "[[NL91_ABNA_0417_1643_00]], requested",
        "[[DE89 / 3704 / 0044 / 0532 / 0130 / 00]] and it",
        "[[nl 91ab na04 171 64300]]. weird groups",
        "[[FR14.2004.1010.0505.0001.3M02.606]]",
        "[[DE88 3704 0044 0532 0130 00]], one digit wrong",
        "IBAN[[DE89370400440532013000]]gesperrt",
        "iban=[[BE68539007547034]]&bic=GKCCBEBB",
        "[[DE89 37O4 OO44 O532 OI3O OO]]",
        "[[N L 91 A B N A 0417164300]] i said",
        "IBAN: [[GB33 BUKB 2020 1555 5555]] is short",
        "[[IE29 AIBK 9311 5212 3456 78]] and [[NL91ABNA0417164300]]",
        "Pay to [[BR7400360305573441113139974C1]];",
        "which iban? ⏎ [[PL61109010140000071219812874]]",
    ),
    negatives=(
        "no 12 people were in the shop at 10",
        "is 20 years a long time to be with a bank",
        "at 14 30 on 12 05 2025 I called and was told 5 days",
        "se 25 items, 40 pounds",
        "my iban is on the back",
        "ES 100 was charged 3 times",
    ),
)
