"""Bank accounts of countries without IBAN, and the codes that lead to them.

Sources: ABA routing numbers (Accredited Standards Committee X9, X9.69: weights 3-7-1), UK sort
codes and accounts (Pay.UK, vocalink validating account numbers), Australian BSB (AusPayNet),
Canadian transit numbers (Payments Canada, rule A4). No form proves an account number, so it
counts beside its cue, as an answer, after a sort code, or near words of context.
"""

# A pattern reads best on one line.
# ruff: noqa: E501

import re

from summarizer.pii.cueing import GAP, LINK, CuedRecognizer, Place
from summarizer.pii.recognizing import Pattern

__all__ = ["ABA_ROUTING_NUMBER", "BANK_ACCOUNT", "UK_SORT_CODE"]

_END = r"(?:[^0-9]|$)"
_START = r"(?:^|[^0-9A-Za-z.,:/$£€₹¥#-])"
_AMOUNT_AFTER = re.compile(
    r"^(?:[.,][0-9]|[ ]?(?:%|[$£€₹¥]|(?:dollars?|euros?|pounds?|quid|bucks|usd|eur"
    r"|gbp|cad|aud|inr|naira|rupees?|rs"
    r"|rials?|dirhams?|zl|zł|kr|days?|times|weeks?|months?|years?|hours?|minutes?"
    r"|mins?|points|miles|km|am|pm)\b))"
)
_AMOUNT_BEFORE = re.compile(
    r"(?:[$£€₹¥]|\b(?:usd|eur|gbp|cad|aud|inr|ngn|rs\.?|rm|chf|zar|kes|aed))[ ]?$"
)
_DATE = re.compile(
    r"(?:19|20)[0-9]{2}[-/. ]?(?:0[1-9]|1[0-2])[-/. ]?(?:[0-2][0-9]|3[01])"
    r"|[0-3]?[0-9][-/.][0-3]?[0-9][-/.](?:19|20)?[0-9]{2}"
)
_YEARS = re.compile(r"(?:19|20)[0-9]{2}(?:[ -](?:19|20)[0-9]{2})*")
_OTHER = re.compile(
    r"\b(?:call(?:ed)?|phone|tel|mob|mobile|cell|fax|ref|reference|order|case|ticket"
    r"|invoice|balance|limit|charged?"
    r"|amount|fee|overdraft|paid|debited|credited|policy|zip|postcode|dob|born|ssn"
    r"|tfn|aadhaar|pan|cheque|check"
    r"|card|pin|otp|code|sort|transaction|txn|utr|upi|rrn|tracking|passport)\b"
)


def _is_amount(place: Place) -> bool:
    ahead = place.cue or place.ahead
    return bool(_AMOUNT_AFTER.search(place.behind) or _AMOUNT_BEFORE.search(ahead))


_SORT = r"[0-9OIL]{2}[ ]?[-/.*_ ]{0,2}\s{0,2}[0-9OIL]{2}[ ]?[-/.*_ ]{0,2}\s{0,2}[0-9OIL]{2}"
_DASHED = r"[0-9]{2}[- ][0-9]{2}[- ][0-9]{2}"
_ACCOUNT_8 = r"[0-9]{4}[ _-]?[0-9]{4}"


def _is_no_sort_code(place: Place) -> bool:
    return sum(c.isdigit() for c in place.value) < 2 or _is_amount(place)  # noqa: PLR2004


