from pathlib import Path

from tests.audit.attacks import table

GUIDE = Path(__file__).parents[2] / "docs" / "audit.md"


def test_the_guide_shows_the_attacks_and_findings_of_the_tests() -> None:
    lines = GUIDE.read_text().splitlines()
    start = lines.index(table()[0])

    assert lines[start : start + len(table())] == table()
    assert lines[start + len(table())] == ""
