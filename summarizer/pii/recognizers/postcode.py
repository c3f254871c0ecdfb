"""Postcodes that stand alone: UK, Canada, Ireland by their form, others beside a cue.

Sources: Royal Mail PAF (areas and letters), Canada Post addressing guidelines, Eircode
specification, USPS Publication 28, UPU S42 country sheets.
"""

# A pattern or a list of words reads best on one line.
# ruff: noqa: E501

from summarizer.pii.recognizers.address_shapes import CANADIAN, EIRCODE, UK
from summarizer.pii.recognizing import Pattern, PatternRecognizer

__all__ = ["POSTCODE"]

_CUE = (
    r"\b(?:zip(?:[ _-]?code)?(?:[ ]?\+[ ]?4)?|post(?:al)?[ _-]?code|pcode|pincode|pin code|plz|postleitzahl"
    r"|c[óo]digo postal|code postal|kod pocztowy|cap|eircode|postcode)(?: for [a-z ]{1,20})?"
    r"(?:[\"']?[ ]?[:=#]|'s| is| was| of| to| on file(?: is)?|,)?[ ]{0,4}(?:now |is |it's )?[\"']?"
)
_ANY = (
    r"(?:[a-z]{1,2}-)?[0-9]{4}[ ]?[a-z]{2}\b|[0-9]{5}-[0-9]{3,4}|[0-9]{4}-[0-9]{3}|[0-9]{2}-[0-9]{3}"
    r"|[0-9]{3}[ ][0-9]{2,3}|[0-9]{3,6}"
)
_DIGIT = r"(?:zero|oh|nought|one|two|three|four|five|six|seven|eight|nine|double \w)"

POSTCODE = PatternRecognizer(
    name="postcode",
    entity="POSTCODE",
    patterns=(
        Pattern("uk", rf"\b({UK.replace('{0,2}', '{1,2}')})\b", 0.7),
        Pattern("uk_joined", rf"\b({UK.replace('[ ]{0,2}', '')})\b", 0.0),
        # A form whose fields were glued together.
        Pattern("uk_glued", rf"(?:pc|postcode)[:.=]?({UK.replace('[ ]{0,2}', '')})", 0.7),
        Pattern("ca", rf"\b({CANADIAN.replace('[ -]?', '[ -]')})\b", 0.6),
        Pattern("ca_joined", rf"\b({CANADIAN.replace('[ -]?', '')})\b", 0.0),
        Pattern("ie", rf"\b({EIRCODE})\b", 0.0),
        Pattern("cue", rf"{_CUE}({_ANY})(?:$|[^0-9a-z-])", 0.85),
        Pattern(
            "spelled",
            rf"{_CUE}((?:(?:[a-z]|{_DIGIT}),?[ ]){{4,8}}(?:[a-z]|{_DIGIT}))\b",
            0.6,
        ),
        Pattern("answer", rf"^[ ]{{0,4}}(?:it's |its |it is )?({_ANY})[ ]{{0,4}}[.!]?$", 0.0),
    ),
    context=(
        r"zip(?:[ _-]?code)?s?",
        r"post(?:al)?[ _-]?codes?",
        "pcode",
        "pincode",
        "eircode",
        "plz",
        "billing address",
    ),
    needs="letter",
    window=(60, 20),
    examples=(
        "my postcode is [[LS6 2AB]] now",
        "addr9ElmRowpc[[BS34QT]]mob",
        "moved near [[nw3 5qe]] last week",
        "zip [[60614]] on the card",
        "ZIP: [[90210-1234]]",
        "Postal code: [[V6B 4Y8]].",
        "the office at [[M5V 2T6]]",
        "Eircode: [[t12 r5cy]]",
        "postcode [[1016 HR]]",
        "PLZ [[04109]]",
        "Kod pocztowy: [[80-236]]",
        "What is the postcode on the account? ⏎ [[4870]]",
        "post code [[n w three five q e]] thanks",
    ),
    negatives=(
        "I paid 12345 rupees",
        "order 90210 has not come",
        "NINO AB 12 34 56 C",
        "the 1st 2nd and 3rd",
        "my pin code is wrong",
        "please zip the file of 2024",
    ),
)
