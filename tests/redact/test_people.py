"""Which names are one person."""

import pytest

from summarizer.redact.people import merge_rule, name_words, same_person


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Mrs. Maria López", ("maria", "lópez")),
        ("Lopez, Maria", ("maria", "lopez")),
        ("Maria's", ("maria",)),
        ("Sean O'Brien's", ("sean", "o'brien")),
        ("Anne-Marie", ("anne-marie",)),
        ("Dr", ()),
    ],
)
def test_a_name_reads_as_words_without_titles(name: str, words: tuple[str, ...]) -> None:
    assert name_words(name) == words


@pytest.mark.parametrize(
    ("names", "groups"),
    [
        (["Maria Lopez", "Maria", "Lopez", "M. Lopez", "Mr. Lopez"], 1),
        (["Maria Elena Lopez", "Maria Lopez", "Maria"], 1),
        (["Maria Lopez", "Juan Lopez", "Lopez"], 3),
        (["Maria Lopez", "Maria Diaz", "Maria"], 3),
        (["Maria Lopez", "Mario Lopez", "M Lopez"], 3),
        (["Ann", "Anna"], 2),
        (["M.", "Maria Lopez"], 2),
    ],
)
def test_a_short_form_belongs_to_a_person_only_if_one_fits(names: list[str], groups: int) -> None:
    mapping = same_person(names)

    assert len(set(mapping.values())) == groups


def test_the_fullest_form_stands_for_the_person() -> None:
    assert same_person(["Lopez", "Mrs Maria Lopez", "Maria Lopez"]) == {
        "Lopez": "Mrs Maria Lopez",
        "Mrs Maria Lopez": "Mrs Maria Lopez",
        "Maria Lopez": "Mrs Maria Lopez",
    }


@pytest.mark.parametrize(
    ("name", "full", "rule"),
    [
        ("Maria Lopez", "Maria Lopez", ""),
        ("Lopez, Maria", "Mrs Maria Lopez", "the same words"),
        ("M. Lopez", "Maria Lopez", "initials and a name"),
        ("Lopez", "Maria Lopez", "one name"),
        ("Maria Lopez", "Maria Elena Lopez", "some of the names"),
    ],
)
def test_a_merge_says_by_which_rule_and_quotes_no_name(name: str, full: str, rule: str) -> None:
    words = merge_rule(name, full)

    assert words.startswith(rule)
    assert bool(words) == bool(rule)
    assert not {"maria", "lopez"} & set(words.casefold().split())
