"""Numbers that prove themselves: cards by Luhn, IBAN by mod 97, SSN by form or context.

Redaction uses these beside the detector, and the egress check uses them again on the bytes
that are about to leave, independent of what redaction found.

Sources: ISO/IEC 7812-1 (card numbers), ISO 13616 and its registry (IBAN lengths), SSA
"Invalid Social Security Numbers" (areas never issued).
"""

import re
from collections.abc import Iterator
from unicodedata import digit

from summarizer.pii import Detection

__all__ = ["checksummed"]

_SEPARATOR = "[ \\-._*|/\t\n\u00a0\u00ad\u2002-\u200f\u2010-\u2015\u202f\u2060\u2212\ufeff]"
_DIGITS = re.compile(rf"\d(?:{_SEPARATOR}{{0,3}}\d)*")
_CARD_LENGTHS = range(12, 20)
_SSN_DASHED = re.compile(r"(?<![\d-])(\d{3})-(\d{2})-(\d{4})(?![\d-])")
_SSN_BARE = re.compile(
    r"(?:\bssn\b|social security(?: number)?|\bsocial\b)\D{0,24}?"
    r"(\d{3})[ .]?(\d{2})[ .]?(\d{4})(?!\d)",
    re.IGNORECASE,
)
_IBAN = re.compile(rf"(?=([A-Za-z]{{2}}\d{{2}}(?:{_SEPARATOR}{{0,2}}[A-Za-z0-9]){{11,31}}))")
_IBAN_LENGTH = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22,
    "BI": 27, "BR": 29, "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DJ": 27,
    "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FK": 18, "FO": 18, "FR": 27,
    "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HN": 28, "HR": 21, "HU": 28,
    "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28,
    "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22,
    "MK": 19, "MN": 20, "MR": 27, "MT": 31, "MU": 30, "NI": 28, "NL": 18, "NO": 15, "OM": 23,
    "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "RU": 33, "SA": 24,
    "SC": 31, "SD": 18, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "SO": 23, "ST": 25, "SV": 28,
    "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20, "YE": 30,
}  # fmt: skip


def checksummed(text: str) -> list[Detection]:
    """Find card numbers, IBANs and US social security numbers by their own arithmetic."""
    return [*_cards(text), *_ibans(text), *_ssns(text)]


def _cards(text: str) -> Iterator[Detection]:
    """Test every run of whole digit groups inside a longer chain of digits.

    A number that stands beside a card must not hide it. The lengths are bounded, so that the
    work is linear in the text.
    """
    for chain in _DIGITS.finditer(text):
        positions = [at for at in range(*chain.span()) if text[at].isdigit()]
        digits = [digit(text[at]) for at in positions]
        starts = [
            index
            for index, at in enumerate(positions)
            if index == 0 or positions[index - 1] != at - 1
        ]
        ends = [*(index - 1 for index in starts[1:]), len(positions) - 1]
        for order, first in enumerate(starts):
            for last in ends[order:]:
                length = last - first + 1
                if length >= _CARD_LENGTHS.stop:
                    break
                card = digits[first : last + 1]
                if length in _CARD_LENGTHS and _is_issued(card) and _luhn(card):
                    yield Detection(
                        positions[first], positions[last] + 1, "CREDIT_CARD", 1.0, "card_luhn"
                    )


def _is_issued(digits: list[int]) -> bool:
    """Say whether a card scheme issues numbers with this first digit or these first four."""
    prefix = int("".join(map(str, digits[:4])))
    return digits[0] in {3, 4, 5, 6} or 2221 <= prefix <= 2720  # noqa: PLR2004 - Mastercard's second range


def _luhn(digits: list[int]) -> bool:
    doubled = (sum(divmod(2 * number, 10)) for number in digits[-2::-2])
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _ibans(text: str) -> Iterator[Detection]:
    for match in _IBAN.finditer(text):
        length = _IBAN_LENGTH.get(match.group(1)[:2].upper())
        positions = [at for at in range(*match.span(1)) if text[at].isalnum()]
        if length is None or len(positions) < length:
            continue
        end = positions[length - 1] + 1
        if _mod97("".join(text[at] for at in positions[:length]).upper()):
            yield Detection(match.start(), end, "IBAN_CODE", 1.0, "iban_mod97")


def _mod97(iban: str) -> bool:
    rearranged = iban[4:] + iban[:4]
    if not rearranged.isascii():
        return False
    return int("".join(str(int(character, 36)) for character in rearranged)) % 97 == 1


def _ssns(text: str) -> Iterator[Detection]:
    for pattern, name in ((_SSN_DASHED, "ssn_form"), (_SSN_BARE, "ssn_context")):
        for match in pattern.finditer(text):
            area, group, serial = (int(part) for part in match.groups())
            if area not in {0, 666} and area < 900 and group and serial:  # noqa: PLR2004 - never issued
                yield Detection(match.start(1), match.end(3), "US_SSN", 1.0, name)
