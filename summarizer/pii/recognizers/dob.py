"""Dates of birth: a date in any form, only beside words that say so.

Other dates are not personal. Source of the forms: Unicode CLDR date patterns of en, de, fr, es,
it, pl and nl; ISO 8601.
"""

# A pattern reads best on one line.
# ruff: noqa: E501

import re

from summarizer.pii.recognizers.labelled import StrictRecognizer
from summarizer.pii.recognizing import Pattern

__all__ = ["DOB"]

_MONTH = (
    r"(?:jan|feb|fév|mar|mär|apr|avr|abr|may|mai|jun|juin|jul|"
    r"juil|aug|aoû|ago|sep|oct|okt|nov|dec|déc|dez|dic|"
    r"ene|mag|giu|lug|set|ott|gen|maj|mei|mrt)[a-zéûäü]{0,7}\.?"
)
_DAY = r"[0-3]?[0-9](?:st|nd|rd|th|er|\.|º)?"
_YEAR = r"(?:'?[0-9]{2}|(?:18|19|20)[0-9]{2})"
_IN = r"[ ,./-]{0,3}"
_ORDINAL = (
    r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|"
    r"ninth|tenth|eleventh|twelfth|thirteenth|"
    r"fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth|"
    r"(?:twenty|thirty)[ -](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth))"
)
_SPOKEN_YEAR = (
    r"(?:(?:(?:twen|thir|for|fif|six|seven|eigh|nine)ty[ -](?:one|two|three|four|five|six|seven|eight|nine)|nineteen|twenty|two thousand)(?:[ -](?:and[ -])?(?:hundred|"
    r"oh|[a-z]{2,5}teen|[a-z]{3,6}ty|ten|eleven|twelve|one|two|"
    r"three|four|five|six|seven|eight|nine)){0,3})"
)
_DATE = (
    rf"(?:[0-9]{{4}}[ ]?[-/._|][ ]?[0-9]{{1,2}}[ ]?[-/._|][ ]?[0-9]{{1,2}}"
    rf"|[0-9]{{1,2}}[ ]?[-/._|*: ][ ]?[0-9]{{1,2}}[ ]?[-/._|*: ][ ]?(?:[0-9]{{4}}|'?[0-9]{{2}})"
    rf"|{_DAY}(?:[ ]of)?(?:[ ]the)?{_IN}{_MONTH}(?:[ ]?(?:of|de|del)[ ])?(?:{_IN}{_YEAR})?"
    rf"|{_MONTH}{_IN}{_DAY}(?:{_IN}{_YEAR})?"
    rf"|{_ORDINAL}(?:[ ]of)?[ ]{_MONTH}(?:,?[ ](?:{_SPOKEN_YEAR}|{_YEAR}))?"
    rf"|{_MONTH}[ ](?:the[ ])?{_ORDINAL}(?:,?[ ](?:{_SPOKEN_YEAR}|{_YEAR}))?"
    r"|(?:19|20)[0-9]{6}|[0-9]{6}|[0-3][0-9][01][0-9](?:19|20)[0-9]{2})"
)
_LONG_AGO = (
    r"(?:[0-3]?[0-9][-./][0-3]?[0-9][-./]19[2-8][0-9]|19[2-8][0-9]-[01][0-9]-[0-3][0-9]"
    rf"|[0-3]?[0-9](?:st|nd|rd|th|er|\.)?(?: of| de)? {_MONTH}(?: de)?,? 19[2-8][0-9]"
    rf"|{_MONTH} [0-3]?[0-9](?:st|nd|rd|th)?,? 19[2-8][0-9])"
)
_LABEL = (
    r"(?:\bd[./ ]?o[./ ]?b\b\.?|dob|\bdate[ _]?of[ _]?birth|"
    r"\bbirth[ _-]?da(?:te|y)s?|\bborn|\bbday|\bb-day|\bbirth "
    r"dt|"
    r"\bgeboren|\bgeburts(?:datum|tag)|\bgeb\.|\bnée? le|\bdate de naissance|\bfecha de nacimiento|"
    r"\bnacid[oa]|\bnat[oa] il|\bdata di nascita|\burodzon[ya]|\bgeboortedatum|\bnaissance"
    r"|\bdata de nascimento|\bnascid[oa]|\bdata urodzenia|\bfödd?|\bfødselsdato|\bfødt"
    r"|\bdoğum tarihi|\btanggal lahir|\btgl lahir|\bngày sinh|जन्म(?: ?तिथि| ?तारीख)?|জন্ম"
    r"|дата рождения|родил(?:ся|ась)|生年月日|出生)"
)
_GAP = r"[^0-9]{0,45}?"
_GAP_TO_WORD = r"[^0-9]{0,20}?"


