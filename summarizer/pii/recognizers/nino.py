"""UK National Insurance numbers: two letters, six digits, one of A to D.

Source: HMRC, National Insurance Manual NIM39110 (letters and prefixes that are never issued).
"""

from summarizer.pii.recognizers.labelled import NEAR
from summarizer.pii.recognizing import Pattern, PatternRecognizer

__all__ = ["NINO"]

_NEVER_IN_PREFIX = frozenset("DFIQUV")
_NEVER_ISSUED = frozenset({"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"})
_SEP = r"[^a-z0-9]{0,3}"
_DIGITS = rf"[a-z]{{2}}{_SEP}[0-9]{{2}}{_SEP}[0-9]{{2}}{_SEP}[0-9]{{2}}"


def _prefix_is_issued(value: str) -> bool | None:
    prefix = value[:2].upper()
    if prefix == "QQ":
        # Never issued, and so the prefix of examples.
        return None
    refuted = _NEVER_IN_PREFIX & set(prefix) or prefix[1] == "O" or prefix in _NEVER_ISSUED
    return False if refuted else None


NINO = PatternRecognizer(
    name="nino",
    entity="UK_NINO",
    patterns=(
        Pattern("form", rf"\b({_DIGITS}{_SEP}[a-d])\b", 0.6, 0.95),
        Pattern(
            "labelled",
            rf"(?:\bnino|\bni\b|national insurance|\bn\.i\.){NEAR}\b({_DIGITS}(?:{_SEP}[a-d])?)\b",
            0.9,
        ),
    ),
    context=("nino", "ni", r"n\.i\.", r"nat(?:ional)? ins(?:urance)?(?: numbers?| no)?", "hmrc"),
    check=_prefix_is_issued,
    examples=(
        "NI [[AB 12 34 56 C]] given for ISA",
        "nino [[ab123456c]] for the lisa",
        "[[JG 10 37 59 A]]",
        "my national insurance number is [[QQ 12 34 56 C]]",
        "NI no: [[AB123456]]",
    ),
    negatives=("flight BA 12 34 56", "model AB123456X"),
)
