"""What stands on a payment card beside its number: last four, verification code, expiry date.

Sources: PCI DSS 4.0.1, requirements 3.3.1 (verification code) and 3.4.1 (truncation);
ISO/IEC 7813 (expiry). All are short numbers and count only beside the words that say so.
"""

# A pattern reads best on one line.
# ruff: noqa: E501

import re

from summarizer.pii.cueing import GAP, LINK, CuedRecognizer, Place
from summarizer.pii.recognizing import Pattern

__all__ = ["CARD_EXPIRY", "CARD_LAST4", "CVV"]

_END = r"(?:[^0-9]|$)"
_D = r"[0-9OILSB|]"
_FOUR = r"[0-9][ -]?[0-9][ -]?[0-9][ -]?[0-9]"
_OTHER_ENDING = re.compile(
    r"\b(?:social|ssn|soc|ss|sin|nino|aadhaar|passport|phone|mobile|mob|tel|cell"
    r"|account|acct|a/c|acc|iban"
    r"|year|quarter|period|month|week|licen[cs]e|savings|checking|loan|mortgage)\b"
)
_MORE = re.compile(
    r"^[ ]?(?:%|[.,][0-9]|(?:dollars?|euros?|pounds?|bucks|usd|eur|gbp|days?|times"
    r"|weeks?|months?|years?|hours?|minutes?|mins?|am|pm)\b)"
)
_A_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_MASK = re.compile(r"[x*•#.…]$")


def _is_other_ending(place: Place) -> bool:
    said = place.ahead[-30:] + place.cue + place.behind[:15].split(",")[0]
    if _OTHER_ENDING.search(said) and "card" not in said:
        return True
    if re.search(
        r"(?:four|five|4|5) (?:months|weeks|days|years|payments|transactions|times|calls)",
        place.cue,
    ):
        return True
    is_plain = not re.search(r"end|last|four|final|4", place.cue) and not _MASK.search(place.cue)
    return bool(_MORE.search(place.behind)) or (
        is_plain and _A_YEAR.fullmatch(place.value) is not None
    )


CARD_LAST4 = CuedRecognizer(
    name="card_last4",
    entity="CARD_LAST4",
    cued=(
        Pattern(
            "ending",
            rf"\b(?:end(?:s|ed|ing)?(?: (?:in|with|w|is|on|by))?|finish(?:es|ing)(?: (?:in"
            rf"|with))?|terminating(?: in)?){LINK}({_FOUR}){_END}",
            0.85,
        ),
        Pattern(
            "last_four",
            rf"\b(?:last|final|end)[ -]?(?:four|five|4|5)\b{GAP}({_FOUR}[0-9]?){_END}",
            0.85,
        ),
        Pattern(
            "abroad",
            r"\b(?:se terminant par|terminant par|finissant par|terminad[ao] en|acabad[ao] en|que termina en"
            rf"|endziffern|endet auf|endend auf|che termina (?:con|in)|eindigend op|kończąc\w* się na)[ :]{{1,2}}({_FOUR}){_END}",
            0.85,
        ),
        Pattern(
            "before_card",
            r"\b(?:the|my|that|her|his) ([0-9]{4}) (?:card|visa|mastercard|amex|debit)\b",
            0.6,
        ),
        Pattern("masked", r"(?:[x*•#…]{2,}|\.{3,})[ -]{0,3}([0-9]{4})\b", 0.8),
        Pattern(
            "card",
            r"\b(?:card|visa|mastercard|amex|debit|cc)(?: (?:no\.?|number|num|#|end|ending"
            r"|is|was))?[ :=#(]{1,3}-?([0-9]{4})(?:[^0-9 /:.-]|[ .][^0-9]|[ .]?$)",
            0.6,
        ),
        Pattern(
            "the_one", rf"\bthe one (?:that )?(?:end(?:s|ing)|with)(?: in)? ({_FOUR}){_END}", 0.85
        ),
    ),
    question=r"(?:last|final) (?:four|4)\b(?!.{0,30}\b(?:social|ssn|soc|phone|mobile"
    r"|account))|(?:four|4) digits|card.{0,20}\bend(?:s|ing)?\b|right hand end"
    r"|end of the (?:card|long number)|which card"
    r"|quatre derniers chiffres|letzten vier (?:ziffern|stellen)|[uú]ltimos (?:cuatro|4)"
    r"|ultime (?:quattro|4)|laatste (?:vier|4)|[uú]ltimos quatro|ostatnie (?:cztery|4)",
    answers=(Pattern("answer", rf"(?:^|[^0-9A-Za-z/.:$£€-])({_FOUR})(?:[^0-9/:-]|$)", 0.7),),
    refuses=_is_other_ending,
    examples=(
        "the card ending in [[4821]] was declined",
        "lost my card, ends in [[8842]] pls freeze it",
        "last four [[4821]], please",
        "card=****-******-[[2971]] expired",
        "xxxx-[[4821]] and xxxx xxxx xxxx [[0005]]",
        "card ending [[4-4-4-4]].",
        "card [[7714]] also declined",
        "carte se terminant par [[4821]]",
        "the [[4821]] card is gone",
        "not the one ending [[1200]]",
        "Les quatre derniers chiffres de la carte svp? ⏎ [[3939]]",
        "Which four digits are at the end of the long number on your card? ⏎ Silly me. [[0217]]",
    ),
    negatives=(
        "the last four of my Social are 4399",
        "my mobile ending 0418",
        "in the tax year ending 2025 I paid",
        "the last four payments were 1200 dollars",
        "card 2024 fees went up",
        "the last 4 months cost 1200 in fees",
        "the £1200 you mention is the amount",
        "the last 4 times I called it took 45 minutes",
        "Your card was used at 14:12 ⏎ at 14:12 I was asleep in 2024",
    ),
)


