"""The folder of a set -> its cases, or an error that names line, field and fix."""

from pathlib import Path

import pytest

from summarizer.errors import ConfigurationError
from summarizer.evals.cases import read_cases, selected
from tests.evals.builders import case, case_line, write_set


def test_a_set_is_read_with_a_version_of_its_content(tmp_path: Path) -> None:
    first = read_cases(write_set(tmp_path, [case_line("a"), case_line("b")]))
    second = read_cases(write_set(tmp_path, [case_line("a"), case_line("b", "another body")]))

    assert [each.id for each in first.cases] == ["a", "b"]
    assert first.version.startswith("small@sha256:")
    assert first.version != second.version


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (case_line() | {"extra": 1}, "extra: Extra inputs"),
        (case_line(expected={"urgency": "soon"}), "expected.urgency: Input should be 'low'"),
        (
            case_line(expected={"pii": [{"where": "messages[1].body", "start": 0, "end": 2,
                                         "entity": "PERSON"}]}),
            "expected.pii.0: where: the ticket has no text there",
        ),
        (
            case_line(expected={"pii": [{"where": "messages[0].body", "start": 3, "end": 999,
                                         "entity": "PERSON"}]}),
            "expected.pii.0: lies outside the text",
        ),
        (
            case_line(expected={"pii": [
                {"where": "messages[0].body", "start": 0, "end": 5, "entity": "PERSON"},
                {"where": "messages[0].body", "start": 4, "end": 8, "entity": "PERSON"},
            ]}),
            "expected.pii.1: overlaps the one before",
        ),
    ],
)  # fmt: skip
def test_a_bad_line_is_named_with_its_field(
    tmp_path: Path, line: dict[str, object], said: str
) -> None:
    folder = write_set(tmp_path, [case_line("ok"), line])

    with pytest.raises(ConfigurationError, match=r"cases\.jsonl:2: ") as fault:
        read_cases(folder)

    assert said in fault.value.detail


def test_an_id_that_stands_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"cases\.jsonl:2: id: 'a' stands twice"):
        read_cases(write_set(tmp_path, [case_line("a"), case_line("a")]))


def test_a_frozen_split_that_was_changed_is_refused_with_its_new_hash(tmp_path: Path) -> None:
    given = [case_line("a", split="train"), case_line("b", split="test")]
    frozen = f"hashes: {{test: 'sha256:{'0' * 64}'}}\n"

    with pytest.raises(ConfigurationError, match=r"hashes\.test: the split was changed") as fault:
        read_cases(write_set(tmp_path, given, frozen))

    found = fault.value.detail.split("its hash is ")[1].split(";")[0]
    frozen = f"hashes: {{test: '{found}'}}\n"
    assert len(read_cases(write_set(tmp_path, given, frozen)).cases) == 2
    read_cases(write_set(tmp_path, [case_line("c", split="train"), given[1]], frozen))
    with pytest.raises(ConfigurationError, match="was changed"):
        read_cases(write_set(tmp_path, [given[0], case_line("b", "x", split="test")], frozen))


def test_a_folder_without_a_set_says_what_a_set_is(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"no set\.yaml here"):
        read_cases(tmp_path)


def test_a_split_is_a_name_or_a_bound_of_time() -> None:
    cases = [
        case("a", split="train", at="2026-01-01"),
        case("b", split="test", at="2026-02-01"),
        case("c", split="test"),
    ]

    def ids(split: str | None, limit: int | None = None) -> list[str]:
        return [each.id for each in selected(cases, split=split, limit=limit)]

    assert ids(None) == ["a", "b", "c"]
    assert ids("test") == ["b", "c"]
    assert ids("test", 1) == ["b"]
    assert ids("before:2026-02-01") == ["a"]
    assert ids("from:2026-02-01") == ["b"]
    with pytest.raises(ConfigurationError, match="splits of this set: test, train"):
        ids("dev")
    with pytest.raises(ConfigurationError, match="before:YYYY-MM-DD"):
        ids("after:May")


def test_cases_are_taken_by_a_tag_within_a_split() -> None:
    cases = [
        case("a", split="dev", tags=["attack", "family:x"]),
        case("b", split="dev", tags=["benign"]),
        case("c", split="test", tags=["attack"]),
    ]

    assert [each.id for each in selected(cases, tag="attack")] == ["a", "c"]
    assert [each.id for each in selected(cases, split="dev", tag="attack")] == ["a"]
    assert [each.id for each in selected(cases, tag="attack", limit=1)] == ["a"]
    with pytest.raises(ConfigurationError, match="tags of these cases: attack, benign, family:x"):
        selected(cases, split="dev", tag="language:fr")
