"""Declared differences: why we differ from stock Presidio, rule by rule.

The order counts: what stock found and we did not comes first, from the narrowest rule to the
widest. Names and places are declared by kind, whatever the name model says at the moment.
"""

import re
from typing import Final

from summarizer.evals.differential import Difference, Rule
from summarizer.pii.common import ordinary_words
from summarizer.pii.reading import read

__all__ = ["RULES"]

_NAMES: Final = frozenset({"PERSON", "LOCATION", "NRP"})
_PLACES: Final = frozenset({"LOCATION", "STREET_ADDRESS", "POSTCODE"})
_DATES: Final = frozenset({"DATE_OF_BIRTH", "CARD_EXPIRY"})
_STOCK_HAS: Final = frozenset({
    "ABA_ROUTING_NUMBER", "BANK_ACCOUNT", "CREDIT_CARD", "CRYPTO", "DRIVER_LICENSE",
    "EMAIL_ADDRESS", "IBAN_CODE", "IP_ADDRESS", "LOCATION", "MAC_ADDRESS", "PASSPORT", "PERSON",
    "PHONE_NUMBER", "UK_NINO", "URL", "US_ITIN", "US_SSN",
})  # fmt: skip
"""What both look for, by our names."""
_NUMBERS: Final = frozenset({
    "BANK_ACCOUNT", "CREDIT_CARD", "DRIVER_LICENSE", "IP_ADDRESS", "MAC_ADDRESS",
    "MEDICAL_LICENSE", "PASSPORT", "UK_NHS", "US_ITIN", "US_SSN",
})  # fmt: skip
_GUESS: Final = 0.4
"""The highest score stock gives to a number that nothing speaks for but its form."""
_SHORTEST_LICENCE: Final = 3
_TITLES: Final = frozenset({
    "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "madam", "judge", "the", "a", "an", "of",
    "and", "to", "for", "on", "at", "in", "by", "my", "your", "s",
})  # fmt: skip
_DAY: Final = re.compile(
    r"\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}"
    r"|(?:\d(?:st|nd|rd|th)?|first|second|third|fourth|fifth|teenth|tieth)\b.{0,8}"
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? (?:the )?\d",
    re.IGNORECASE,
)
_TAG: Final = re.compile(r"<[^<>]*>")


def _stock(difference: Difference) -> str:
    return difference.stock.entity if difference.stock else ""


def _score(difference: Difference) -> float:
    return difference.stock.score if difference.stock else 1.0


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.casefold())


def _is_ordinary(difference: Difference) -> bool:
    """Say whether some word of a name is an ordinary one, or none is a word at all."""
    words = _words(difference.value)
    return not words or any(word in ordinary_words() or word in _TITLES for word in words)


def _is_in_tag(difference: Difference) -> bool:
    found = difference.found
    return any(
        tag.start() < found.start and found.end < tag.end()
        for tag in _TAG.finditer(difference.text)
    )


def _has_digit(difference: Difference) -> bool:
    return any(character.isdigit() for character in difference.value)


def _reads_otherwise(difference: Difference) -> bool:
    """Say whether a person reads something else than what is typed where this was found."""
    found = difference.found
    near = difference.text[max(0, found.start - 4) : found.end + 4]
    return read(near).text.strip() != near.strip()


def _is_whole(difference: Difference) -> bool:
    """Say whether one find of ours contains the whole of stock's."""
    found = difference.found
    return any(item.start <= found.start and found.end <= item.end for item in difference.ours)


def _by_model_alone(difference: Difference) -> bool:
    return all(name.startswith("model.") for name in difference.ours[0].recognizers)


