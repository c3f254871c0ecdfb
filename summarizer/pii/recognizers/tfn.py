"""Australian tax file numbers: eight or nine digits with a weighted check modulo 11.

Source: Australian Taxation Office, Tax file number declaration specification, TFN algorithm.
"""

from summarizer.pii.recognizing import Pattern, PatternRecognizer

__all__ = ["TFN"]

_WEIGHTS_9 = (1, 4, 3, 7, 5, 8, 6, 9, 10)
_WEIGHTS_8 = (10, 7, 8, 4, 6, 3, 5, 1)
_SEP = r"[^a-z0-9]{0,3}"
_VALUE = rf"([0-9]{{3}}{_SEP}[0-9]{{3}}{_SEP}[0-9]{{2,3}})(?:[^0-9]|$)"


def _checks(value: str) -> bool | None:
    digits = [int(character) for character in value if character.isdigit()]
    weights = _WEIGHTS_9 if len(digits) == len(_WEIGHTS_9) else _WEIGHTS_8
    if len(digits) != len(weights):
        return False
    total = sum(weight * digit for weight, digit in zip(weights, digits, strict=True))
    return None if total % 11 == 0 else False


TFN = PatternRecognizer(
    name="tfn",
    entity="AU_TFN",
    patterns=(
        Pattern("form", rf"\b{_VALUE}", 0.0),
        Pattern(
            "labelled",
            rf"(?:tfn|tax file (?:number|no))[^0-9]{{0,80}}?([0-9](?:{_SEP}[0-9])"
            rf"{{7,8}})(?:[^0-9]|$)",
            0.9,
            0.95,
        ),
    ),
    context=("tfns?", r"tax file(?: numbers?| no| num)?"),
    check=_checks,
    window=(80, 15),
    examples=(
        "need me tax file number put on: [[486 221 305]] otherwise",
        "CB/TFN[[876543210]]/cust",
        "tfn [[123 456 789]] does not check",
        "Could I have your TFN? ⏎ [[123456782]]",
    ),
    negatives=("parcel 123456782", "my tax refund of 300", "call 0491 570 156"),
)
