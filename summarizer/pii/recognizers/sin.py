"""Canadian Social Insurance numbers: nine digits, the last by Luhn.

Source: Employment and Social Development Canada, The Social Insurance Number Code of Practice.
"""

from summarizer.pii.recognizers.card import luhn
from summarizer.pii.recognizers.labelled import NEAR
from summarizer.pii.recognizing import Pattern, PatternRecognizer

__all__ = ["SIN"]

_SEP = r"[^a-z0-9]{0,3}"


def _checks(value: str) -> bool | None:
    digits = "".join(character for character in value if character.isdigit())
    return None if luhn(digits) and digits[0] != "0" else False


SIN = PatternRecognizer(
    name="sin",
    entity="CA_SIN",
    patterns=(
        Pattern("dashed", r"\b([0-9]{3}-[0-9]{3}-[0-9]{3})\b", 0.4),
        Pattern("separated", rf"\b([0-9]{{3}}{_SEP}[0-9]{{3}}{_SEP}[0-9]{{3}})\b", 0.0),
        Pattern(
            "labelled",
            rf"(?:\bsin\b|social insurance|\bnas\b)(?:[^0-9]{{0,6}}9[ "
            rf"-]digits?)?{NEAR}([0-9](?:{_SEP}[0-9]){{8}})\b",
            0.9,
        ),
    ),
    context=(
        "sins?",
        "s\\.i\\.n",
        r"social insurance(?: numbers?| no| num)?",
        "nas",
        "assurance sociale",
    ),
    check=_checks,
    window=(80, 15),
    examples=(
        "my SIN is [[130-692-544]] n i moved",
        "Social insurance no.: [[046 454 286]]",
        "Could you give me your SIN? ⏎ is it safe here?? ok.. [[046454286]]",
        "[[130-692-544]]",
        "SIN: [[046 454 287]] does not check",
    ),
    negatives=("parcel 130692544", "123-456-789", "amount 130 692 544"),
)
