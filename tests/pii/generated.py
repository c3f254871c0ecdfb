"""Generated texts: a seed -> tickets' sentences with invented values, the same in every run."""

import random
from collections.abc import Callable, Iterator, Sequence
from typing import Final

__all__ = ["generated"]

_GIVEN = (
    "Maria", "Tunde", "Priya", "Harold", "Siobhan", "Chidi", "Wei", "Fatima", "Dashawn", "Ingrid",
    "Rosalind", "Olumide", "Keisha", "Anh", "Piotr", "Grace", "Will", "Noor", "Mateusz", "Aroha",
)  # fmt: skip
_FAMILY = (
    "Lopez", "Bakare", "Raghunathan", "Finch", "O'Rourke", "Anagonye", "Zhang", "Al-Sayed",
    "Pettigrew", "Lindqvist", "Achterberg-Shaw", "Adebayo", "Young", "Nguyen", "Kowalczyk",
    "Whitfield", "Price", "Rahman", "Nowak", "Tamihana",
)  # fmt: skip
_TOWNS = (
    "Leeds", "Columbus", "Toronto", "Mumbai", "Wakefield", "Brisbane", "Austin", "Cork", "Lagos",
    "Springfield", "Basingstoke", "Gdansk",
)  # fmt: skip
_STREETS = ("Willow Lane", "Marlowe Terrace", "Oak Street", "Harbour Road", "King Street")
_FRAMES: Final = (
    "hi my name is {name} and my card {card} was declined in {town}",
    "Dear {title} {family}, we have sent a new card to {address}.",
    "Please pay {money} to {iban} by {date}, reference {reference}.",
    "My card is {card}, it expires {expiry} and the code on the back is {cvv}.",
    "call me on {phone} after {time} or write to {email}",
    "My social security number is {ssn}, date of birth {date}.",
    "Account number {account}, sort code {sort}, in the name of {name}.",
    "Routing {routing} and account {account} belong to {name}.",
    "I logged in from {ip} and saw {url} in the address bar.",
    "the payment of {money} was due {day} and it is still pending after {count} days",
    "We will answer within {count} business days, {day} at the latest.",
    "{name}\n{address}\n\nDear Sir or Madam,\n\nI moved from {town} last year.",
    "Spoke to {given} in {town} at {time}; cust verified by DOB {date}.",
    "ref {reference}: {money} refunded on {date}, merchant in {town}",
    "My passport number is {passport} and my driving licence is {licence}.",
    "NI number {nino}, tel {phone}, e-mail {email}.",
    "device {mac} and wallet {crypto} were used at {time}",
    "Kind regards,\n{name}\nCard services",
    "is {amount} the balance? i was told {other} last week by {given}",
    "The fee of {money} is charged {every} under section {count} of the agreement.",
    "{given} {family}, {town}, {phone}",
    "the order {reference} from {url} was {count} days late, thanks {given}",
    "American and British customers pay the same fee of {money}.",
    "ITIN {itin} on file, EIN not given, statement for {month}.",
    "case {uuid} closed {date} {time}",
)
_PERIODS = ("every month", "yearly", "once a quarter", "each week", "on the 1st of each month")
_DAYS = ("tomorrow", "yesterday", "on Friday", "next week", "this morning", "last month", "today")
_MONTHS = ("March 2025", "last June", "May", "Q3 2024", "the year 2023")
_FIXED: Final = {
    "given": _GIVEN,
    "family": _FAMILY,
    "town": _TOWNS,
    "title": ("Mr", "Mrs", "Ms", "Dr"),
    "every": _PERIODS,
    "day": _DAYS,
    "month": _MONTHS,
    "passport": ("533380006", "X4420187", "C01X00T47"),
    "licence": ("D1234567", "WHITF601124M99XY", "F255921500940"),
    "crypto": ("1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
    "nino": ("QQ 12 34 56 C", "AB123456C", "JG 10 37 59 A"),
    "itin": ("912-70-1234", "900-81-4321"),
    "uuid": ("6f9619ff-8b86-4011-b42d-00c04fc964ff",),
    "mac": ("00:1B:44:11:3A:B7", "3c-22-fb-9a-00-01"),
}


def generated(count: int, seed: int) -> Iterator[str]:
    """Yield texts, a third of them in the capitals that people type in chats."""
    source = random.Random(seed)  # noqa: S311 - the same texts in every run
    for number in range(count):
        text = _filled(_FRAMES[number % len(_FRAMES)], source)
        if source.random() < 1 / 3:
            text = text.lower()
        yield text


def _filled(frame: str, source: random.Random) -> str:
    values = {name: source.choice(choices) for name, choices in _FIXED.items()}
    values |= {name: make(source) for name, make in _MADE.items()}
    values["name"] = f"{values['given']} {values['family']}"
    return frame.format_map(values)


def _digits(source: random.Random, count: int) -> str:
    return "".join(str(source.randrange(10)) for _ in range(count))


def _card(source: random.Random) -> str:
    digits = "4" + _digits(source, 14)
    total = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[::2])
    total += sum(int(digit) for digit in digits[1::2])
    digits += str(-total % 10)
    return source.choice(("", " ", "-")).join(digits[at : at + 4] for at in range(0, 16, 4))


