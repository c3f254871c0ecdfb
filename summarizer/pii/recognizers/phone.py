"""Telephone numbers: international, national and local forms, with extensions.

Sources: ITU-T E.164 (15 digits at most) and E.123 (notation); the national forms follow the
numbering plans of North America, the UK, Ireland, Australia, India and continental Europe.
Ranges kept for fiction count like any others, so no table of issued ranges is asked.
"""

# A pattern reads best on one line.
# ruff: noqa: E501

import re

from summarizer.pii.recognizers.labelled import ANSWER, LINK, StrictRecognizer
from summarizer.pii.recognizing import Pattern

__all__ = ["PHONE", "PHONE_NEAR_WORDS"]

_EXTENSION = r"(?:[ ,;]{0,3}(?:x|ext\.?|extn\.?|extension|durchwahl|dw\.?|poste|doorkies|anexo|interno|#)[ .:]{0,2}[0-9]{1,6})?"
_SEP = r"[ .\-/()~*_•·\\]"
_LABEL = (
    r"(?:\b(?:tele?phone|phone|fon|fone|mobile|mob[0-9]?|moby|"
    r"cell(?:phone)?|celular|cel|móvil|tel|telefon[eo]?|teléfono|"
    r"handy(?:nummer)?|"
    r"rufnummer|portable|landline|land line|work|home|fax|whats "
    r"?app|viber|msisdn|daytime|evening|hotline|contact|dial|"
    r"dialled|"
    r"call(?:ed)?(?:[ ](?:me|us|back|him|her|them))?(?:[ ](?:back|"
    r"at|on|from)){0,2}|calling(?: from)?|caller id|"
    r"ring(?:[ ](?:me|us|him|her|back))?(?:[ ](?:at|on|back)){0,2}|rang|ringing|rung|phone[dr]?|"
    r"text(?:ed)?(?:[ ](?:me|us|sent))?(?:[ ](?:at|on|to)){0,2}|"
    r"txt(?: me)?(?: on)?|sms|messaged?|reach(?:ed|able)?(?:[ "
    r"](?:me|us))?(?:[ ](?:at|on)){0,2}|joignable au|"
    r"cb|c/b|call ?back|ph|voicemail|vm|direct|switchboard|m|"
    r"t|p|no|number'?s?|num|nummer|reached (?:at|on)|answer(?:s|"
    r"ing)?(?: at| on)?|registered|available on|मोबाइल|মোবাইল|"
    r"телефон|電話|هاتف)\b"
    r"|cb ?#|tel\.|ph\.|phone|mobile|msisdn|tel(?:efon)?:|电话)"
)
_LOOSE = rf"(?:\+{_SEP}{{0,2}}|\(\+?)?[0-9](?:{_SEP}{{0,4}}[0-9]){{6,14}}"
_CURRENCY = frozenset("$£€₹¥")
_MONEY_AFTER = re.compile(
    r"[ ]?(?:[$£€₹¥%]|(?:usd|eur|gbp|cad|aud|inr|dollars?|pounds?|"
    r"euros?|rupees|bucks|quid|points?)\b)"
    r"|[.,]\d{1,2}\b",
    re.IGNORECASE,
)
_MONEY_BEFORE = re.compile(
    r"(?:[$£€₹¥]|\b(?:usd|eur|gbp|cad|aud|inr|rs\.?|amount(?: of)?|balance|total)) ?$",
    re.IGNORECASE,
)
_OTHER_NUMBER = re.compile(
    r"(?:\b(?:cards?|visa|mastercard|amex|account|acct|acc|a/?c|"
    r"sort ?code|sc|s/c|iban|ref(?:erence)?|order|case|"
    r"ticket|policy|claim|ssn|social(?: security)?|sin|tfn|nino|"
    r"passport|aadhaa?r|routing|rtn|aba|invoice|tracking|txn|"
    r"transaction|utr|bsb|imei|customer|member|licen[cs]e|swift|ein|itin|pan)"
    r"(?: (?:no|number|num|code|id|is|ending|in|nr))*[ .:#=\"-]{0,6})$",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"[0-3]?\d([-./ ])[01]?\d\1(?:19|20)?\d\d(?:[ ]\d{1,2}([.:]\d\d?)"
    r"?)?|(?:19|20)\d\d([-./ ])[01]?\d\3[0-3]?\d"
    r"(?:[ ]\d{1,2}(?:[.:]?\d\d)?)?|(?:19|20)\d\d ?[-/] ?(?:19|"
    r"20)\d\d|(?:19|20)\d{2}[01]\d[0-3]\d(?:\d{4,6})?"
    # A Social Security number.
    r"|\d{3}-\d{2}-\d{4}"
)
# ISO 20022: camt.053.001.08
_MESSAGE_TYPE = re.compile(r"\b(?:camt|pain|pacs|acmt|admi)\.$", re.IGNORECASE)
_FEWEST, _MOST = 7, 15
_NEAR_BEFORE = 40
_WHOLE = 10
_PUNCTUATION = ' .:#="-'
_JOINTS = frozenset("-./:_")
_FOLLOWED = re.compile(r"[ ]?[-/]?\d{2}")


