"""Crypto wallets: Bitcoin and its relatives by their checksum, Ethereum by its form.

Sources: Bitcoin Core, base58.cpp (base58check); BIP 173 and BIP 350 (bech32); ERC-55 (form).
"""

from hashlib import sha256

from summarizer.pii.recognizing import Pattern, PatternRecognizer

__all__ = ["CRYPTO"]

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BECH32_CONSTANTS = frozenset({1, 0x2BC830A3})
_PAYLOAD = 25


def _base58check(value: str) -> bool:
    number = 0
    for character in value:
        digit = _BASE58.find(character)
        if digit < 0:
            return False
        number = number * 58 + digit
    if number.bit_length() > 8 * _PAYLOAD:
        return False
    raw = number.to_bytes(_PAYLOAD, "big")
    return sha256(sha256(raw[:-4]).digest()).digest()[:4] == raw[-4:]


def _bech32(value: str) -> bool:
    prefix, _, data = value.lower().rpartition("1")
    if not prefix or any(character not in _BECH32 for character in data):
        return False
    values = [ord(character) >> 5 for character in prefix] + [0]
    values += [ord(character) & 31 for character in prefix]
    values += [_BECH32.index(character) for character in data]
    check = 1
    for entry in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ entry
        for bit, generator in enumerate(_GENERATOR):
            check ^= generator if top >> bit & 1 else 0
    return check in _BECH32_CONSTANTS


def _proves_itself(value: str) -> bool:
    if value[:2].lower() == "0x":
        return True
    return _base58check(value) or _bech32(value)


CRYPTO = PatternRecognizer(
    name="crypto",
    entity="CRYPTO",
    patterns=(
        Pattern("base58", r"\b([13TLMD][a-z0-9]{25,34})\b", 0.0),
        Pattern("bech32", r"\b((?:bc|tb|ltc)1[a-z0-9]{25,71})\b", 0.7),
        Pattern("ethereum", r"\b(0x[0-9a-f]{40})\b", 0.9),
    ),
    context=("wallets?", "btc", "bitcoin", "coins?", "crypto", "usdt", "eth(?:ereum)?", "exchange"),
    check=_proves_itself,
    examples=(
        "i sent 0.4 btc to [[1NXsf8VVjGqvjNcXkQMdhwDTZgQvrijAd4]] and",
        "[[0x3f79bb7b435b05321651daefd374cdc681dc06fa]]",
        "[[bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4]]. I know",
        "Wallet given: [[3BiTseHMM4JVNPCwTLq9AsPefK7oq76h94]].",
    ),
    negatives=(
        "reference 1ABCDEFGHJKLMNPQRSTUVWXYZabcdefg",
        "0x3f79bb7b",
        "commit 3f79bb7b435b05321651daefd374cdc681dc06fa",
    ),
)
