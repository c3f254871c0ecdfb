"""Columns of a table: a heading line that names fields -> the values of the lines below it.

A comma-separated export has no word beside a value; its heading says what each column holds.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from summarizer.pii.recognizing import Found, Needs, View

__all__ = ["TABLE"]

_FIELDS: tuple[tuple[str, "re.Pattern[str]"], ...] = tuple(
    (entity, re.compile(rf"(?:{words})", re.IGNORECASE))
    for entity, words in (
        (
            "CUSTOMER_ID",
            r"(?:cust(?:omer)?|client|member|party)[ _]?(?:id|no|nr|num(?:ber)?)|cif|crn",
        ),
        (
            "PERSON",
            (
                r"(?:full|first|last|given|family|sur|middle|customer|client|payee)?[ _]?names?"
                r"|surname|given|customer|client|payee|beneficiary|(?:account[ _]?)?holder|forename"
            ),
        ),
        ("EMAIL_ADDRESS", r"e-?mail(?:[ _]?address)?"),
        ("PHONE_NUMBER", r"(?:tele)?phone|tel|mobile|cell"),
        ("BANK_ACCOUNT", r"(?:acct|account|acc|a/c)(?:[ _]?(?:no|nr|num(?:ber)?))?"),
        ("IBAN_CODE", r"iban"),
        ("DATE_OF_BIRTH", r"dob|date[ _]of[ _]birth|birth[ _]?date"),
        ("STREET_ADDRESS", r"address|addr|street"),
        ("POSTCODE", r"post[ _]?code|zip(?:[ _]?code)?"),
    )
)
_SEPARATORS = (",", ";", "|", "\t")
_LEAST_COLUMNS = 3
_LEAST_KNOWN = 2
_LEAST_VALUE = 2
_LONGEST = 400


@dataclass(frozen=True)
class _TableRecognizer:
    """Finds the values of columns whose heading names personal data."""

    name: str = "table"
    entities: frozenset[str] = frozenset(entity for entity, _ in _FIELDS)
    needs: Needs = "letter"
    examples: tuple[str, ...] = (
        "cust_id,surname,given,bal\n[[C-0091128]],[[Ben-Ami]],[[Noga]],1204500\n",
        "Name | Account | Amount\n[[Peng Lirong]] | [[60417711]] | 12.00",
    )
    negatives: tuple[str, ...] = (
        "date,amount,currency\n2025-01-02,12.00,EUR",
        "name, address and phone\nplease, thank you",
        "We need your name, your address, your phone\nand then, once done, we call",
    )

    def find(self, view: View) -> Iterator[Found]:
        """Yield the values under each heading, down to the first line of another form."""
        columns: list[str | None] = []
        separator = ""
        at = 0
        for line in view.text.splitlines(keepends=True):
            start, at = at, at + len(line)
            cells = line.split(separator) if separator and len(line) <= _LONGEST else []
            if columns and len(cells) == len(columns):
                yield from self._row(start, cells, columns, len(separator))
                continue
            separator, columns = _heading(line)

    def _row(
        self, start: int, cells: list[str], columns: list[str | None], gap: int
    ) -> Iterator[Found]:
        for cell, entity in zip(cells, columns, strict=True):
            value = cell.strip()
            if entity is not None and len(value) >= _LEAST_VALUE and any(map(str.isalnum, value)):
                first = start + cell.index(value)
                yield Found(first, first + len(value), entity, 0.7, f"{self.name}.column")
            start += len(cell) + gap


def _heading(line: str) -> tuple[str, list[str | None]]:
    """Return the separator and the entity of each column, or nothing for another line."""
    if len(line) <= _LONGEST:
        for separator in _SEPARATORS:
            if line.count(separator) < _LEAST_COLUMNS - 1:
                continue
            names = [name.strip(" \t\r\n\"'") for name in line.split(separator)]
            columns = [_entity(name) for name in names]
            known = sum(entity is not None for entity in columns)
            if known >= _LEAST_KNOWN:
                return separator, columns
    return "", []


def _entity(name: str) -> str | None:
    return next((entity for entity, words in _FIELDS if words.fullmatch(name)), None)


TABLE = _TableRecognizer()
