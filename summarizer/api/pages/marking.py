"""Marking: redacted text -> the same text as markup, each placeholder in its entity's colour."""

from collections.abc import Iterator
from typing import Final

from markupsafe import Markup, escape

from summarizer.redact.tokens import TOKEN

__all__ = ["entity_group", "entity_words", "marked"]

_GROUPS: Final = (
    ("person", ("PERSON", "NAME", "COMPANY", "ORGANI")),
    ("card", ("CARD", "CVV", "PIN", "EXPIRY")),
    ("account", ("ACCOUNT", "IBAN", "SORT_CODE", "ROUTING", "BIC", "SWIFT", "BANK")),
    ("contact", ("EMAIL", "PHONE", "URL", "IP_", "HANDLE")),
    ("place", ("ADDRESS", "LOCATION", "PLACE", "POSTCODE", "ZIP")),
    ("secret", ("PASSWORD", "CODE", "SECRET", "SECURITY", "TOKEN", "KEY")),
    ("number", ("SSN", "PASSPORT", "LICEN", "TAX", "NINO", "NUMBER", "REFERENCE", "ID")),
)
"""Group -> what the name of an entity holds; the first that fits."""
_OTHER: Final = "other"
_ABBREVIATION: Final = 4


def entity_group(entity: str) -> str:
    """Return which of a few colours an entity has; colour is never the only sign."""
    return next(
        (group for group, parts in _GROUPS if any(part in entity for part in parts)), _OTHER
    )


def entity_words(entity: str) -> str:
    """Write the name of an entity as words; what is short and in capitals is an abbreviation."""
    is_abbreviation = entity.isupper() and len(entity) <= _ABBREVIATION
    return entity if is_abbreviation else entity.replace("_", " ").capitalize()


def marked(text: str) -> Markup:
    """Escape a text and put each of its placeholders into an element of its own."""
    return Markup("").join(_pieces(text))


def _pieces(text: str) -> Iterator[Markup]:
    end = 0
    for match in TOKEN.finditer(text):
        yield escape(text[end : match.start()])
        entity = match[0][1:-1].rpartition("_")[0]
        yield Markup('<span class="held held-{}">{}</span>').format(entity_group(entity), match[0])
        end = match.end()
    yield escape(text[end:])
