"""Passport numbers, beside a word for passport in several languages.

Source: ICAO Doc 9303 part 4 (up to nine characters, letters and digits).
"""

from summarizer.pii.recognizers.labelled import ANSWER, LINK, StrictRecognizer
from summarizer.pii.recognizing import Pattern

__all__ = ["PASSPORT"]

_LABEL = (
    r"(?:passports?|\bppt|reisepass\w{0,2}|\bpass(?:-?nr|nummer)|"
    r"\bnummer (?:des|meines|ihres) (?:neuen |alten )?passes|passeport|paszport\w{0,2}|"
    r"pasaporte|passaporto|passaporte|paspoort|паспорт)"
)
_VALUE = r"[a-z]{0,3}[0-9][a-z0-9]{4,9}"

PASSPORT = StrictRecognizer(
    name="passport",
    entity="PASSPORT",
    patterns=(
        Pattern("labelled", rf"{_LABEL}[^0-9]{{0,40}}?\b({_VALUE})\b", 0.9),
        Pattern(
            "spaced",
            rf"{_LABEL}{LINK}([a-z]{{0,2}}[ ]?[0-9]{{2,3}}[ -][0-9]{{3}}[ -][0-9]{{2,4}})\b",
            0.9,
        ),
        Pattern("near", r"\b([a-z]{1,2}[0-9]{7,8}|[0-9]{2}[a-z]{2}[0-9]{5})\b", 0.0, 0.8),
    ),
    context=(
        r"passports?(?: numbers?| no| book)?",
        "ppt",
        "reisepass\\w*",
        "passeport",
        "paszport\\w*",
        "pasaporte",
        "paspoort",
        "passaporto",
    ),
    window=(100, 15),
    question=_LABEL,
    answer=rf"{ANSWER}\b({_VALUE})\b",
    examples=(
        "passport [[M4820193]] is valid upto 2031",
        "passeport n° [[09AE12345]], né le",
        "on my old passport, [[548820917]]. I have",
        "my old passport is lost; the new book is [[A04471883]]. Please",
        "Passport number? ⏎ its [[PX4410927]]",
        "Passport: [[533 380 006]]",
        "die Nummer des alten Passes lautet [[C3JK41T92]]",
    ),
    negatives=(
        "my passport expires in 2031",
        "passport fee 82.50 paid on 12/03/2024",
        "parcel M4820193",
    ),
)
