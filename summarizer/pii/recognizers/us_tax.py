"""US taxpayer numbers: ITIN and EIN.

Sources: IRS, Internal Revenue Manual 3.21.263 (ITIN: 9xx, then 50-65, 70-88, 90-92 or 94-99);
IRS Publication 1635 (EIN: two digits of the issuing campus, a hyphen, seven digits).
"""

from summarizer.pii.recognizers.labelled import NEAR
from summarizer.pii.recognizing import Pattern, PatternRecognizer

__all__ = ["EIN", "ITIN"]

_ITIN_GROUPS = frozenset({*range(50, 66), *range(70, 89), *range(90, 93), *range(94, 100)})
_NO_CAMPUS = frozenset(
    f"{prefix:02}" for prefix in (0, 7, 8, 9, 17, 18, 19, 28, 29, 49, 69, 70, 78, 79, 89, 96, 97)
)


def _is_itin(value: str) -> bool | None:
    digits = "".join(character for character in value if character.isdigit())
    if int(digits[3:5]) not in _ITIN_GROUPS:
        return False
    return True if "-" in value else None


def _has_campus(value: str) -> bool | None:
    return False if value[:2] in _NO_CAMPUS else None


ITIN = PatternRecognizer(
    name="itin",
    entity="US_ITIN",
    patterns=(
        Pattern("dashed", r"\b(9[0-9]{2}[ ]?-[ ]?[0-9]{2}[ ]?-[ ]?[0-9]{4})\b", 0.6),
        Pattern("loose", r"\b(9[0-9]{2}[ ._/]{0,3}[0-9]{2}[ ._/]{0,3}[0-9]{4})\b", 0.0),
    ),
    context=("itins?", "w-?7", r"(?:individual )?tax(?:payer)? (?:id|identification)(?: number)?",
             "taxpayer number", "tin"),
    check=_is_itin,
    window=(60, 20),
    examples=("solo itin [[912-78-4431]], can i", "ITIN: [[912784406]]", "[[950-70-1234]]"),
    negatives=("call 912-555-0143", "parcel 912784406", "912-49-1234"),
)  # fmt: skip

EIN = PatternRecognizer(
    name="ein",
    entity="US_EIN",
    patterns=(
        Pattern("dashed", r"\b([0-9]{2}[ ]?-[ ]?[0-9]{7})\b", 0.4),
        Pattern(
            "labelled",
            rf"(?:\b|_)f?ein{NEAR}([0-9]{{2}}[^a-z0-9]{{0,3}}[0-9]{{7}})\b",
            0.9,
        ),
        Pattern("bare", r"\b([0-9]{2}[ ]{0,2}[0-9]{7})\b", 0.0),
    ),
    context=("f?ein", r"employer id(?:entification)?(?: numbers?| no)?", "fed(?:eral)? tax id",
             "business tax id", "tax id"),
    check=_has_campus,
    window=(50, 15),
    examples=(
        "my llc ein [[47-3829106]] isnt matching",
        "W9_EIN[[476130982]].pdf",
        "Employer Identification: [[47 - 6130982]]",
    ),
    negatives=("parcel 476130982", "being 47 today", "2024-1234567"),
)  # fmt: skip