UK_SORT_CODE = CuedRecognizer(
    name="uk_sort_code",
    entity="UK_SORT_CODE",
    cued=(
        Pattern(
            "named",
            rf"(?:\b|[0-9_])(?:sort(?:ing)?[ _-]?(?:code|cd|no)?s?|s/c|s\.c\.?|sc|srt"
            rf"(?:[ _]?cd)?)(?:\b|_){GAP}({_SORT}){_END}",
            0.9,
        ),
        # The rest follows in the next message.
        Pattern(
            "begun",
            r"\bsort[ _-]?code (?:starts|begins)(?: with)?[ :]{1,2}([0-9]{2}(?:-[0-9]{2})?)(?:[^0-9]|$)",
            0.8,
        ),
        Pattern("glued", r"(?:sort[ _-]?code|s/c|\bsc)([0-9]{6})(?:[^0-9]|$)", 0.9),
        Pattern(
            "with_account",
            rf"(?:^|[^0-9-])({_DASHED})(?:[^0-9A-Za-z]{{1,5}}|[^0-9A-Za-z]{{1,3}}(?:and )?"
            rf"(?:account|acct|acc|a/c|ac)\b{GAP}){_ACCOUNT_8}{_END}",
            0.85,
        ),
        Pattern("compact_with_account", r"(?:\b|_)([0-9]{6})[ /_|,-]{1,3}[0-9]{8}(?:\b|_)", 0.5),
        Pattern(
            "before_name",
            rf"(?:^|[^0-9-])({_DASHED})[^0-9A-Za-z]{{1,3}}(?:is |as )?(?:the |my "
            rf"|our )?sort[ -]?code",
            0.85,
        ),
    ),
    question=r"\bsort[ -]?code|\bs/c\b",
    answers=(
        Pattern(
            "answer",
            rf"(?:^|[^0-9A-Za-z-])([0-9]{{2}}[- /.]{{0,2}}[0-9]{{2}}[- /.]{{0,2}}[0-9]{{2}}){_END}",
            0.8,
        ),
        Pattern("rest", r"(?:^|[^0-9A-Za-z-])([0-9]{2}-[0-9]{2})(?:[^0-9-]|$)", 0.6),
    ),
    refuses=_is_no_sort_code,
    examples=(
        "sort code [[20-20-15]], account number 55540183",
        "s/c [[20*45*77]] acc 7391_0264",
        "SORT [[30-96-34]] AC 46882431 UNFROZEN",
        "changed to [[20 20 15]] / 4433 2211",
        "sortcode[[202015]]name",
        "Sort code first please ⏎ [[40 22 91]]",
        "statement_x_[[404784]]_12739904_2025",
        "sort code [[2O-2O-I5]], number",
        "[[12-34-56]] is my sort code",
        "sort code starts [[23]]-",
        "sort code starts 23- ⏎ sorry hit enter. [[05-80]], account 1946",
    ),
    negatives=(
        "on 12-11-25 I was charged",
        "can you sort it by 12 05 pm, 20 days late",
        "sort code is on the statement",
        "from 10-12-24 to 11-12-24",
    ),
)


def _is_aba(value: str) -> bool:
    digits = [int(c) for c in value if c.isdigit()]
    weighed = sum(weight * digit for weight, digit in zip((3, 7, 1) * 3, digits, strict=True))
    return weighed % 10 == 0 and int(f"{digits[0]}{digits[1]}") in _FEDERAL


# The first two digits: Federal Reserve districts, thrifts, electronic, traveller's cheques.
_FEDERAL = frozenset({*range(13), *range(21, 33), *range(61, 73), 80})


def _is_no_routing(place: Place) -> bool:
    """With its own name before it any nine digits count, elsewhere only checked ones."""
    if not any(c.isdigit() for c in place.value):
        return True
    return not place.cue and not _is_aba(place.value)


_NINE = r"[0-9](?:[ -]?[0-9]){8}"
ABA_ROUTING_NUMBER = CuedRecognizer(
    name="aba_routing",
    entity="ABA_ROUTING_NUMBER",
    cued=(
        Pattern(
            "named",
            rf"(?:\b|_)(?:routing|rtn|rt|aba|r/t|rtg|micr routing|transit)(?:[ _#/-]?"
            rf"(?:number|no|num|code|transit|nbr|rtn|aba))*(?:\b|_){GAP}({_NINE}){_END}",
            0.9,
        ),
        Pattern(
            "lookalike",
            rf"\b(?:routing|aba|rtn)(?: (?:number|no))?{LINK}((?:[0-9OIL]){{9}})\b",
            0.7,
        ),
    ),
    question=r"\brouting\b|\baba\b|\btransit\b",
    answers=(Pattern("answer", rf"{_START}({_NINE}){_END}", 0.85),),
    near=r"\brouting|\baba\b|\brtn\b|\btransit\b|\bach\b|\bwire\b|direct deposit"
    r"|\bchecking\b|\bfedwire\b",
    nearby=(Pattern("near", rf"{_START}([0-9]{{9}}){_END}", 0.7),),
    window=(80, 50),
    refuses=_is_no_routing,
    examples=(
        "routing [[021000021]] acct 7730048821",
        '"routing_number":"[[021000012]]"',
        "transit number [[0210-0002-1]], account",
        "what's the routing of the receiving bank? ⏎ 1250 and [[122105155]]",
        "ABA: [[011401533]]",
        "send the wire to [[091000019]] please",
        "[[121000358]] is the routing number",
    ),
    negatives=(
        "the wire 123456789 was late",
        "routing of my call took 5 minutes",
        "ticket 021000021 of the queue",
    ),
)

