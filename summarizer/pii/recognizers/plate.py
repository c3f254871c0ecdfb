"""Vehicle registration plates: the British form, others beside their words.

Source: DVLA, INF104 (two letters, two digits, three letters since 2001).
"""

# A pattern reads best on one line.
# ruff: noqa: E501

import re

from summarizer.pii.recognizers.labelled import ANSWER, LINK, StrictRecognizer
from summarizer.pii.recognizing import Pattern

__all__ = ["PLATE"]

_LABEL = (
    r"\b(?:reg(?:n|istration)?(?:[ ]?(?:of the (?:vehicle|car)"
    r"|plate|mark))?|(?:number|licen[cs]e|index|temp)?[ ]?plate|"
    r"(?:temp )?tag|kz|kfz|kennzeichen|matr[ií]cula|immatriculation|targa|rego)\b"
)
_DATED = re.compile(
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* "
    r"?(?:19|20)\d\d|^(?:on|in|by|of|at|to) ",
    re.IGNORECASE,
)
_LEAST = 5
_LEAST_DIGITS = 2


def _is_plate(text: str, start: int, end: int) -> bool:
    value = text[start:end]
    letters = sum(map(str.isalpha, value))
    digits = sum(map(str.isdigit, value))
    if _DATED.search(value):
        return False
    return letters >= 1 and digits >= _LEAST_DIGITS and letters + digits >= _LEAST


PLATE = StrictRecognizer(
    name="plate",
    entity="VEHICLE_PLATE",
    patterns=(
        Pattern("uk_capitals", r"\b((?-i:[A-HJ-PR-Y][A-Z][0-9]{2} ?[A-HJ-PR-Z]{3}))\b", 0.45, 0.9),
        Pattern("uk", r"\b([a-hj-pr-y][a-z][0-9]{2}[ ]?[a-hj-pr-z]{3})\b", 0.0, 0.85),
        Pattern("india", r"\b([a-z]{2}[ -]?[0-9]{1,2}[ -]?[a-z]{1,3}[ -]?[0-9]{4})\b", 0.0, 0.85),
        Pattern("california", r"\b([0-9][a-z]{3}[0-9]{3})\b", 0.0, 0.8),
        Pattern(
            "capitals",
            rf"{_LABEL}{LINK}((?-i:[A-Z]{{1,3}}[- ]?[A-Z]{{0,2}}[ -]?[0-9]{{2,6}}(?:[ "
            rf"-]?[A-Z]{{1,3}})?|[0-9]{{1,4}}[- ]?[A-Z]{{1,3}}(?:[- ]?[0-9]{{1,4}})"
            r"?))\b",
            0.85,
        ),
        Pattern(
            "compact",
            rf"{_LABEL}{LINK}([a-z]{{1,3}}-?[0-9]{{2,4}}-?[a-z]{{0,3}}|"
            rf"[0-9]{{1,3}}-?[a-z]{{2,3}}-?[0-9]{{0,4}})\b",
            0.8,
        ),
    ),
    context=(
        "reg",
        "regn",
        r"registration(?: no| number)?",
        "rego",
        r"(?:number|licen[cs]e)? ?plate",
        "tag",
        "cars?",
        "vehicle",
        "van",
        "log ?book",
        "v5c?",
        "gaadi",
        "fastag",
        "motor",
        "corsa",
        "skoda",
        "bmw",
        "audi",
        "ford",
        "golf",
        "vw",
        "toyota",
        "parking",
        "dvla",
        "auto",
    ),
    window=(60, 30),
    accepts=_is_plate,
    question=r"\brego\b|\bregistration\b|\b(?:number|licen[cs]e) ?plate|\bkennzeichen\b|\bplate number",
    answer=rf"{ANSWER}\b([a-z0-9]{{1,4}}[ -]?[a-z0-9]{{1,4}}(?:[ -]?[a-z0-9]{{1,4}})?)\b",
    examples=(
        "car finance dd for the corsa [[lk19 xpd]] bounced",
        "fastag recharge kiya gaadi [[ka 05 mj 4412]] ka",
        "plate [[HXK 204]], bal",
        "Reg of the vehicle? [[AB70 XTL]]\nQ4",
        "Temp tag [[T884093]] became [[8LKV552]]. DL",
        "Kz. [[M-KV 2207]]. Returned",
        "the vehicle with tag [[417 BQX]]. Someone",
        "What's the rego? ⏎ [[1ZX9QP]]",
    ),
    negatives=(
        "the plate broke in 2024",
        "price tag of 20 pounds",
        "registration on 12 May 2024",
        "postcode AB12 3CD",
    ),
)
