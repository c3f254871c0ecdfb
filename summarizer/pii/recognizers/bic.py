"""Business identifier codes of banks (ISO 9362): four letters, a country, a place, a branch.

Eight or eleven characters; the country at positions five and six is of ISO 3166-1. Many words
in capitals have that form, so without context only a form that no word has counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from summarizer.pii.common import common_words
from summarizer.pii.recognizing import Found, Pattern, PatternRecognizer, View

__all__ = ["BIC"]

_COUNTRY = (
    "(?:A[DEFGILMOQRSTUWXZ]|B[ABDEFGHIJLMNOQRSTVWYZ]|C[ACDFGHIKLMNORUVWXYZ]|D[EJKMOZ]|E[CEGHRST]"
    "|F[IJKMOR]|G[ABDEFGHILMNPQRSTUWY]|H[KMNRTU]|I[DELMNOQRST]|J[EMOP]|K[EGHIMNPRWYZ]"
    "|L[ABCIKRSTUVY]|M[ACDEFGHKLMNOPQRSTUVWXYZ]|N[ACEFGILOPRUZ]|OM|P[AEFGHKLMNRSTWY]|QA"
    "|R[EOSUW]|S[ABCDEGHIJKLMNORSTVXYZ]|T[CDFGHJKLMNORTVWZ]|U[AGMSYZ]|V[ACEGINU]|W[FS]|XK"
    "|Y[ET]|Z[AMW])"
)
_HEAD = f"[A-Z]{{4}}{_COUNTRY}"
_CUE = (
    r"(?:\b|_)(?:bic|swift|b i c)(?:[ /_-]?(?:bic|swift|code|no|number))*"
    r"(?:[^0-9A-Za-z]{1,3}(?:is|was|of|code|the|for|payee's|their"
    r"|my)\b){0,3}[^0-9A-Za-z]{1,8}"
)


@dataclass(frozen=True, kw_only=True)
class _Bic(PatternRecognizer):
    def find(self, view: View) -> Iterator[Found]:
        """Yield the codes that are no ordinary word."""
        words = common_words()
        for found in super().find(view):
            if view.text[found.start : found.end].lower() not in words:
                yield found


BIC = _Bic(
    name="bic",
    entity="BIC_CODE",
    needs="letter",
    patterns=(
        Pattern("cued", rf"{_CUE}({_HEAD}[A-Z0-9]{{2}}(?:[A-Z0-9]{{3}})?)\b", 0.9),
        Pattern("head_office", rf"\b((?-i:{_HEAD}[A-Z0-9]{{2}}XXX))\b", 0.8),
        Pattern("lower_head_office", rf"\b({_HEAD}[a-z0-9]{{2}}xxx)\b", 0.6),
        Pattern("digit", rf"\b((?-i:{_HEAD}(?:[A-Z][0-9]|[0-9][A-Z])(?:[A-Z0-9]{{3}})?))\b", 0.0),
        Pattern("letters", rf"\b((?-i:{_HEAD}[A-Z0-9]{{2}}(?:[A-Z0-9]{{3}})?))\b", 0.0),
    ),
    context=("bic", "swift", "swift/bic", "iban", "correspondent", "sepa", "beneficiary bank"),
    window=(60, 30),
    examples=(
        "bic [[INGDDEFFXXX]] and the app says invalid",
        "BIC: [[MUSBATWW]]",
        "The SWIFT [[POALILIT]] was right",
        "&bic=[[GKCCBEBB]]&holder",
        "DE89 3704, [[nrthde2fxxx]]. Two payments",
        "IBAN IE29 AIBK 9311 5212 3456 78 and BIC [[AIBKIE2D]]",
        "swift code is [[barcgb22]]",
        "[[DEUTDEFF500]] is the BIC",
    ),
    negatives=(
        "the SWIFT TRANSFER of the CUSTOMER is late",
        "BUSINESS MORTGAGE DECLINED",
        "a swift response to the customer",
        "AMAZONUK and STARBUCKS on my statement",
        "my bic is written on the statement",
    ),
)