_CUE = (
    r"(?:(?:bank |current |savings? |checking |chequing |joint |loan |mortgage |old |new )?"
    r"(?:accounts?|acount|accont|acct|accts|accno|acc|a/c|a\.c\.?|ac)(?:[ _.-]?"
    r"(?:number|nubmer|no|num|nbr|nr))?"
    r"|checking|chequing|savings|loan|mortgage|konto(?:nummer)?|kto|compte|cuenta"
    r"|rekening|conta|rachunku"
    r"|heloc|bsb and account|deposit to|beneficiary|payee)"
)
_PLAIN = r"[A-Z]{0,4}[0-9]{5,17}"
_SPACED = r"[0-9]{2,5}(?: [0-9]{2,5}){1,4}"
_JOINED = r"[0-9]{1,9}(?:[-_./][0-9]{1,9}){1,11}"
_VALUE = rf"{_JOINED}|{_SPACED}|{_PLAIN}"
_LEAST = 5
_MOST = 17


def _is_no_account(place: Place) -> bool:
    """Amounts, dates and numbers that the words before them call something else."""
    digits = sum(c.isdigit() for c in place.value)
    said = place.cue or place.ahead[-18:]
    return (
        not (_LEAST <= digits <= _MOST or re.search(r"end|inst|xx|\*\*", place.cue))
        or _is_amount(place)
        or _DATE.fullmatch(place.value) is not None
        or _YEARS.fullmatch(place.value) is not None
        or _OTHER.search(re.split(r"[.;\n]", said)[-1]) is not None
        or re.match(r"[/-][0-9]", place.behind) is not None
    )


