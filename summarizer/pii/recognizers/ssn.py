"""US Social Security numbers, and their last four digits beside words that say so.

Source: Social Security Administration, POMS RM 10201.035 (no area 000, 666 or 900-999, no
group 00, no serial 0000).
"""

# A pattern reads best on one line.

from summarizer.pii.recognizers.labelled import ANSWER, LINK, NEAR, StrictRecognizer
from summarizer.pii.recognizing import Pattern, PatternRecognizer

__all__ = ["SSN", "SSN_LAST4"]

_LABEL = (
    r"(?:\bsocial(?:[ _-]?sec(?:urity)?)?(?:[ _]?(?:number|num|no\b|#))?|\bsoc(?:[ .]?sec)?\b|ssn|"
    r"\bss ?#|\bss ?(?:no|num|number)\b|\btin\b|\bs\.s\.n?\.?|\bseguro social\b)"
)
_SEP = r"[^a-z0-9]{0,3}"
_WHOSE = r"(?:[ ]?(?:of|on|for|from|digits?|my|your|ur|his|her|their|the|is|are)[ ]){0,4}[ ]?"


def _could_be_issued(value: str) -> bool | None:
    digits = "".join(character for character in value if character.isdigit())
    refuted = digits[:3] in {"000", "666"} or digits[0] == "9"
    refuted = refuted or digits[3:5] == "00" or digits[5:] == "0000"
    return False if refuted else None


SSN = PatternRecognizer(
    name="ssn",
    entity="US_SSN",
    patterns=(
        Pattern("dashed", r"\b([0-9]{3}[ ]?-[ ]?[0-9]{2}[ ]?-[ ]?[0-9]{4})\b", 0.6, 0.95),
        Pattern("spaced", r"\b([0-9]{3}[ ]{1,3}[0-9]{2}[ ]{1,3}[0-9]{4})\b", 0.4),
        Pattern("separated", r"\b([0-9]{3}[._/:~*|][0-9]{2}[._/:~*|][0-9]{4})\b", 0.4),
        Pattern("labelled", rf"{_LABEL}{NEAR}([0-9](?:{_SEP}[0-9]){{8}})(?:[^0-9]|$)", 0.95),
        # The rest follows in the next message.
        Pattern(
            "begun",
            rf"{_LABEL}{_WHOSE}[: ]{{0,2}}\b([0-9]{{3}}[- ][0-9]{{2}})(?:[ -]*$|[ ]+[a-z])",
            0.8,
        ),
        Pattern("miscounted", r"\b([0-9]{3}-[0-9]{2,3}-[0-9]{3,5})\b", 0.0, 0.6),
        Pattern("bare", r"\b([0-9]{9})\b", 0.0),
    ),
    context=(
        r"ssns?",
        r"social(?: security)?(?: numbers?| no| num)?",
        r"soc(?: sec)?",
        "ss",
        "tin",
        "taxpayer",
        r"social_security\w*",
    ),
    check=_could_be_issued,
    window=(60, 15),
    examples=(
        "my social is [[536-90-4399]] thanks",
        "SSN ................ [[536 90 4399]]",
        "ssn:[[536904399]],vrfd",
        "[[219-45-6789]]",
        "the reader says SSN [[000-12-3486]]",
        "what is your social? ⏎ its [[536904399]]",
        "ssn[[536904399]]call 2125550187",
        "social is [[536-90]] and then",
        "SSN as [[536-90-439]], one digit short",
    ),
    negatives=(
        "call 312-555-0143 today",
        "parcel 123456789 is late",
        "paid on 12-03-2024",
        "I saw it on social media on 04/05",
    ),
)

SSN_LAST4 = StrictRecognizer(
    name="ssn_last4",
    entity="US_SSN_LAST4",
    patterns=(
        Pattern(
            "last_four",
            rf"(?:last|final)[ ]?(?:4|four)\b{_WHOSE}(?:social\b|ssn|"
            rf"soc\b|ss\b|ss#)[^0-9\n]{{0,40}}?\b([0-9]{{4}})\b",
            0.9,
        ),
        Pattern(
            "ends",
            rf"{_LABEL}[^0-9\n]{{0,20}}(?:ends?|ending|last[ ]?(?:4|four)"
            rf")(?:[ ](?:in|with|digits?)){{0,2}}{LINK}([0-9]{{4}})\b",
            0.9,
        ),
        Pattern("masked", r"[*x#•●]{3}[- ]?[*x#•●]{2}[- ]?([0-9]{4})\b", 0.7),
    ),
    question=(
        r"(?:last|final) ?(?:4|four)\b[^.?!\n]{0,25}\b(?:social|ssn|soc|ss)\b"
        r"|(?:social|ssn|soc|ss)\b[^.?!\n]{0,25}\b(?:last ?(?:4|four)|ends?|ending)"
        r"|(?:social|ssn)\b[^.?!\n]{0,20}[0-9]{3}[- ][0-9]{2}\b[^0-9]{0,12}$"
    ),
    answer=rf"{ANSWER}\b([0-9]{{4}})\b",
    examples=(
        "last 4 ss [[0093]] bday jan 5",
        "The last four of my Social are [[4399]] if you need it",
        "ssn ends [[0262]]",
        "ssn=***-**-[[6108]]",
        "What are the last four of your social? ⏎ [[4821]]",
        "last4 of the SSN: [[7730]]",
        "social is 536-90 and then ⏎ [[3719]] that's the last four",
    ),
    negatives=(
        "last four of my card are 4821",
        "it happened in 2024",
        "What are the last four of your card? ⏎ 4821",
    ),
)
