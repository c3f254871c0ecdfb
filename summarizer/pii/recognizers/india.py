"""Indian identity numbers: PAN and Aadhaar.

Sources: Income-tax Department, Rule 114 (PAN: five letters, the fourth the kind of holder, four
digits, a letter); UIDAI, A UID Numbering Scheme for India (Aadhaar: twelve digits, the first 2
to 9, the last by Verhoeff).
"""

from summarizer.pii.recognizers.labelled import NEAR
from summarizer.pii.recognizing import Pattern, PatternRecognizer

__all__ = ["AADHAAR", "PAN"]

_HOLDERS = frozenset("ABCFGHJKLPTE")
_SEP = r"(?:\\n|[^a-z0-9]{0,3})"
# Verhoeff, Error Detecting Decimal Codes (1969): the dihedral group D5 and its permutation.
_PERMUTATION = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


def _product(left: int, right: int) -> int:
    if left < 5:  # noqa: PLR2004 - D5: rotations 0-4, reflections 5-9
        return (left + right) % 5 + (0 if right < 5 else 5)  # noqa: PLR2004
    return (left - right) % 5 + (5 if right < 5 else 0)  # noqa: PLR2004


def _verhoeff(value: str) -> bool | None:
    digits = [int(character) for character in value if character.isdigit()]
    total = 0
    for place, digit in enumerate(reversed(digits)):
        permuted = digit
        for _ in range(place % 8):
            permuted = _PERMUTATION[permuted]
        total = _product(total, permuted)
    return None if total == 0 else False


def _names_a_holder(value: str) -> bool | None:
    letters = [character for character in value if character.isalnum()]
    return None if letters[3].upper() in _HOLDERS else False


PAN = PatternRecognizer(
    name="pan",
    entity="IN_PAN",
    patterns=(
        Pattern("form", r"\b([a-z]{5}[0-9]{4}[a-z])\b", 0.6, 0.95),
        Pattern(
            "labelled", rf"(?:\b|[0-9])pan{NEAR}([a-z]{{5}}{_SEP}[0-9]{{4}}{_SEP}[a-z])\b", 0.9
        ),
    ),
    context=("pan(?: ?card)?(?: numbers?| no)?", "income tax", "permanent account number"),
    check=_names_a_holder,
    examples=(
        "pls do the needful. pan [[bqzps4471l]] ok",
        "PAN - [[ABCPE/1234/F]]",
        "aadhaar702355198460pan[[CKLPS9082D]] both linked",
        "[[AFQPD2290L]], thanks",
    ),
    negatives=("pan 4111111111111111", "ABCDE12345", "a pan of milk"),
)

AADHAAR = PatternRecognizer(
    name="aadhaar",
    entity="IN_AADHAAR",
    patterns=(
        Pattern("grouped", r"\b([2-9][0-9]{3}[ -][0-9]{4}[ -][0-9]{4})\b", 0.45, 0.95),
        Pattern("loose", rf"\b([0-9]{{4}}{_SEP}[0-9]{{4}}{_SEP}[0-9]{{4}})\b", 0.0),
        Pattern(
            "labelled",
            rf"(?:a?adhaa?r|uidai|आधार)[^0-9]{{0,60}}?([0-9]{{4}}{_SEP}[0-9]{{4}}{_SEP}[0-9"
            rf"]{{4}})(?:[^0-9]|$)",
            0.9,
        ),
    ),
    context=("a?adhaa?r(?: ?card)?(?: numbers?| no)?", "uidai", "आधार"),
    check=_verhoeff,
    window=(80, 20),
    examples=(
        "aadhar no [[2345 6789 0124]] name",
        "aadhaar[[702355198460]]pan",
        "Aadhaar - [[2345:6789:0124]]",
        "aadhaar no. [[2345 6789 0142]] not accepting",
    ),
    negatives=("4111 1111 1111 1111", "parcel 234567890124"),
)
