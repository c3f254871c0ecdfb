"""User names: handles with `@`, names after their words, and handles that speak in a chat."""

# A pattern reads best on one line.
# ruff: noqa: E501

import re

from summarizer.pii.common import common_words
from summarizer.pii.recognizers.labelled import LINK, StrictRecognizer
from summarizer.pii.recognizing import Pattern

__all__ = ["USERNAME"]

_HANDLE = r"[a-z0-9_][a-z0-9._-]{1,30}[a-z0-9_]"
_NOT_A_NAME = frozenset({
    "username", "userid", "login", "password", "pw", "pwd", "email", "error", "locked", "failed",
    "denied",
    "id", "name", "page", "screen", "forgot", "asap", "pls", "plz", "idk", "lol", "doesnt", "didnt",
    "dont", "wont", "isnt", "cant", "wasnt", "bcos", "cos", "cuz", "thx", "info",
    "details", "attempts",
})  # fmt: skip
_OF_A_HANDLE = re.compile(r"[a-z].*[._\d]|[._\d].*[a-z]", re.IGNORECASE)


def _is_handle(text: str, start: int, end: int) -> bool:
    value = text[start:end]
    if value.startswith("@"):
        return any(character.isalpha() for character in value)
    if re.fullmatch(r"[\d.:_-]+|\d+(?:am|pm|st|nd|rd|th)", value, re.IGNORECASE):
        return False
    if text[end : end + 1] == "@" or value.startswith("_"):
        return False
    folded = value.casefold()
    if _OF_A_HANDLE.search(value) and not re.fullmatch(r"[a-z]+\.[a-z]{2,}", folded):
        return True
    parts = folded.replace(".", " ").split()
    return not any(part in common_words() or part in _NOT_A_NAME for part in parts)


USERNAME = StrictRecognizer(
    name="username",
    entity="USERNAME",
    patterns=(
        Pattern(
            "at",
            r"(?:^|[\s(,:;\"'>])(@[a-z0-9_][a-z0-9_.]{1,28}[a-z0-9_])"
            r"(?:[^a-z0-9@]|$)",
            0.5,
            0.9,
        ),
        Pattern(
            "labelled",
            r"(?:\b(?:online[ ](?:banking[ ])?)?user[ _-]?(?:names?|"
            r"id)|\busr|\buid|\bopid|\blog[- ]?in (?:name|id)|\bhandle|"
            rf"\bscreen ?name){LINK}({_HANDLE})\b",
            0.8,
        ),
        # A payment handle of the UPI, or a user of a directory: no top-level domain.
        Pattern(
            "handle",
            rf"\b(?:vpa|upi(?: id| handle)?|user(?:name)?|login|by|operator)(?:\"? ?[:=] ?\"?|{LINK})"
            r"([a-z0-9][a-z0-9._-]{1,40}@[a-z][a-z0-9-]{1,24})(?:[^a-z0-9.@-]|\.?\s|\.?$)",
            0.85,
        ),
        Pattern(
            "login",
            r"\b(?:user|login|logs? in as|logged in (?:from \w{2,10} "
            r")?as|signed in as)[ ]?(?:is|=|:|\"[ ]?:[ ]?\")?[ ]{0,2}([a-z0-9][a-z0-9-]{0,20}"
            r"[._0-9][a-z0-9._-]{0,20}[a-z0-9_])\b",
            0.0,
            0.8,
        ),
        Pattern(
            "speaks",
            r"(?m:^)[ ]{0,3}(?:\[[0-9: apm]{3,11}\] ?)?([a-z0-9][a-z0-9]{0,20}[._](?:[a-z0"
            r"-9._]{0,12}[a-z0-9])?)(?:: | has joined| joined| left)",
            0.6,
        ),
        Pattern("joined_year", r"\b([a-z]{2,20}(?:_[a-z]{1,20})?_[0-9]{2,4})\b", 0.0, 0.8),
        Pattern("joined", r"\b([a-z]{3,20}_[a-z]{3,20}[0-9]{1,4})\b", 0.4),
    ),
    context=(
        "user",
        "login",
        "handle",
        "logs in",
        "log in as",
        "logged in",
        "signed in",
        "sign in",
        "user ?names?",
        "uid",
        "logs? in as",
        "logged in from \\w+ as",
        "twitter",
        "insta(?:gram)?",
        "telegram",
        "cash ?app",
        "venmo",
    ),
    window=(60, 30),
    needs="letter",
    accepts=_is_handle,
    question=r"\b(?:user ?name|user ?id|login|log-?in name|handle)\b",
    answer=rf"^\W{{0,4}}(?:(?:its?|it's|it is|sure|yes|ok|my user ?name "
    rf"is|think its?)[ ,:]+){{0,2}}({_HANDLE})\s{{0,3}}(?:[.,!?;\n]|"
    r"$|i think)",
    examples=(
        "my online banking user name ([[iwu.pet88]]), and",
        "user is [[dpett_nyc]]",
        "Handle: [[@yoni_stacks]]",
        "INFO auth user=[[gracehill.77]] result=OK",
        "What's your username? ⏎ [[sk8rnath]]",
        "[[xX_dmarrow_Xx]]: yo my card got eaten",
        'login:[[sunnyjo1972]]"pw',
        "my username is [[tbakare]] and",
        "username on the app is [[lou_fern_88]] if that helps",
        "used [[kit_1987]] to sign in then it stopped",
        "my vpa [[farhan.q@examplebank]] is showing",
        '{"user":"[[k.stavrou@payroll]]","ip"',
    ),
    negatives=(
        "my username is not working",
        "username or password",
        "login failed again",
        "see form tax_2024 for the fee",
        "the user was logged out",
        "mail me at a.b@example.com",
        "9:30 and 10.15: done",
        "we met @ 5pm",
    ),
)
