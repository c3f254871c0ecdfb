"""Merchants: where the customer bought something or whom they paid, by the words that say so.

Where somebody shops is no identifier, and every dispute turns on it: only a policy that asks for
it holds it back. Source: EDPB, guidelines 06/2020 on PSD2 and the GDPR, section 5 (payments can
tell what is sensitive, such as a clinic or a union).
"""

# A list of words reads best on one line.
# ruff: noqa: E501

from summarizer.pii.recognizers.company import CompanyCue, CompanyRecognizer

__all__ = ["MERCHANT"]

_LABELLED = frozenset({"label"})
# After `to` and `by` people stand as often as shops do.
_SURE = frozenset({"form", "brand"})
_SUM = r"(?: (?:of )?[$£€₹¥]? ?[0-9][0-9.,]*(?: ?(?:gbp|usd|eur|euros?|pounds?|dollars?|quid|bucks))?)?"
_SCHEMES = frozenset({
    "visa", "visa debit", "mastercard", "maestro", "amex", "american express", "apple pay", "google pay", "samsung pay",
    "faster payments", "faster payment", "direct debit", "standing order", "bank transfer", "bacs", "chaps", "sepa",
    "swift", "ach", "zelle", "venmo", "contactless", "fraud team", "hmrc", "irs",
})  # fmt: skip

MERCHANT = CompanyRecognizer(
    name="merchant",
    entity="MERCHANT",
    refuses=lambda name: name in _SCHEMES or name.endswith("bank"),
    cues=(
        CompanyCue(
            "bought",
            rf"\b(?:purchases?|transactions?|bought|shopping|shopped|spent|spend|ordered|orders?|declined|contactless|pay(?:ing|ments?)?|paid|charged?|charges|debited|refunded){_SUM}(?: (?:something|it|them|(?:a|an|the|some|my) [a-z]{{2,16}}(?: [a-z]{{2,16}})?|this|that|these|groceries|online|twice|again|made|for [a-z ]{{2,20}}))? (?:at|with|from) ",
        ),
        CompanyCue(
            "refund",
            r"\b(?:refunds?|refunded|credit note|voucher|delivery|parcel|subscription|membership|receipt|invoice) (?:from|at|with|by|to) ",
        ),
        CompanyCue(
            "paid",
            rf"\b(?:payments?|paid|pay|paying|charge[ds]?|charged|debits?|debit orders?|standing orders?|subscription|transfer(?:red)?|sent|billed){_SUM} (?:to|by|for|of) ",
            _SURE,
        ),
        CompanyCue("payer", r"\b(?:paid|paying|pay) ", _SURE),
        CompanyCue(
            "label",
            r"\b(?:merchant(?: name)?|retailer|trader|seller|shop name|store name|händler|commerçant|comercio|esercente)[\"']? ?[:=] ?[\"']?",
            _LABELLED,
        ),
        CompanyCue(
            "payee", r"\b(?:payee|creditor|biller|beneficiary)(?: name)?[\"']? ?[:=] ?[\"']?", _SURE
        ),
        CompanyCue(
            "statement",
            r"\b(?:pos|card (?:purchase|payment)|visa debit|debit card|contactless|direct debit|dd|ach debit|vis|ctls)(?: to| at)?[ ]?[:*-]? ",
            _SURE,
        ),
        CompanyCue("called", r"\bmerchant (?:called |named |is |was |\()?"),
    ),
    examples=(
        "a €31.90 purchase at [[Zalando]] was blocked",
        "a payment to [[Sofa Yard Online Ltd]] that I never made",
        "Merchant: [[Corner Stone Café]]\nAmount: 12.50",
        "i paid £40 at [[wagamama]] and it shows twice",
        "the refund from [[Pebble & Thread]] has not come",
        "charged by [[netflix]] again",
        "direct debit to [[Thameside Fitness plc]] is wrong",
        "i bought a laptop from [[Tech Barn Direct]] on 3rd",
        "direct debit of 30 to [[Thameside Fitness Ltd]]",
        "POS [[TESCO]] 3411 04.11",
        "Payee: [[Westmoor Kitchens LLC]], 900.00",
        '"merchant": "[[COFFEE CART 12]]", "amount": 4.75',
        "I bought shoes from Ada and spent 90 at [[Harvey Nichols]]",
        "POS 41 merchant=[[COFFEE CART 12]] amount=4.75",
        "Merchant: [[Sofa Yard Online]]\nAmount: 1,299.00",
        "the merchant [[Lumen Cycles GmbH]] sent it back",
    ),
    negatives=(
        "once the merchant's bank has settled",
        "a payment to Margaret Whitfield",
        "paid on Monday",
        "a purchase at 14:22 on 3 May",
        "the transaction at Friday noon",
        "a merchant may force a charge through a closed card",
        "payment to my landlord",
        "charged for it twice",
        "the payment from Monday",
        "paid with Card",
        "refund to me please",
        "No: price match is a merchant issue.",
        "purchases in France",
        "the payment by Faster Payments",
        "paid by Visa Debit on Monday",
        "paid with Apple Pay",
        "a transfer to Northgate Bank, a payment from Northgate Bank",
    ),
)
