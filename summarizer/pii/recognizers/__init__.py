"""Recognizers: one file per kind of data, and the tuple of all of them."""

from typing import Final

from summarizer.pii.recognizers.address import ADDRESS
from summarizer.pii.recognizers.address_labelled import ADDRESS_LABELLED
from summarizer.pii.recognizers.bank_account import ABA_ROUTING_NUMBER, BANK_ACCOUNT, UK_SORT_CODE
from summarizer.pii.recognizers.bic import BIC
from summarizer.pii.recognizers.card import CARD
from summarizer.pii.recognizers.card_details import CARD_EXPIRY, CARD_LAST4, CVV
from summarizer.pii.recognizers.crypto import CRYPTO
from summarizer.pii.recognizers.dob import DOB
from summarizer.pii.recognizers.driver_license import DRIVER_LICENSE
from summarizer.pii.recognizers.email import EMAIL, EMAIL_SPACED, EMAIL_SPOKEN
from summarizer.pii.recognizers.employer import EMPLOYER
from summarizer.pii.recognizers.encoded import ENCODED
from summarizer.pii.recognizers.iban import IBAN
from summarizer.pii.recognizers.india import AADHAAR, PAN
from summarizer.pii.recognizers.merchant import MERCHANT
from summarizer.pii.recognizers.network import DEVICE, IP, MAC
from summarizer.pii.recognizers.nino import NINO
from summarizer.pii.recognizers.passport import PASSPORT
from summarizer.pii.recognizers.person import PERSON
from summarizer.pii.recognizers.person_listed import PERSON_LISTED
from summarizer.pii.recognizers.phone import PHONE, PHONE_NEAR_WORDS
from summarizer.pii.recognizers.phone_spoken import PHONE_SPOKEN
from summarizer.pii.recognizers.place import PLACE
from summarizer.pii.recognizers.plate import PLATE
from summarizer.pii.recognizers.postcode import POSTCODE
from summarizer.pii.recognizers.references import CASE, CUSTOMER, ORDER, POLICY, TRANSACTION
from summarizer.pii.recognizers.secrets import ONE_TIME_CODE, PASSWORD, PIN
from summarizer.pii.recognizers.security_answer import SECURITY_ANSWER
from summarizer.pii.recognizers.sin import SIN
from summarizer.pii.recognizers.spelled import SPELLED
from summarizer.pii.recognizers.spoken import SPOKEN
from summarizer.pii.recognizers.ssn import SSN, SSN_LAST4
from summarizer.pii.recognizers.table import TABLE
from summarizer.pii.recognizers.tfn import TFN
from summarizer.pii.recognizers.url import URL
from summarizer.pii.recognizers.us_tax import EIN, ITIN
from summarizer.pii.recognizers.username import USERNAME
from summarizer.pii.recognizing import Recognizer

__all__ = ["RECOGNIZERS"]

RECOGNIZERS: Final[tuple[Recognizer, ...]] = (
    CARD, CARD_LAST4, CVV, CARD_EXPIRY,
    PIN, ONE_TIME_CODE, PASSWORD, SECURITY_ANSWER,
    IBAN, BIC, ABA_ROUTING_NUMBER, UK_SORT_CODE, BANK_ACCOUNT,
    SSN, SSN_LAST4, ITIN, EIN, NINO, SIN, TFN, PAN, AADHAAR, PASSPORT, DRIVER_LICENSE,
    PERSON, PERSON_LISTED, DOB,
    EMAIL, EMAIL_SPACED, EMAIL_SPOKEN, PHONE, PHONE_NEAR_WORDS, PHONE_SPOKEN,
    ADDRESS, ADDRESS_LABELLED, POSTCODE, PLACE,
    IP, MAC, DEVICE, URL, USERNAME, CRYPTO, PLATE,
    CUSTOMER, CASE, POLICY, ORDER, TRANSACTION,
    EMPLOYER, MERCHANT,
    SPOKEN, SPELLED, TABLE, ENCODED,
)  # fmt: skip
"""Every recognizer. A new kind of data is a file and a name here."""