BANK_ACCOUNT = CuedRecognizer(
    name="bank_account",
    entity="BANK_ACCOUNT",
    cued=(
        Pattern("named", rf"(?:\b|_){_CUE}(?:\b|_){GAP}({_VALUE}){_END}", 0.85),
        Pattern("glued", r"(?:acct?(?:ount)?(?:no|number)?|a/c)([0-9]{5,17})(?:[^0-9]|$)", 0.85),
        Pattern(
            "ending",
            rf"\b(?:account|acct|acc|a/c|checking|savings|loan|mortgage)(?: (?:number"
            rf"|no\.?))?(?: (?:that|which))?(?: is)? (?:end(?:s|ing)?(?: (?:in|with))?"
            rf"|x{{2,}}|\*{{2,}})[ -]?([0-9]{{3,5}}){_END}",
            0.8,
        ),
        Pattern(
            "after_sort_code",
            rf"(?:^|[^0-9-])(?:{_DASHED}|[0-9]{{6}})[ ,/|_;]{{1,4}}({_ACCOUNT_8})(?:[^0-9]|$)",
            0.8,
        ),
        Pattern(
            "near_sort_code",
            rf"\bsort[ _-]?code{GAP}(?:{_SORT})[^0-9]{{1,30}}({_ACCOUNT_8}){_END}",
            0.8,
        ),
        Pattern(
            "bsb", rf"\bbsb(?:[ _](?:number|no|code))?{GAP}([0-9]{{3}}[ -]?[0-9]{{3}}){_END}", 0.85
        ),
        Pattern(
            "transit",
            rf"\btransit(?:[ _#]?(?:number|no|num))?{GAP}([0-9]{{5}}(?:[ -][0-9]{{3}})?){_END}",
            0.8,
        ),
        Pattern(
            "institution",
            rf"\b(?:institution|inst)(?:[ _#]?(?:number|no|num))?{LINK}(?:is )?([0-9]{{3}}){_END}",
            0.7,
        ),
        Pattern(
            "roll",
            rf"\broll (?:numbers?|no\.?|nr)(?: (?:is|was))?{LINK}([A-Z]{{0,2}}[/-]?[0-9]{{1,6}}[0-9/-]{{4,12}}){_END}",
            0.85,
        ),
        # An eight-digit number of which some digits were read as letters.
        Pattern(
            "lookalike",
            r"\b(?:a/c|acc?t?|account)(?: (?:no\.?|number))?[ :#.]{1,3}((?-i:[0-9OILSBZG]{4}[ ]?[0-9OILSBZG]{4}))(?:[^0-9A-Za-z]|$)",
            0.7,
        ),
        Pattern("canadian", rf"{_START}([0-9]{{5}}-[0-9]{{3}}-[0-9]{{7,12}}){_END}", 0.7),
        Pattern(
            "foreign",
            rf"(?:হিসাব নম্বর|খাতা|खाता(?: संख्या| नंबर)?|حساب|رقم الحساب|บัญชี|口座(?:番号)?|账号"
            rf"|帳號|счет|счёт|खाते|खाता क्रमांक){LINK}({_VALUE}){_END}",
            0.8,
        ),
        Pattern(
            "before_name",
            rf"{_START}([0-9]{{6,17}})[^0-9A-Za-z\n.]{{1,3}}(?:is |was )?(?:the |my |our "
            rf"|her |his )?(?:checking|savings|current|joint|loan|mortgage|bank )?[ ]?"
            rf"(?:accounts?|acct|acc|a/c)\b",
            0.7,
        ),
    ),
    question=r"\b(?:which|what|your|the) (?:\w{1,10} )?(?:account|acct|a/c)\b|\baccount "
    r"(?:number|no)|\bacct\b|^\W*[0-9]{2}[- /]?[0-9]{2}[- /]?[0-9]{2}\W*$|\b"
    r"(?:checking|savings)\b",
    answers=(
        Pattern(
            "answer",
            rf"{_START}([0-9]{{6,17}}|[0-9]{{3,5}}(?: [0-9]{{2,5}}){{1,4}}|[0-9]{{2,6}}"
            rf"(?:-[0-9]{{2,9}}){{1,4}}){_END}",
            0.7,
        ),
    ),
    near=r"\b(?:account|acct|a/c|accno|sort[ -]?code|routing|aba|bsb|checking|savings"
    r"|mortgage|loan)\b",
    nearby=(
        Pattern(
            "near", rf"{_START}([0-9]{{7,17}}|[0-9]{{4}} [0-9]{{4}}(?: [0-9]{{2,4}})?){_END}", 0.5
        ),
    ),
    window=(60, 25),
    refuses=_is_no_account,
    examples=(
        "account number [[55540183]] is mine",
        "acct [[7730048821]] same as always",
        "acc [[7391_0264]] thats where",
        "LOAN A/C [[LAT00044719386]] EMI 11840",
        "account [[4400 1928 3375]], my checking",
        "Yes, checking, [[5510 8834 07]]. And thank you",
        "drawn on account [[0071 9928 113]]; that",
        "account [[000-482-7719-3]].",
        "Loan no [[60-118-44720]].",
        "accno[[55779911]]sortcode",
        "[[30447718265]] is my account",
        "Which account number should it come out of? ⏎ [[000483920175]]",
        "40 22 91 ⏎ then [[61840377]]",
        "sort code 2O-2O-I5, number [[55779911]], closed",
        '"account_number":"[[88204417730]]"',
        "BSB [[062-000]] and account [[1234 5678]]",
        "transit [[12345]] institution [[003]]",
        "my account ending in [[4821]] is frozen",
        "mortgage [[600123456]] please",
        "Old roll number [[M/87-751800]].",
        "sort code 4O-2B-l7 a/c [[B16O 55Z4]] payee",
        "pay into the account at the Leeds branch, it is [[12345678]]",
    ),
    negatives=(
        "my account was charged 15000 naira",
        "account opened 2019-03-14 with 25000 points",
        "the account balance of 12500.00",
        "I opened an account in 2019 and 2020",
        "Account Summary 2024 2025",
        "a savings rate of 4.25% over 24 months",
        "loan of 250000 dollars over 30 years",
        "deducted from my account on 12/03/2025",
    ),
)
