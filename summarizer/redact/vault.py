"""Vault: the way back from a redacted case to the values that were held back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from summarizer.models import RedactedCase
from summarizer.redact.tokens import TOKEN
from summarizer.redact.values import Value

__all__ = ["Vault", "VaultEntry"]


@dataclass(frozen=True, slots=True, repr=False)
class VaultEntry:
    """One redacted occurrence: offsets in the redacted text, and its own original form."""

    where: str
    start: int
    end: int
    original: str


@dataclass(frozen=True, slots=True, repr=False)
class Vault:
    """What was held back. It lives in memory for one request and shows nothing in a repr."""

    entries: tuple[VaultEntry, ...]
    """In reading order."""
    fullest: Mapping[str, str]
    """Token -> the fullest form of its value; only values whose action is `placeholder`."""
    values: tuple[Value, ...]
    """Every distinct form that was held back."""

    def restore(self, case: RedactedCase) -> dict[str, str]:
        """Return each clean text of the case, every character as it was, by `where`."""
        restored: dict[str, str] = {}
        for text in case.texts:
            parts: list[str] = []
            at = 0
            for entry in self._of(text.where):
                parts += (text.text[at : entry.start], entry.original)
                at = entry.end
            restored[text.where] = "".join(parts) + text.text[at:]
        return restored

    def reveal(self, text: str) -> str:
        """Return a model's text with each token replaced by the fullest form of its value."""
        return TOKEN.sub(lambda match: self.fullest.get(match.group(), match.group()), text)

    def _of(self, where: str) -> Iterator[VaultEntry]:
        return (entry for entry in self.entries if entry.where == where)
