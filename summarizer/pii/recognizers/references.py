"""References: customer, case, policy, order and transaction numbers beside their words.

No standard rules their form: a code of letters, digits, hyphens and slashes that has digits.
"""

# A pattern reads best on one line.
# ruff: noqa: E501

import re

from summarizer.pii.recognizers.labelled import ANSWER, LINK, StrictRecognizer
from summarizer.pii.recognizing import Pattern

__all__ = ["CASE", "CUSTOMER", "ORDER", "POLICY", "TRANSACTION"]

_CODE = r"(?:[a-z]{1,6}[-/_]){0,3}[a-z]{0,8}[0-9][a-z0-9]{0,36}(?:[-/_][a-z0-9]{1,24}){0,5}"
_NUMBER = r"(?:numbers?|num\b|nos?\b|nr\b|id\b|ref(?:erence)?\b|code\b|#)"
_SPACED = r"[a-z]{0,4}[ ]?[0-9]{2,6}(?:[ ][0-9]{2,6}){1,4}"
"""Digits in groups, for labels that announce nothing but a number."""

_LEAST_LENGTH = 5
_LEAST_DIGITS = 3
_DATE = re.compile(
    r"(?:\d{1,2}[-/.]){2}(?:19|20)?\d{2}|(?:19|20)\d{2}[-/.]\d{1,2}(?:[-/.]\d{1,2})?"
    r"|\d{1,2}/\d{2,4}|\d{1,2}[-/][a-z]{3}[-/]\d{2,4}",
    re.IGNORECASE,
)
_PUBLIC = re.compile(
    r"(?:iso|en|din|rfc|psd|mifid|ifrs|form|w)[-/ ]?\d|\d+(?:st|"
    r"nd|rd|th|am|pm|k|gb|mins?|days?|yrs?|years?|months?|hours?|"
    r"usd|eur|gbp)$",
    re.IGNORECASE,
)
_CURRENCY = frozenset("$£€₹¥")


def _is_code(text: str, start: int, end: int) -> bool:
    value = text[start:end]
    if len(value) < _LEAST_LENGTH or sum(map(str.isdigit, value)) < _LEAST_DIGITS:
        return False
    if (start and text[start - 1] in _CURRENCY) or _DATE.fullmatch(value) or _PUBLIC.match(value):
        return False
    # The beginning of an amount: 12999.00
    return not (text[end : end + 1] in {".", ","} and text[end + 1 : end + 2].isdigit())


def _labelled(label: str) -> str:
    return rf"{label}{LINK}\b({_CODE})\b"


CUSTOMER = StrictRecognizer(
    name="customer",
    entity="CUSTOMER_ID",
    patterns=(
        Pattern(
            "labelled",
            _labelled(
                r"(?:\b(?:customer|client|member(?:ship)?|merchant|party|"
                rf"user|cust|mbr|loan|contract)[ _.-]{{0,2}}{_NUMBER}"
                r"|\bmerchant id|\bcrn\b|\bcif\b|\bloan contract|\bcust(?:[ "
                r"_]?id)?|\bmbr|\bmember|\bnúmero de cliente|\bkundennummer|\bkunden-?nr|\bkd\.?-?nr"
                r"|\bcorporate id|\bcompany id|\bklantnummer|\bnuméro de client|\bcodice cliente"
                r"|\bnumer klienta|\bnúmero de socio)"
            ),
            0.85,
        ),
        Pattern(
            "spaced",
            rf"\b(?:(?:customer|client|member(?:ship)?|user)[ _.-]{{0,2}}{_NUMBER}|kd\.?-?nr|kundennummer"
            rf"|kunden-?nr|klantnummer|numéro de client|número de cliente){LINK}\b({_SPACED})\b",
            0.85,
        ),
        Pattern(
            "glued",
            r"(?:\b|[^a-z])cust(?:omer)?[ _]?(?:id|no|num)?[#:=]?([a-z]{0,3}[0-9]{5,14})\b",
            0.85,
        ),
        # A line of a list: the number, a stroke, a name.
        Pattern("listed", r"(?:^|\n)([0-9]{7,10}) [/|;] (?-i:[A-Z][a-z]+ [A-Z])", 0.5),
    ),
    accepts=_is_code,
    question=rf"\b(?:customer|client|member(?:ship)?|user|crn|cif)\b[ ]?{_NUMBER}|\bcrn\b|\bcif\b",
    answer=rf"{ANSWER}\b([a-z]{{0,4}}-?[0-9][a-z0-9-]{{4,20}}|{_SPACED})\b",
    examples=(
        "crn [[882104417]] cant get in",
        "high priority first\n[[70014488]] / Xoliswa Dube / DL blurry",
        "Loan contract [[ML-5540-88213]]. My wife",
        "the merchant ID you gave us is [[8840021177]], and",
        "TFN876543210/cust[[AU00418827]] term",
        "CUST NO: [[0007713940]]   STS",
        "Your customer number please ⏎ [[40028817]] yan po",
        "Member no. [[884-20163]].",
        "Kd-Nr [[4780 670 01]]. Kreditkarte",
        "Corporate ID [[LKS8565]], her user",
    ),
    negatives=(
        "i have been a customer since 2011",
        "cust paid 12999.00 in cash",
        "one of 100000 members",
    ),
)

