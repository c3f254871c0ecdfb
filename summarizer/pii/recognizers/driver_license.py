"""Driving licence numbers: the British form, others beside their words.

Source: DVLA, INF45 (five characters of the surname, six digits, two initials, one digit, two
check letters); elsewhere the forms differ by state.
"""

from summarizer.pii.recognizers.labelled import ANSWER, LINK, StrictRecognizer
from summarizer.pii.recognizing import Pattern

__all__ = ["DRIVER_LICENSE"]

_LABEL = (
    r"(?:\b(?:driv(?:er|ing)'?s?'? )?licen[cs]e|\bdr?vr?s? ?lic|"
    r"\bdl\b|\bd/l\b|permis(?: de conduire)?|"
    r"führerschein\w{0,8}|carnet de conducir|patente)"
)
_VALUE = r"[a-z]{0,5}[0-9][a-z0-9]{3,15}(?:-[a-z0-9]{3,6}){0,3}"
_LEAST = 6


def _is_long_enough(text: str, start: int, end: int) -> bool:
    return sum(character.isalnum() for character in text[start:end]) >= _LEAST


DRIVER_LICENSE = StrictRecognizer(
    name="driver_license",
    entity="DRIVER_LICENSE",
    patterns=(
        Pattern("uk", r"\b([a-z]{1,5}9{0,4}[ ]?[0-9]{6}[ ]?[a-z9]{2}[ ]?[0-9][a-z]{2})\b", 0.6),
        Pattern(
            "labelled",
            rf"{_LABEL}{LINK}\b({_VALUE}|[a-z]?[0-9]{{3}}(?:[ -][0-9]{{3,5}})"
            rf"{{2,4}})\b",
            0.85,
        ),
        Pattern("short", rf"{_LABEL}{LINK}\b([a-z][0-9]{{2,4}}(?:-[0-9]{{3,6}}){{1,4}})\b", 0.85),
        Pattern("near", r"\b([a-z][0-9]{7,12}|[a-z][0-9]{3,4}(?:-[0-9]{4,5}){2})\b", 0.0, 0.7),
    ),
    context=(
        r"driv(?:er|ing)'?s?'? licen[cs]e(?: numbers?| no)?",
        "licen[cs]e",
        "dl",
        "driving permit",
        "dmv",
        "dvla",
    ),
    window=(45, 15),
    accepts=_is_long_enough,
    question=_LABEL,
    answer=rf"{ANSWER}\b({_VALUE})\b",
    examples=(
        "uploaded my licence [[OKAFO812049CE9KD]] three times",
        "Driver license no. [[RT448120]].",
        "Driver's licence is [[S4417-09218-60522]]. Thanks",
        "DL [[Y4471902]] (CA)",
        "licence [[18473920]] nsw",
        "Asked for DL instead, [[T418-9027-6635]].",
        "Line 5 says [[KOWAL657123HR9KX]]",
    ),
    negatives=(
        "the software licence costs 120 a year",
        "my licence expired in 2019",
        "order RT448120",
    ),
)
