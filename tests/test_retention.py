from datetime import UTC, datetime

import pytest

from summarizer.retention import CLASSES, ended_before, ends, retention_class


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "begins", "end"),
    [
        ("standard", "2026-03-02", "2027-03-02"),
        ("pci", "2024-02-29", "2025-02-28"),
        ("finra", "2026-03-02", "2032-03-02"),
        ("mifid", "2026-12-31", "2031-12-31"),
        ("mifid7", "2026-03-02", "2033-03-02"),
    ],
)
def test_a_class_ends_after_its_calendar_months(name: str, begins: str, end: str) -> None:
    assert ends(retention_class(name), at(begins)) == at(end)


def test_no_class_is_shorter_than_six_months_and_each_names_its_source() -> None:
    assert all(kept.months >= 6 and kept.citation for kept in CLASSES.values())
    assert {name for name, kept in CLASSES.items() if kept.statutory} == {
        "finra",
        "mifid",
        "mifid7",
    }


@pytest.mark.parametrize("now", ["2026-03-31", "2028-02-29", "2027-01-01", "2026-12-31"])
def test_whatever_is_older_has_ended(now: str) -> None:
    for kept in CLASSES.values():
        assert ends(kept, ended_before(kept, at(now))) <= at(now)


def test_an_unknown_class_names_those_there_are() -> None:
    with pytest.raises(ValueError, match="use one of standard, pci, finra"):
        retention_class("forever")