CASE = StrictRecognizer(
    name="case",
    entity="CASE_REFERENCE",
    patterns=(
        Pattern(
            "labelled",
            _labelled(
                r"\b(?:case|ticket|complaint|claim|incident|dispute|request|"
                r"enquiry|query|file|folio|dossier|application|inspection|"
                rf"matter|frd)(?:[ _.-]{{0,2}}{_NUMBER})?"
            ),
            0.8,
        ),
        Pattern(
            "reference",
            _labelled(
                r"\b(?:(?:our|your|my|opg|court|the)[ ]ref|ref(?:erence)"
                r"?(?:[ _]?(?:no|nr|num|number|id|code))?|sr|sar|aktenzeichen|"
                r"vorgangsnummer|expediente|reference number|référence|sinistre|protocolo?|sprawa"
                r"|ack(?:nowledge?ment)?(?: (?:no|number))?|fir|docket|dossiernummer|zaaknummer|matter)\b"
            ),
            0.7,
        ),
        Pattern(
            "report",
            rf"\b(?:police|crime|incident|fir)\b[^0-9\n.]{{0,30}}[, #:]\b({_CODE})\b",
            0.7,
        ),
        Pattern(
            "spaced",
            rf"\b(?:case|ticket|complaint|claim|incident|dispute|folio)[ _.-]{{0,2}}{_NUMBER}{LINK}\b({_SPACED})\b",
            0.75,
        ),
        Pattern(
            "prefix",
            r"\b((?-i:CMP|INC|CASE|DSP|FRD|KYC|SR|DRN|CR|TKT|CLM|REQ|"
            r"CHG|RITM|TICKET|CAS|SAR|DSAR|CC)[-/#]?[a-z0-9/-]{0,12}[0-9]{4,12}(?:-[a-z0-9"
            r"]{1,6})?)\b",
            0.6,
        ),
        Pattern(
            "coded",
            r"\b((?-i:[A-Z]{2,5})(?:[-/](?:[0-9]{2,4}|(?-i:[A-Z]{1,4})))?[-/][0-9]{5,12}(?:-[0-9a-z]{1,3})?)\b",
            0.4,
        ),
    ),
    accepts=_is_code,
    question=r"\b(?:case|ticket|complaint|claim|incident|dispute|reference|ref)\b",
    answer=rf"{ANSWER}\b([a-z]{{0,5}}[-/]?[0-9][a-z0-9/-]{{4,20}}|{_SPACED})\b",
    examples=(
        "her file with the bank is [[MPB-CX-60217]]. We",
        "any update on [[CMP-0049271]]? been 8 weeks",
        "Your ref: [[BRV/771204]]\n\nDear",
        "Their complaint number is [[NG/24/117702]], and ours",
        "Complaint [[DRN-5520183]] by Miss K",
        "Claim [[FC-118820]]. Stone",
        "My case was [[88-20-514]], number's",
        '"ticket": "[[INC0448120]]"',
        "police report from GGPD, [[25-018834]].",
        "Cyber cell ack: [[31503250044178]].",
        "Presentation [[LCX/25/00318-2]]. Fee",
        "What is the case number? ⏎ damien. and [[88213]]",
    ),
    negatives=(
        "my claim was for £12,000 in 2024",
        "case closed on 12/03/2024",
        "under ISO-20022 rules",
        "ref the letter of 3 May",
        "request 3 of 4",
    ),
)

POLICY = StrictRecognizer(
    name="policy",
    entity="POLICY_NUMBER",
    patterns=(
        Pattern(
            "labelled",
            _labelled(
                r"(?:\b(?:policy|plan|agreement|certificate|cover|insurance)"
                rf"(?:[ _.-]{{0,2}}{_NUMBER})?|\bpol\b|póliza|"
                r"\bversicherungs(?:schein|nummer)|\bpolizza)"
            ),
            0.85,
        ),
        Pattern(
            "after",
            r"\b(?:policy|insurance|cover|póliza)\b[^0-9\n]{0,60}?\b([a-z]{2,4}[-/][a-"
            r"z0-9]{2,10}(?:[-/][a-z0-9]{1,10}){0,3})\b",
            0.7,
        ),
        Pattern(
            "spaced",
            rf"\b(?:policy|plan|certificate)[ _.-]{{0,2}}{_NUMBER}{LINK}\b({_SPACED})\b",
            0.8,
        ),
    ),
    accepts=_is_code,
    question=r"\b(?:policy|plan|agreement|certificate)\b[ ](?:number|no|num|id)",
    answer=rf"{ANSWER}\b([a-z]{{0,4}}[-/]?[0-9][a-z0-9/-]{{4,20}}|{_SPACED})\b",
    examples=(
        "travel claim policy [[TRV-2208841-B]] for my wife",
        "The policy it pays is [[HOM/4471902/IE]].",
        "the policy that came with my packaged account, [[PKG-884-20917-M]]. The",
        "Plan no? [[PPI-7741-02-K]]\nQ3",
        "agreement [[hp-77120-b]]. settlement",
    ),
    negatives=("the policy changed on 12/03/2024", "plan for 2024", "cover of 100000 euros"),
)

