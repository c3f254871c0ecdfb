"""Network and device identifiers: IP addresses, MAC addresses, IMEI and other device ids.

Sources: RFC 791 and RFC 4291 (IP), IEEE 802 (MAC), 3GPP TS 23.003 section 6 (IMEI).
"""

# A pattern reads best on one line.
# ruff: noqa: E501

from ipaddress import ip_address

from summarizer.pii.recognizers.card import luhn
from summarizer.pii.recognizers.labelled import ANSWER, LINK, StrictRecognizer
from summarizer.pii.recognizing import Pattern

__all__ = ["DEVICE", "IP", "MAC"]

_LEAST_DIGITS = 3
_IMEI_DIGITS = 15
_VERSION = 12


def _is_address(text: str, start: int, end: int) -> bool:
    value = text[start:end]
    if "version" in text[max(0, start - _VERSION) : start].lower():
        return False
    if start and text[start - 1] in ".:-vV/" and ":" not in value:
        return False
    if ":" in value and text[end : end + 1].isalnum():
        return False
    if text[end : end + 1] in {".", ":", "-"} and text[end + 1 : end + 2].isdigit():
        return text[end] == ":" and "." in value
    try:
        ip_address(value)
    except ValueError:
        return False
    return True


def _is_host(value: str) -> bool | None:
    """Refute what is rather the number of a version or a clause: `1.2.3.4`."""
    if ":" in value:
        return value.count(":") > 2 or None  # noqa: PLR2004 - `a::b` may be code
    return False if all(len(part) == 1 for part in value.split(".")) else None


def _has_digits(text: str, start: int, end: int) -> bool:
    return sum(character.isdigit() for character in text[start:end]) >= _LEAST_DIGITS


def _imei(value: str) -> bool | None:
    digits = "".join(character for character in value if character.isdigit())
    return None if len(digits) != _IMEI_DIGITS or luhn(digits) else False


IP = StrictRecognizer(
    name="ip",
    entity="IP_ADDRESS",
    patterns=(
        Pattern("v4", r"\b([0-9]{1,3}(?:\.[0-9]{1,3}){3})\b", 0.7, 0.95),
        Pattern(
            "v6",
            r"(?:^|[^0-9a-z:])((?:[0-9a-f]{1,4}:|::)(?:[0-9a-f]{0,4}:){0,6}[0-9a-f]{0,4})",
            0.5,
            0.9,
        ),
        Pattern(
            "v6_end",
            r"(?:^|[^0-9a-z:])((?:[0-9a-f]{1,4}:){2,7}(?::[0-9a-f]{1,4}|[0-9a-f]{1,4}))\b",
            0.5,
            0.9,
        ),
    ),
    context=("ip", r"ip ?address(?:es)?", "ipv[46]", "host", "logged in from", "login"),
    check=_is_host,
    accepts=_is_address,
    examples=(
        "someone logged in from [[203.0.113.45]] not me",
        "wifi ip [[2001:db8:4c1f:88::2a]] keeps",
        '"ip":"[[203.0.113.87]]",',
        "([[2001:db8:44:9f::1c]])",
        "[[6e40:4041:c617:e898:c11:40d2:c669:2eb4]]",
        "[[198.51.100.7]]:443",
    ),
    negatives=(
        "clause 1.2.3.4 applies",
        "version 2025.11.4 build",
        "at 12:30:45 on Monday",
        "999.1.2.3",
        "std::vector",
    ),
)

MAC = StrictRecognizer(
    name="mac",
    entity="MAC_ADDRESS",
    patterns=(
        Pattern(
            "pairs",
            r"\b([0-9a-f]{2}(?::[0-9a-f]{2}){5}|[0-9a-f]{2}(?:-[0-9a-f]{2})"
            r"{5})\b",
            0.95,
        ),
        Pattern("dotted", r"\b([0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4})\b", 0.0),
    ),
    context=("mac", "router", "wi-?fi", "device", "bluetooth"),
    examples=(
        "Wi-Fi MAC: [[3C:5A:B4:1E:07:9D]]",
        "MAC [[00-1B-44-11-3A-B7]], so",
        "mac [[001b.4411.3ab7]]",
    ),
    negatives=("12:30:45", "10-11-12"),
)

DEVICE = StrictRecognizer(
    name="device",
    entity="DEVICE_ID",
    patterns=(
        Pattern("imei", r"\b([0-9]{2}[ -]?[0-9]{6}[ -]?[0-9]{6}[ -]?[0-9])\b", 0.0),
        Pattern(
            "labelled",
            r"(?:\bimei|\bmeid|\budid|\bidfa|\bgaid|\bdevice|\bhandset|"
            r"android[ _]id|serial|\bs/n\b|\bhardware token|\bsecurity token)(?:[ _-]?(?:fingerprint|uuid|guid|"
            r"serial))?"
            rf"{LINK}\b([0-9a-f]{{4,12}}(?:-[0-9a-f]{{2,12}}){{1,6}}|[a-z]{{2,4}}-[0-9]{{2,6}}(?:[ -][0-9]{{2,6}}){{1,4}}|[0-9a-z]{{8,40}})\b",
            0.85,
        ),
    ),
    context=("imei", "handset", "device(?: id)?", "phone", "serial"),
    check=_imei,
    accepts=_has_digits,
    question=r"\b(?:imei|device id|serial number)\b",
    answer=rf"{ANSWER}\b([0-9a-z-]{{8,40}})\b",
    examples=(
        "app wont bind, imei [[356938035643809]], old one",
        '"device_id":"[[d41f-77ab-90c2-e1]]","ua"',
        "tool live on device [[A7F3-0C19-55DE]]. Cust",
        "customer says not him. Handset [[867400022228609]] new",
        "security token (S/N [[TKN-55 0917 2284]]), somewhere",
        "device id [[550e8400-e29b-41d4-a716-446655440000]]",
    ),
    negatives=("my device is broken", "parcel 356938035643809", "new device added 12/03/2024"),
)