def _iban(source: random.Random) -> str:
    bban = "NWBK" + _digits(source, 14)
    number = "".join(str(int(character, 36)) for character in f"{bban}GB00")
    iban = f"GB{98 - int(number) % 97:02}{bban}"
    return source.choice((iban, " ".join(iban[at : at + 4] for at in range(0, 22, 4))))


def _routing(source: random.Random) -> str:
    digits = "0" + str(source.randrange(1, 10)) + _digits(source, 6)
    total = sum(weight * int(digit) for weight, digit in zip((3, 7, 1) * 3, digits, strict=False))
    return digits + str(-total % 10)


def _date(source: random.Random) -> str:
    day, month, year = (
        source.randrange(1, 29),
        source.randrange(1, 13),
        source.randrange(1950, 2026),
    )
    names = ("January", "March", "May", "June", "August", "November")
    return source.choice((
        f"{day:02}/{month:02}/{year}",
        f"{year}-{month:02}-{day:02}",
        f"{day} {source.choice(names)} {year}",
        f"{source.choice(names)} {day}",
    ))


def _phone(source: random.Random) -> str:
    last = f"01{_digits(source, 2)}"
    return source.choice((
        f"(503) 555-{last}",
        f"+1 212-555-{last}",
        f"07700 900{_digits(source, 3)}",
        f"+44 20 7946 0{_digits(source, 3)}",
    ))


def _money(source: random.Random) -> str:
    amount = f"{source.randrange(1, 9000)}.{_digits(source, 2)}"
    return source.choice((f"${amount}", f"£{amount}", f"{amount} euros"))


def _from(choices: Sequence[str]) -> Callable[[random.Random], str]:
    return lambda source: source.choice(choices).format(
        given=source.choice(_GIVEN).lower(), number=_digits(source, 3)
    )


_MADE: Final[dict[str, Callable[[random.Random], str]]] = {
    "card": _card,
    "iban": _iban,
    "routing": _routing,
    "date": _date,
    "phone": _phone,
    "money": _money,
    "amount": lambda source: f"{source.randrange(1, 90000):,}",
    "other": lambda source: str(source.randrange(10, 9000)),
    "count": lambda source: str(source.randrange(2, 46)),
    "time": lambda source: (
        f"{source.randrange(1, 13)}:{source.randrange(60):02} {source.choice('ap')}m"
    ),
    "expiry": lambda source: f"{source.randrange(1, 13):02}/{source.randrange(26, 32)}",
    "cvv": lambda source: _digits(source, 3),
    "ssn": lambda source: f"536-{source.randrange(10, 99)}-{source.randrange(1000, 9999)}",
    "account": lambda source: _digits(source, source.choice((8, 10, 12))),
    "sort": lambda source: "-".join((_digits(source, 2), _digits(source, 2), _digits(source, 2))),
    "reference": lambda source: f"TX-{_digits(source, 8)}",
    "address": lambda source: (
        f"{source.randrange(1, 200)} {source.choice(_STREETS)}, {source.choice(_TOWNS)}"
    ),
    "email": _from(("{given}{number}@example.com", "{given}.f{number}@mail.example.co.uk")),
    "url": _from(("https://example.com/login?user={number}", "www.shop{number}.example.com/a")),
    "ip": lambda source: ".".join(str(source.randrange(1, 255)) for _ in range(4)),
}