def _is_dialable(text: str, start: int, end: int) -> bool:
    """Refuse dates, amounts, parts of longer numbers, and what its label calls otherwise."""
    value = text[start:end]
    number = re.split(r"x|e|#", value, maxsplit=1, flags=re.IGNORECASE)[0]
    digits = sum(map(str.isdigit, number))
    if not _FEWEST <= digits <= _MOST or _DATE.fullmatch(number.strip()):
        return False
    if len(set(filter(str.isdigit, number))) == 1 and digits > _FEWEST:
        return False
    before = text[max(0, start - _NEAR_BEFORE) : start]
    after = text[end : end + 10]
    if not value.startswith(("+", "(")) and _is_part(before, after, digits):
        return False
    if _MONEY_AFTER.match(after) or _MESSAGE_TYPE.search(before):
        return False
    said = before.rstrip(_PUNCTUATION)
    if not said or said[-1].isdigit() or said[-1] in "),;":
        return True
    is_named = not value.startswith("+") and _OTHER_NUMBER.search(before) is not None
    return not is_named and _MONEY_BEFORE.search(before) is None


def _is_part(before: str, after: str, digits: int) -> bool:
    """Say whether more digits belong to the number; whole ones may follow one another."""
    if before[-1:] in _JOINTS and before[-2:-1].isdigit():
        return True
    if after[:1] in _JOINTS and after[1:2].isdigit():
        return after[:1] not in {".", ""}
    return digits < _WHOLE and _FOLLOWED.match(after) is not None


