"""Entities: each kind of personal data that can be found, in words for whoever decides on it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

__all__ = ["ENTITIES", "EntityGroup"]

EntityGroup = Mapping[str, str]
"""Entity -> what is looked for, in one line."""

ENTITIES: Final[Mapping[str, EntityGroup]] = MappingProxyType({
    "Who somebody is": {
        "PERSON": "a person's name, of any country, whole or in part",
        "DATE_OF_BIRTH": "a date that words beside it call one of birth",
        "EMPLOYER": "whom the customer or a relative works for",
        "USERNAME": "a user name, a handle, a payment alias",
        "CUSTOMER_ID": "a customer, member or agent number",
    },
    "How to reach them": {
        "EMAIL_ADDRESS": "an e-mail address, also spaced or spoken",
        "PHONE_NUMBER": "a telephone number, also spoken",
        "STREET_ADDRESS": "a house, flat or box with its street",
        "POSTCODE": "a postcode or ZIP code",
        "LOCATION": "a town, region or branch; not a country alone",
    },
    "Cards": {
        "CREDIT_CARD": "a card number (ISO/IEC 7812, Luhn check digit)",
        "CARD_LAST4": "the last digits of a card",
        "CARD_EXPIRY": "when a card expires",
        "CVV": "the security code of a card",
        "PIN": "a personal identification number",
    },
    "Accounts": {
        "BANK_ACCOUNT": "an account number beside words that say so",
        "IBAN_CODE": "an IBAN (ISO 13616, mod 97)",
        "BIC_CODE": "a BIC that names a bank (ISO 9362)",
        "UK_SORT_CODE": "a sort code of the UK or Ireland",
        "ABA_ROUTING_NUMBER": "a routing number of the US, with its check digit",
        "CRYPTO": "a wallet address of a cryptocurrency",
    },
    "What lets somebody in": {
        "PASSWORD": "a password or passphrase",
        "ONE_TIME_CODE": "a code that is valid once",
        "SECURITY_ANSWER": "the answer to a security question",
    },
    "Numbers of states": {
        "US_SSN": "a social security number of the US",
        "US_SSN_LAST4": "its last four digits",
        "US_ITIN": "an individual taxpayer number of the US",
        "US_EIN": "an employer identification number of the US",
        "UK_NINO": "a National Insurance number of the UK",
        "CA_SIN": "a social insurance number of Canada (Luhn)",
        "AU_TFN": "a tax file number of Australia, with its check digit",
        "IN_PAN": "a permanent account number of India (tax)",
        "IN_AADHAAR": "an Aadhaar number of India (Verhoeff)",
        "PASSPORT": "a passport number",
        "DRIVER_LICENSE": "a driving licence number",
        "VEHICLE_PLATE": "the registration plate of a vehicle",
    },
    "Devices and links": {
        "IP_ADDRESS": "an IP address, version 4 or 6",
        "MAC_ADDRESS": "the address of a network card",
        "DEVICE_ID": "an IMEI, a serial or a device number",
        "URL": "a link that carries an identifier",
    },
    "Cases and trade": {
        "CASE_REFERENCE": "the reference of a case, ticket or complaint",
        "ORDER_NUMBER": "the number of an order, parcel or invoice",
        "POLICY_NUMBER": "the number of an insurance policy",
        "TRANSACTION_ID": "the reference of a payment",
        "MERCHANT": "where the customer bought something or whom they paid",
    },
})
"""By what the data is about, in the order in which a policy is read."""