def _is_no_code(place: Place) -> bool:
    return not any(c.isdigit() for c in place.value) or _MORE.search(place.behind) is not None


CVV = CuedRecognizer(
    name="cvv",
    entity="CVV",
    cued=(
        Pattern(
            "named",
            rf"(?:\b|[0-9_])(?:cvv2?|cvc2?|cvn|cid|csc|cv2|c v v|card verification (?:code"
            rf"|value|number)){GAP}({_D}[ ]?{_D}[ ]?{_D}[0-9]?)(?:[^0-9A-Za-z]|$)",
            0.9,
        ),
        Pattern(
            "abroad",
            r"\b(?:cryptogramme(?: visuel)?|pr[uü]fziffer|kartenpr[uü]fnummer|c[oó]digo de seguridad|codice di sicurezza"
            r"|kod cvv|(?:3|three) digits)(?: (?:is|est|es|ist|are|:))?[ :]{1,2}([0-9]{3})(?:[^0-9A-Za-z/.:-]|$)",
            0.7,
        ),
        Pattern("glued", r"(?:cvv2?|cvc2?)([0-9]{3,4})(?:[^0-9]|$)", 0.9),
        Pattern(
            "security_code",
            rf"\bsecurity (?:code|number|digits|no)\b{GAP}([0-9][ ]?[0-9][ ]?[0-9][0-9]?)"
            rf"(?:[^0-9A-Za-z]|$)",
            0.8,
        ),
        Pattern(
            "on_the_back",
            rf"\b(?:(?:three|four|3|4)[ -]?(?:digits?|numbers?|ones?|nums?)?(?: (?:thing|code"
            rf"|number|bit))?|code|numbers?|digits) (?:on|at|from|off) (?:the )?(?:back|front"
            rf"|reverse|strip)\b{GAP}([0-9][ ]?[0-9][ ]?[0-9][0-9]?)(?:[^0-9A-Za-z]|$)",
            0.85,
        ),
        Pattern(
            "after_expiry",
            r"(?:[0-9][ .-]?){12,19}[ ,;|/]{1,4}(?:0[1-9]|1[0-2])[ ]?[/-]?[ ]?"
            r"(?:20)?[2-4][0-9][ ,;|/]{1,4}([0-9]{3,4})(?:[^0-9/.:-]|$)",
            0.9,
        ),
    ),
    question=r"\b(?:cvv2?|cvc2?|cid|csc|security (?:code|number|digits)|(?:three|four|3"
    r"|4)[- ]?(?:digits?|numbers?)?.{0,12} (?:on|at) the (?:back|front)|back of "
    r"(?:the|your) card|signature strip)\b",
    answers=(
        Pattern(
            "answer",
            r"(?:^|[^0-9A-Za-z/.:$£€-])([0-9][ ]?[0-9][ ]?[0-9][0-9]?)(?:[^0-9/:A-Za-z-]|$)",
            0.8,
        ),
    ),
    refuses=_is_no_code,
    examples=(
        "cvv [[719]], thanks",
        '"cvv2": "[[338]]"',
        "amex, 4 digit thing on the front is [[6620]], it declined",
        "card4111111111111111exp0928cvv[[314]] pls",
        "cvv [[3I7]] .. could be off",
        "[[]]and the three on the back? ⏎ half rubbed off.. looks like [[4 4 7]]".replace(
            "[[]]", ""
        ),
        "4012888888881881 11/28 [[903]] zip 78745",
        "security code: [[123]]",
    ),
    negatives=(
        "the cvv is not on my card and I waited 45 minutes",
        "cvv was declined for 120 dollars",
        "enter the 3 digits on the back of the card",
        "What is the CVV? ⏎ I waited 300 minutes",
    ),
)