PHONE = StrictRecognizer(
    name="phone",
    entity="PHONE_NUMBER",
    patterns=(
        Pattern(
            "international",
            rf"((?:\+[ ]?|\b00[ -]?)[1-9][0-9]{{0,2}}(?:{_SEP}{{0,3}}[0-9])"
            rf"{{6,12}}{_EXTENSION})\b",
            0.8,
        ),
        Pattern(
            "american",
            rf"((?:\b(?:1|001)[ .-])?(?:\([0-9]{{3}}\)[\s./-]{{0,20}}|"
            rf"\b[0-9]{{3}}[./_\\-]{{1,2}})[0-9]{{3}}[ ]?[ ./_\\-][ ]{{0,2}}\n?[0-9]{{4}}{_EXTENSION})"
            r"\b",
            0.7,
        ),
        Pattern(
            "american_spaced",
            rf"\b([2-9][0-9]{{2}}[ ][0-9]{{3}}[ ][0-9]{{4}}{_EXTENSION})"
            r"\b",
            0.45,
        ),
        # Written the French way: no dash behind the area.
        Pattern(
            "american_dashed",
            rf"\b([2-9][0-9]{{2}}[ ][2-9][0-9]{{2}}-[0-9]{{4}}{_EXTENSION})\b",
            0.6,
        ),
        Pattern(
            "trunk",
            rf"\b(0[1-9][0-9]{{0,3}}(?:[ ./-][0-9]{{2,4}}){{2,4}}{_EXTENSION})"
            r"\b",
            0.5,
        ),
        # German and Austrian numbers are grouped at will.
        Pattern(
            "trunk_uneven", r"\b(0[1-9][0-9]{1,4}[ /-][0-9]{2,6}(?:[ -][0-9]{2,6}){1,2})\b", 0.45
        ),
        Pattern(
            "glued", rf"(?:mob|cell|call|tel|phone|txt|text|cb)[:.#]?({_LOOSE})(?:[^0-9]|$)", 0.8
        ),
        Pattern("trunk_long", rf"\b(0[1-9][0-9]{{2,4}}[ /-][0-9]{{5,8}}{_EXTENSION})\b", 0.5),
        Pattern("mobile", rf"\b(07[0-9]{{9}}|04[0-9]{{8}}{_EXTENSION})\b", 0.5),
        Pattern(
            "area",
            rf"(\(\+?[0-9]{{1,5}}\)[ ]?[0-9]{{2,4}}(?:[ .-]?[0-9]{{2,4}})"
            rf"{{1,3}}{_EXTENSION})\b",
            0.6,
        ),
        Pattern(
            "pairs",
            r"\b([0-9]{2}(?:-[0-9]{2}){3,4}|[0-9]{2}(?:\.[0-9]{2}){3,4}|"
            r"0[1-9](?:[ ][0-9]{2}){4})\b",
            0.4,
        ),
        Pattern("fictional", rf"\b(555[ .-]?[0-9]{{4}}{_EXTENSION})\b", 0.5),
        Pattern("triples", r"\b([1-9][0-9]{2}[ ][0-9]{3}[ ][0-9]{3})\b", 0.4),
        Pattern("extended", r"\b([0-9]{10,11}[ ]?(?:x|ext\.?)[ ]?[0-9]{1,6})\b", 0.6),
        Pattern("labelled", rf"{_LABEL}{LINK}({_LOOSE}{_EXTENSION})(?:[^0-9]|$)", 0.9),
        Pattern(
            "followed",
            rf"\b({_LOOSE})[ -]{{1,2}}(?:office|mobile|mob|cell|home|"
            r"work|fax|landline|tel)\b",
            0.7,
        ),
    ),
    accepts=_is_dialable,
    question=r"\b(?:phone|mobile|cell|telephone|contact number|call you|"
    r"reach you|number to call|call ?back|text you|best number|"
    r"landline)\b",
    answer=rf"{ANSWER}({_LOOSE}{_EXTENSION})(?:[^0-9]|$)",
    examples=(
        "ring [[+44 7700 900123]] please",
        "CB # [[(503) 555-0142]] after 5pm only",
        "[[541-714-1388]]",
        "[[345-899-3560x4587]]",
        "It is [[+41 (0)96 471 07 95]].",
        "mob [[07700 900418]]. LVM",
        "Her number: [[0221 4710 128]]",
        "Vous pouvez m'appeler au [[819 555-0143]].",
        "[[03.93.92.16.85]]",
        "my cell is [[2125550187]]",
        "Quick one: tel.[[2125550187]]or mail",
        "CB#[[0491570110]]/TFN",
        "it was [[555-0143]], I think",
        "call me on [[467 3395]]",
        "txt me on [[0491 - 570 -- 006]] if",
        "Which number can we call you on? ⏎ [[98765 43210]]",
        "Tel [[060 123 4567]] ext",
        "[[(71) 4233-6306]]",
        "Mobil [[0176 040690 22]]",
        "tagsüber unter [[030 23125 418]], abends",
        "WBmob[[07700900316]]new cd",
        "mon téléphone le [[613-555-\n0177]]. J'attends",
        "CB to [[646\\555\\0119]] b4 noon",
    ),
    negatives=(
        "paid on 12-03-2024 and 04.05.2024",
        "card 4111 1111 1111 1111",
        "sort code 20-20-15 account 55779911",
        "amount 100 000 000 EUR",
        "$1 234 567.00",
        "reference 1234567890",
        "called on 12/03/2024",
        "I rang 4 times, waited 47 minutes",
        "ISBN 978-3-16-148410-0",
        "you send camt.053.001.02, in XML",
    ),
)

PHONE_NEAR_WORDS = StrictRecognizer(
    name="phone_near_words",
    entity="PHONE_NUMBER",
    patterns=(
        Pattern("local", rf"\b([2-9][0-9]{{2}}[ .-][0-9]{{4}}{_EXTENSION})\b", 0.0, 0.8),
        Pattern("indian", r"\b([6-9][0-9]{4}[ -]?[0-9]{5})\b", 0.0, 0.85),
        Pattern("bare", r"\b([0-9]{8,13})\b", 0.0, 0.5),
    ),
    context=(
        "(?:tele)?phones?(?: numbers?)?",
        "mobiles?",
        "mob",
        "cell(?:phone)?",
        "tel",
        "call(?:s|ed|ing)?(?: me| us| back)?",
        "ring",
        "rang",
        "rung",
        "text(?:ed)?",
        "txt",
        "sms",
        "whats ?app",
        "landline",
        "voicemail",
        "cb",
        "c/b",
        "call ?back",
        "reach(?:ed|able)?(?: me)?",
        "contact(?: me)?(?: number)?",
        "dial(?:led)?",
        "fax",
        "msisdn",
        "handy",
        "telefon",
        "celular",
        "my number",
        "number is",
        "number's",
        "phoned",
        "extension",
        "ext",
        "area code",
    ),
    window=(50, 25),
    accepts=_is_dialable,
    examples=(
        "my office [[467 3395]], ring after 4",
        "[[9845055513]] is my mobile",
    ),
    negatives=(
        "paid on 12-03-2024 and 04.05.2024",
        "card 4111 1111 1111 1111",
        "sort code 20-20-15 account 55779911",
        "amount 100 000 000 EUR",
        "$1 234 567.00",
        "reference 1234567890",
        "called on 12/03/2024",
        "I rang 4 times, waited 47 minutes",
        "ISBN 978-3-16-148410-0",
    ),
)
