"""Canary: known personal data that must come out fully redacted before anything is trusted.

Every entity that a policy looks for has one, or nothing is served. Each stands with the words
that its recognizer needs; all values are invented, and valid in form.
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from summarizer.errors import RedactionError
from summarizer.models import Case, CaseMessage, CaseText, RedactionSpan
from summarizer.policy import Policy
from summarizer.redact.redactor import Redactor
from summarizer.textfold import compact
from summarizer.textmap import TextMap

__all__ = ["CANARY", "Canary", "canary_case", "check_canary"]


class Canary(NamedTuple):
    """A value that must not come through."""

    entity: str
    value: str
    sentence: str
    """Holds the value, once."""


CANARY: Final[tuple[Canary, ...]] = (
    Canary("PERSON", "Margaret Whitfield", "Hello, my name is Margaret Whitfield."),
    Canary("CREDIT_CARD", "4111 1111 1111 1111", "The card is 4111 1111 1111 1111."),
    Canary("IBAN_CODE", "GB33BUKB20201555555555", "Pay it to GB33BUKB20201555555555 please."),
    Canary("EMAIL_ADDRESS", "m.whitfield@example.com", "Write to m.whitfield@example.com."),
    Canary("PHONE_NUMBER", "+1 212-555-0187", "You can call me on +1 212-555-0187."),
    Canary("US_SSN", "536-90-4399", "My social security number is 536-90-4399."),
    Canary("US_SSN_LAST4", "7316", "The last four of my social are 7316."),
    Canary("US_ITIN", "912-70-1234", "My ITIN is 912-70-1234."),
    Canary("US_EIN", "47-6130982", "Our EIN is 47-6130982."),
    Canary("UK_NINO", "AB123456C", "My National Insurance number is AB123456C."),
    Canary("CA_SIN", "130 692 544", "My SIN is 130 692 544."),
    Canary("AU_TFN", "123 456 782", "My tax file number is 123 456 782."),
    Canary("IN_PAN", "BQZPS4471L", "My PAN is BQZPS4471L."),
    Canary("IN_AADHAAR", "2847 1930 5624", "My Aadhaar number is 2847 1930 5624."),
    Canary("PASSPORT", "X4420187", "My passport number is X4420187."),
    Canary("DRIVER_LICENSE", "F255921500940", "My driver's license is F255921500940."),
    Canary("VEHICLE_PLATE", "LB07 XYZ", "The registration plate is LB07 XYZ."),
    Canary("CVV", "593", "The CVV is 593."),
    Canary("CARD_EXPIRY", "09/27", "The card expires 09/27."),
    Canary("CARD_LAST4", "8842", "It is the card ending in 8842."),
    Canary("PIN", "6042", "My PIN is 6042."),
    Canary("ONE_TIME_CODE", "718204", "The one-time code is 718204."),
    Canary("PASSWORD", "Harbour-Tin-58", "My password is Harbour-Tin-58."),
    Canary("SECURITY_ANSWER", "Bluebell", "My memorable word is Bluebell."),
    Canary("BANK_ACCOUNT", "55540183", "My account number is 55540183."),
    Canary("UK_SORT_CODE", "20-47-91", "The sort code is 20-47-91."),
    Canary("ABA_ROUTING_NUMBER", "122105155", "The routing number is 122105155."),
    Canary("BIC_CODE", "BUKBGB22XXX", "The BIC is BUKBGB22XXX."),
    Canary("STREET_ADDRESS", "17 Marlowe Terrace", "I live at 17 Marlowe Terrace."),
    Canary("POSTCODE", "LS6 3QT", "My postcode is LS6 3QT."),
    Canary("LOCATION", "Basingstoke", "I live in Basingstoke."),
    Canary("DATE_OF_BIRTH", "23/07/1981", "My date of birth is 23/07/1981."),
    Canary("IP_ADDRESS", "203.0.113.74", "The login came from 203.0.113.74."),
    Canary("MAC_ADDRESS", "00:1B:44:11:3A:B7", "The MAC address is 00:1B:44:11:3A:B7."),
    Canary("DEVICE_ID", "356938035643809", "The IMEI is 356938035643809."),
    Canary(
        "URL",
        "https://reset.example/s?uid=7740193",
        "The link was https://reset.example/s?uid=7740193 in the mail.",
    ),
    Canary(
        "CRYPTO",
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
        "The wallet is bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4.",
    ),
    Canary("USERNAME", "mwhit_77", "My username is mwhit_77."),
    Canary("CUSTOMER_ID", "AB-448210", "My customer ID is AB-448210."),
    Canary("CASE_REFERENCE", "CS-2291847", "My case reference is CS-2291847."),
    Canary("POLICY_NUMBER", "HP-7731902", "My policy number is HP-7731902."),
    Canary("ORDER_NUMBER", "OR-5502318", "The order number is OR-5502318."),
    Canary("TRANSACTION_ID", "TX-90412277", "The transaction ID is TX-90412277."),
    Canary("EMPLOYER", "Brightwater Joinery Ltd", "I work for Brightwater Joinery Ltd."),
    Canary("MERCHANT", "Lumen Cycles Ltd", "It was a purchase at Lumen Cycles Ltd."),
)


def check_canary(redactor: Redactor, policy: Policy) -> tuple[str, ...]:
    """Redact the canary and look for its values; return the entities that were tried.

    Entities that policy does not look for are not tried.

    Raises:
        RedactionError: naming the entities of which anything was left, or that can be found
            and have no canary.
    """
    wanted = {entity for entity in redactor.entities if policy.rule(entity).detect}
    untried = sorted(wanted - {canary.entity for canary in CANARY})
    if untried:
        msg = f"no canary for {', '.join(untried)}; nothing is served"
        raise RedactionError(msg)
    tried = [canary for canary in CANARY if canary.entity in wanted]
    redacted = redactor.redact(canary_case(tried)).case
    leaked = [
        canary.entity
        for canary, text in zip(tried, redacted.texts, strict=True)
        if compact(canary.value) in compact(text.text)
        or not _is_covered(canary, [span for span in redacted.spans if span.where == text.where])
    ]
    if leaked:
        msg = f"the canary was not redacted: {', '.join(leaked)}; nothing is served"
        raise RedactionError(msg)
    return tuple(canary.entity for canary in tried)


def _is_covered(canary: Canary, spans: Sequence[RedactionSpan]) -> bool:
    """Say whether every letter and digit of the value was replaced."""
    start = canary.sentence.index(canary.value)
    covered = {at for span in spans for at in range(span.start, span.end)}
    return all(
        at in covered for at, character in enumerate(canary.value, start) if character.isalnum()
    )


def canary_case(canaries: Iterable[Canary] = CANARY) -> Case:
    """Return a case with the sentence of each canary in a text of its own."""
    # Not the path of a message: no sentence is the question that the next one answers.
    texts = tuple(
        CaseText(f"canary[{index}]", TextMap.identity(canary.sentence))
        for index, canary in enumerate(canaries)
    )
    messages = tuple(
        CaseMessage(f"m{index + 1}", "customer", None, 0) for index in range(len(texts))
    )
    ids = tuple(message.id for message in messages)
    return Case("canary", ids, None, None, messages, texts)