ORDER = StrictRecognizer(
    name="order",
    entity="ORDER_NUMBER",
    patterns=(
        Pattern(
            "labelled",
            _labelled(
                r"(?:\b(?:order|booking|invoice|tracking|parcel|shipment|"
                rf"receipt|confirmation|purchase order)(?:[ _.-]{{0,2}}{_NUMBER})"
                r"?|\bpo ?#|\bpnr\b)"
            ),
            0.85,
        ),
        Pattern(
            "spaced",
            rf"\b(?:order|booking|invoice|tracking|receipt)[ _.-]{{0,2}}{_NUMBER}{LINK}\b({_SPACED})\b",
            0.8,
        ),
        Pattern("amazon", r"\b([0-9]{3}-[0-9]{7}-[0-9]{7})\b", 0.7),
    ),
    accepts=_is_code,
    question=rf"\b(?:order|booking|invoice|tracking|confirmation)\b[ ]{_NUMBER}",
    answer=rf"{ANSWER}\b([a-z]{{0,4}}[-/]?[0-9][a-z0-9/-]{{4,24}})\b",
    examples=(
        "lego for my nephew order [[204-5581930-7719284]] never came",
        "order_ref=[[WB-2207-58841]]&txn=x",
        "I have the confirmation, no. [[SY-0040917]], and",
        "Order [[CHK-7719034]].",
    ),
    negatives=(
        "my order of 12/03/2024 for $1,299.00",
        "in order to pay 500",
        "standing order 2 of 3",
    ),
)

TRANSACTION = StrictRecognizer(
    name="transaction",
    entity="TRANSACTION_ID",
    patterns=(
        Pattern(
            "labelled",
            _labelled(
                r"(?:\b(?:transaction|txn|trans|payment|transfer|trace|wire|"
                r"upi|session|deposit|auth(?:ori[sz]ation)?|remittance|trx|"
                rf"wire recall)[ _.-]{{0,2}}(?:{_NUMBER}|na\b)"
                r"|\btxn\b|\btrx\b|\butr\b|\brrn\b|\barn\b|\bimad\b|\bomad\b|"
                r"\buetr\b|\be2e(?:id)?|\bend-to-end(?: id)?|\bwire recall|"
                r"\btransaction)"
            ),
            0.85,
        ),
        Pattern(
            "reference",
            _labelled(r"\bref(?:erence)?(?:[ _]?(?:no|nr|num|number|id|code|na))?\b"),
            0.0,
            0.85,
        ),
        Pattern(
            "spaced",
            rf"\b(?:transaction|payment|transfer|trace|wire|txn)[ _.-]{{0,2}}(?:{_NUMBER}){LINK}\b({_SPACED})\b",
            0.8,
        ),
        Pattern(
            "sepa",
            r"\b((?-i:SCT|FT|TXN|TX|RMT|FP|CHAPS|PMT|TRF)[0-9]{5,20}(?:[a-z0-9-]{0,14})"
            r")\b",
            0.6,
        ),
        Pattern("stripe", r"\b((?:pi|ch|txn|py|tr|re|pm)_[0-9a-z]{10,40})\b", 0.7),
    ),
    context=(
        "wires?",
        "transfer(?:red|s)?",
        "payments?",
        "sent",
        "sepa",
        "upi",
        "txn",
        "refund(?:ed)?",
        "debit(?:ed)?",
        "remittance",
        "remit",
        "send",
        "transaction",
        "chaps",
        "swift",
    ),
    accepts=_is_code,
    question=rf"\b(?:transaction|payment|transfer|trace|wire)\b[ ]{_NUMBER}|\butr\b",
    answer=rf"{ANSWER}\b([a-z]{{0,5}}[-/]?[0-9][a-z0-9/-]{{4,36}})\b",
    examples=(
        "debit me 2 times for one transfer. ref na [[000013250411093347]] and",
        "UTR is [[528114407731]]. I have",
        "both carry trace number [[021000029914473]]. I'd",
        "txn=[[pi_8Qk2LmZ04vTe]]&iban",
        "Transaction#[[TX9940217KQ]] on 4/18",
        "session id [[090267250311102044718829301174]]",
        "the wire of 11 June, reference [[FT25162K7M0Q]], is sitting",
    ),
    negatives=(
        "the transaction of 12/03/2024 for 499.99",
        "payment 3 of 12",
        "transfer 25000 pounds today",
    ),
)