def _is_whole(text: str, start: int, end: int) -> bool:
    """Refuse the beginning of something longer: an amount, a phone number."""
    if start and text[start - 1] in "$£€₹":
        return False
    rest = text[end : end + 3]
    return re.match(r"[-./,]?\d", rest) is None or re.match(r"[,.] ", rest) is not None


DOB = StrictRecognizer(
    name="dob",
    entity="DATE_OF_BIRTH",
    patterns=(
        Pattern("labelled", rf"{_LABEL}{_GAP}(?:\b)({_DATE})(?:\b|$|[^a-z0-9])", 0.95),
        Pattern("glued", rf"dob[:._-]?({_DATE})(?:$|[^0-9])", 0.9),
        Pattern(
            "spoken",
            rf"{_LABEL}{_GAP_TO_WORD}\b({_ORDINAL}(?:[ ]of)?[ ]{_MONTH}(?:,?[ "
            rf"](?:{_SPOKEN_YEAR}|{_YEAR}))?)\b",
            0.95,
        ),
        Pattern(
            "before",
            rf"\b({_DATE})[ ]?[-,(:]{{0,3}}[ ]?(?:\(?(?:is|as|being)?[ "
            r"]?(?:my|his|her|the|their)?[ ]?(?:dob|d\.o\.b|date of "
            r"birth|birthday|bday))\b",
            0.9,
        ),
        Pattern(
            "year",
            r"(?:\byob|\byear of birth|\bborn in|\bborn)[^a-z0-9]{0,4}(?:is[ "
            r"])?((?:18|19|20)[0-9]{2})\b",
            0.8,
        ),
        # A year long ago tells of a life, not of a payment.
        Pattern("long_ago", rf"(?:^|[^a-z0-9])({_LONG_AGO})(?:[^a-z0-9]|$)", 0.5),
        Pattern(
            "holiday",
            r"\bborn(?: on)? ((?-i:[A-Z])[a-z']{2,12}(?: (?-i:[A-Z])[a-z]{2,9})? (?:day|eve),? (?:of )?"
            r"(?:19|20)[0-9]{2})\b",
            0.9,
        ),
    ),
    question=r"\b(?:dob|d\.o\.b|date of birth|birth ?da(?:te|y)|born|"
    r"bday|geburtsdatum|naissance|geboortedatum|fecha de nacimiento|data di nascita|data de "
    r"nascimento|urodzenia|födelsedatum|fødselsdato|tanggal lahir|doğum tarihi)\b",
    answer=rf"(?s:^.{{0,70}}?)(?:^|[^0-9a-z/.-])({_DATE})(?:[^0-9a-z]|$)",
    needs="letter",
    accepts=_is_whole,
    examples=(
        "dob: [[08/30/1996]]\nssn",
        "bday [[jan 5 2001]] im at",
        "born [[3rd of March 1938]]. I have",
        '"dob": "[[1990-07-22]]"',
        "ssn:536904399,dob:[[19810723]],vrfd",
        "DOB [[14th Feb '79]], Irish",
        "Geboren bin ich am [[09.08.1957]] in Bad Ems",
        "geboren am [[2. Mai 1931]] in",
        "né le [[1er juillet 1988]] à",
        "date of birth is the [[fourteenth of march nineteen fifty two]] and i",
        "Date of birth? ⏎ [[3 22 88]] can we hurry",
        "What's your DOB? ⏎ First one: 614720852. Second: [[April 1st, 1936]], and",
        "year of birth [[1985]]",
        "[[4 March 1985]] is my date of birth",
        "My grandfather Ichiro ([[5/5/1929]]) passed in January",
        "Mag ik uw geboortedatum? ⏎ [[17-6-2001]]",
        "alive, born [[Anzac Day 1943]]. Dulcie",
    ),
    negatives=(
        "I paid on 12/03/2024 and again on 4 May 2024",
        "the card expires 04/28",
        "What date was the payment? ⏎ 12/03/2024",
        "due on the fourteenth of march",
        "stubborn since 12/03/2024",
    ),
)