_MONTHS = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug"
    r"(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_MONTH_YEAR = (
    rf"[01OIl]?[0-9OIl][ ]?[/\\.|-][ ]?(?:20)?[2-4][0-9B]|{_MONTHS}[ ,.'-]{{1,2}}(?:20)?[2-4][0-9]"
)
_COMPACT = r"(?:0[1-9]|1[0-2])[ ]?(?:20)?[2-4][0-9]|o[1-9] [2-4][0-9]"
_DATE_END = r"(?:[^0-9/]|$)"
_NUMBER = r"(?:[0-9][ .-]?){12,19}"
_EXP = (
    r"(?:\b|[0-9_])(?:exp(?:iry|ires|iration|iring|d|\.)?(?:[ _]?date|[ _]?dt)?"
    r"|valid (?:thru|through|until|till|to|up ?to)|good (?:thru|through|until))"
)
_NOT_A_CARD = re.compile(
    r"\b(?:offers?|promo\w*|coupons?|voucher|passport|licen[cs]e|lease|subscription"
    r"|trial|deal|permit|policy"
    r"|points|rewards?|miles|id|contract|term|bonus|rate|statement|certificate|cd|bond)\b"
)
_A_CARD = re.compile(
    r"\b(?:cards?|visa|mastercard|amex|cvv2?|cvc|pan|debit|maestro|plastic|cc)\b|"
    r"(?:[0-9][ .-]?){12}"
)


def _is_other_date(place: Place) -> bool:
    around = f"{place.ahead} {place.cue} \x00 {place.behind}"
    if not any(c.isdigit() for c in place.value):
        return True
    if _A_CARD.search(around):
        return _NOT_A_CARD.search(place.cue + place.ahead[-20:]) is not None
    return not re.match(r"[0-9_]?exp(?:iry)?\b|[0-9_]?exp[0-9]|$", place.cue) or bool(
        _NOT_A_CARD.search(around)
    )


CARD_EXPIRY = CuedRecognizer(
    name="card_expiry",
    entity="CARD_EXPIRY",
    cued=(
        Pattern("named", rf"{_EXP}{GAP}({_MONTH_YEAR}){_DATE_END}", 0.85),
        Pattern("compact", rf"{_EXP}{LINK}({_COMPACT})(?:[^0-9/.-]|$)", 0.85),
        Pattern(
            "compact_said",
            rf"\bexpir(?:y|es|ation)(?: date)?(?: is| of|'s)? ({_COMPACT})(?:[^0-9/.-]|$)",
            0.85,
        ),
        Pattern(
            "after_number",
            rf"{_NUMBER}[^0-9]{{1,30}}((?:0[1-9]|1[0-2])[ ]?[/-][ ]?(?:20)?[2-4][0-9]){_DATE_END}",
            0.8,
        ),
    ),
    question=r"\bexpir(?:y|es?|ation)\b|\bexp\b(?: date)?|valid (?:thru|until)",
    answers=(
        Pattern("answer", rf"(?:^|[^0-9A-Za-z/.:$£€-])({_MONTH_YEAR}|{_COMPACT}){_DATE_END}", 0.8),
    ),
    refuses=_is_other_date,
    examples=(
        "card 4012888888881881 exp [[11/27]] please",
        "my card expires [[Aug 2027]]",
        "card number 5555 5560 9051 2368\nExpiry: [[04/28]]",
        "4012888888881881 [[11/28]] 903",
        '"pan": "4012888888881881", "exp": "[[0627]]", "cvv2"',
        "card, good thru [[09 \\ 29]].",
        "2223003122003222 and says [[08/28]].",
        "exp [[O8/2B]], cvv 317",
        "No worries! When does it expire? ⏎ [[o9 27]]",
        "When does your card expire? ⏎ [[08/2027]]",
    ),
    negatives=(
        "the offer expires 08/27",
        "my passport expires 08/2027",
        "lease expiring Aug 2027",
        "charged on 11/28 and 12/03",
        "this promotion is valid until Aug 2027",
    ),
)