_MISSED: Final = (
    Rule(
        "calendar-date",
        frozenset({"missed", "partly"}),
        "A day in the calendar is what a deadline and a payment are made of; a date is personal "
        "where words say that it is one of birth.",
        lambda found: _stock(found) == "DATE_TIME" and _DAY.search(found.value) is not None,
    ),
    Rule(
        "relative-date",
        frozenset({"missed", "partly"}),
        "Stock's model marks `tomorrow`, `five days` and bare numbers as dates; without a "
        "calendar day they point at nobody, and a summary needs them.",
        lambda found: _stock(found) == "DATE_TIME" and _DAY.search(found.value) is None,
    ),
    Rule(
        "nrp-not-personal",
        frozenset({"missed", "partly"}),
        "Nationalities, languages and festivals name nobody; stock's model also takes foreign "
        "words for them.",
        lambda found: _stock(found) == "NRP",
    ),
    Rule(
        "ordinary-words",
        frozenset({"missed", "partly"}),
        "A find of the name model with an ordinary word or a title in it, or without any "
        "letter: `Mrs`, `Card`, `Spoke`, `08/01`.",
        lambda found: _stock(found) in {"PERSON", "LOCATION"} and _is_ordinary(found),
    ),
    Rule(
        "markup-as-name",
        frozenset({"missed", "partly"}),
        "A find of the name model that runs into HTML tags, quoted-printable or an invisible "
        "character, which a person does not read.",
        lambda found: _stock(found) in {"PERSON", "LOCATION"} and _reads_otherwise(found),
    ),
    Rule(
        "lines-read-alone",
        frozenset({"missed"}),
        "A find of the name model in a text of several lines: stock's model reads on over a line "
        "break, ours reads each line alone, so that a doubtful word can come out otherwise.",
        lambda found: _stock(found) in {"PERSON", "LOCATION"} and "\n" in found.text,
    ),
    Rule(
        "html-attribute",
        frozenset({"missed"}),
        "The value stands inside an HTML tag, which is dropped whole before a text is sent.",
        _is_in_tag,
    ),
    Rule(
        "junk-licence",
        frozenset({"missed"}),
        "US_DRIVER_LICENSE of .3 or less, or of two or three characters: any letter with a digit "
        "(`Q3`), any six digits.",
        lambda found: (
            _stock(found) == "DRIVER_LICENSE"
            and (_score(found) <= _GUESS or len(found.value) <= _SHORTEST_LICENCE)
        ),
    ),
    Rule(
        "junk-bank-number",
        frozenset({"missed"}),
        "US_BANK_NUMBER at .05: any 8 to 17 digits without a word that says account.",
        lambda found: _stock(found) == "BANK_ACCOUNT" and _score(found) <= _GUESS,
    ),
    Rule(
        "bare-nine-digits",
        frozenset({"missed"}),
        "SSN, ITIN, passport or routing number by nine digits alone: no word beside them says "
        "so, and one number in ten passes a routing number's check.",
        lambda found: (
            (_stock(found) in {"US_SSN", "US_ITIN", "PASSPORT"} and _score(found) <= _GUESS)
            or _stock(found) == "ABA_ROUTING_NUMBER"
        ),
    ),
    Rule(
        "phone-without-form",
        frozenset({"missed", "partly"}),
        "PHONE_NUMBER at .4 for decimals, dates and digits that only some country's plan would "
        "allow; we ask for a form that people write phones in, or for a word beside it.",
        lambda found: _stock(found) == "PHONE_NUMBER" and _score(found) <= _GUESS,
    ),
    Rule(
        "version-number",
        frozenset({"missed"}),
        "Four small numbers with dots after the word version are no address.",
        lambda found: (
            _stock(found) == "IP_ADDRESS"
            and "version" in found.text[max(0, found.found.start - 20) : found.found.start].lower()
        ),
    ),
    Rule(
        "plain-url",
        frozenset({"missed", "partly"}),
        "An address of a page, or a missing space after a full stop (`login.de`), names nobody; "
        "only a link that carries an identifier is held back.",
        lambda found: _stock(found) == "URL",
    ),
    Rule(
        "name-by-stock-model",
        frozenset({"missed"}),
        "A word that stock's name model alone takes for a person or a place: countries, brands, "
        "words of other languages and agents' shorthand, none of them a labelled value when this "
        "was counted. A name that we missed would stand here too: recall counts those.",
        lambda found: (
            found.stock is not None
            and found.stock.entity in {"PERSON", "LOCATION"}
            and found.stock.recognizers == {"SpacyRecognizer"}
        ),
    ),
)
_OTHERWISE: Final = (
    Rule(
        "name-with-more",
        frozenset({"partly", "moved"}),
        "Stock's find of a name runs on over a line break or punctuation, or stops short of the "
        "rest of the name; ours has other edges.",
        lambda found: _stock(found) in _NAMES and bool(found.kinds & {*_NAMES, *_PLACES}),
    ),
    Rule(
        "url-in-email",
        frozenset({"renamed"}),
        "The host of an e-mail address, or the middle of a user name: we hold back the whole.",
        lambda found: _stock(found) == "URL" and bool(found.kinds & {"EMAIL_ADDRESS", "USERNAME"}),
    ),
    Rule(
        "url-taken-for-name",
        frozenset({"renamed"}),
        "A host that stock takes for a URL and our name model for a name or a place.",
        lambda found: _stock(found) == "URL" and bool(found.kinds & {"PERSON", *_PLACES}),
    ),
    Rule(
        "date-of-birth-or-expiry",
        frozenset({"renamed"}),
        "A date that the words beside it name: of birth, or a card's expiry.",
        lambda found: _stock(found) == "DATE_TIME" and bool(found.kinds & _DATES),
    ),
    Rule(
        "digits-not-a-date",
        frozenset({"renamed"}),
        "Stock's model takes groups of digits for a date or a time; ours say which number it is.",
        lambda found: _stock(found) == "DATE_TIME" and _has_digit(found),
    ),
    Rule(
        "words-not-a-date",
        frozenset({"renamed"}),
        "Stock's model takes words for a date that belong to a name, a place or spoken digits.",
        lambda found: _stock(found) == "DATE_TIME",
    ),
    Rule(
        "guess-named",
        frozenset({"renamed"}),
        "A number that stock guesses at with .4 or less, and that we name by its label, its "
        "form or its check digit; all of it is held back.",
        lambda found: _score(found) <= _GUESS and _has_digit(found),
    ),
    Rule(
        "phone-named",
        frozenset({"renamed"}),
        "Digits that stock takes for a telephone number because of a word nearby, and that are "
        "part of something longer or labelled otherwise.",
        lambda found: _stock(found) == "PHONE_NUMBER" and _is_whole(found),
    ),
    Rule(
        "itin-not-ssn",
        frozenset({"renamed"}),
        "Numbers that begin with 9 are never social security numbers: they are ITINs.",
        lambda found: _stock(found) == "US_SSN" and "US_ITIN" in found.kinds,
    ),
    Rule(
        "part-of-a-longer-number",
        frozenset({"renamed"}),
        "Stock finds a kind of number inside a longer value that we hold back whole.",
        lambda found: _stock(found) in _NUMBERS and _is_whole(found),
    ),
    Rule(
        "reference-not-uuid",
        frozenset({"renamed"}),
        "A UUID is a reference, a transaction or a device by the words beside it.",
        lambda found: _stock(found) == "UUID",
    ),
    Rule(
        "name-of-another-kind",
        frozenset({"renamed"}),
        "A name that stock takes for a person, a place or a nationality is held back as "
        "something else: the recognizer with the better reason decides.",
        lambda found: _stock(found) in _NAMES,
    ),
    Rule(
        "whole-value",
        frozenset({"moved", "partly"}),
        "Ours is wider or cut otherwise: a value across a line break, a prefix, every group of a "
        "number; no more than separators and a label of stock's find is left.",
        lambda found: _stock(found) not in _NAMES and (_is_whole(found) or found.kind == "moved"),
    ),
)
_ADDED: Final = (
    Rule(
        "kind-stock-lacks",
        frozenset({"added"}),
        "Stock has no recognizer for it: card codes, PINs, passwords, last four digits, sort "
        "codes, references, street addresses, postcodes and more.",
        lambda found: found.ours[0].entity not in _STOCK_HAS,
    ),
    Rule(
        "name-by-cue",
        frozenset({"added"}),
        "A name after a greeting, a title, `my name is`, a field or a signature.",
        lambda found: found.ours[0].entity == "PERSON" and not _by_model_alone(found),
    ),
    Rule(
        "name-by-model",
        frozenset({"added"}),
        "A name that only the model trained for tickets finds, in lower case above all.",
        lambda found: found.ours[0].entity == "PERSON" and _by_model_alone(found),
    ),
    Rule(
        "place-by-list-or-cue",
        frozenset({"added"}),
        "A known town, or a place after words such as `I live in`.",
        lambda found: found.ours[0].entity == "LOCATION" and not _by_model_alone(found),
    ),
    Rule(
        "place-by-model",
        frozenset({"added"}),
        "A place that only the model trained for tickets finds.",
        lambda found: found.ours[0].entity == "LOCATION" and _by_model_alone(found),
    ),
    Rule(
        "read-as-a-person-reads",
        frozenset({"added"}),
        "The value is typed with look-alike or invisible characters, markup, line breaks or "
        "letters for digits, spelled out in words, or encoded.",
        lambda found: (
            _reads_otherwise(found)
            or any(
                "spoken" in name or name.startswith("encoded.")
                for name in found.ours[0].recognizers
            )
        ),
    ),
    Rule(
        "form-stock-lacks",
        frozenset({"added"}),
        "A form of a number or address that stock's patterns do not allow: longer cards, other "
        "separators, glued words, national formats, numbers beside their label.",
        lambda found: (
            found.ours[0].entity in _STOCK_HAS - _NAMES and bool(re.search(r"[\d@/]", found.value))
        ),
    ),
)

RULES: Final[tuple[Rule, ...]] = (*_MISSED, *_OTHERWISE, *_ADDED)
"""Every declared difference; the first that holds counts."""
