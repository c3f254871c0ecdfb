"""Labelled texts and a redactor -> recall, precision, leaks."""

import json
from pathlib import Path

import pytest

from summarizer.errors import ConfigurationError
from summarizer.evals.intervals import wilson
from summarizer.evals.labelled import conversations, read_labelled
from summarizer.evals.redaction import score_redaction
from tests.redact.cases import redactor


def line(id: str, text: str, *spans: tuple[str, str], **more: object) -> str:  # noqa: A002
    marked = [
        {"start": text.index(value), "end": text.index(value) + len(value), "entity": entity}
        for entity, value in spans
    ]
    return json.dumps({"id": id, "text": text, "spans": marked, **more})


def write(folder: Path, *lines: str) -> Path:
    path = folder / "set.jsonl"
    path.write_text("\n".join(lines))
    return path


def test_a_value_counts_if_every_letter_and_digit_is_covered(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        line("1", "Maria Lopez called", ("PERSON", "Maria Lopez"), tags=["chat"]),
        line("2", "Ann Lee called Bob", ("PERSON", "Ann Lee"), tags=["chat"]),
        line("3", "nothing here"),
    )

    report = score_redaction(
        conversations(read_labelled(path)), redactor({"PERSON": ["Maria Lopez", "Ann", "Bob"]})
    )

    assert report.overall.recall[::3] == (0.5, 2)
    assert report.overall.precision.value == pytest.approx(2 / 3)
    assert report.leak_rate.value == pytest.approx(1 / 3)
    assert report.leak_rate.n == 3
    assert report.tags["chat"].n == 2
    assert [(miss.id, miss.left) for miss in report.missed] == [("2", "Lee")]
    assert [(miss.id, miss.text) for miss in report.wrong] == [("2", "Bob")]
    assert report.wrong_per_1000_words == pytest.approx(1000 / 9)


def test_texts_of_one_case_are_redacted_together(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        line("1", "Maria Lopez called", ("PERSON", "Maria Lopez"), case="c"),
        line("2", "maria is here", ("PERSON", "maria"), case="c"),
        line("3", "maria is here", ("PERSON", "maria")),
    )

    report = score_redaction(
        conversations(read_labelled(path)), redactor({"PERSON": ["Maria Lopez"]})
    )

    assert [miss.id for miss in report.missed] == ["3"]
    assert report.leak_rate.n == 2


def test_entities_that_are_ignored_count_neither_way(tmp_path: Path) -> None:
    path = write(tmp_path, line("1", "Acme Ltd and Ann", ("ORG", "Acme Ltd"), ("PERSON", "Ann")))

    report = score_redaction(
        conversations(read_labelled(path)),
        redactor({"URL": ["Acme"], "PERSON": ["Ann"]}),
        ignore=frozenset({"ORG"}),
    )

    assert set(report.entities) == {"PERSON"}


def test_the_format_of_presidios_evaluator_is_read(tmp_path: Path) -> None:
    path = tmp_path / "set.json"
    span = {
        "entity_type": "PERSON", "entity_value": "Ann", "start_position": 0, "end_position": 3,
    }  # fmt: skip
    path.write_text(json.dumps([{"full_text": "Ann called", "spans": [span], "template_id": 7}]))

    (text,) = read_labelled(path)

    assert (text.spans[0].entity, text.tags) == ("PERSON", ("template:7",))


_OVERLAPPING = json.dumps({
    "id": "1",
    "text": "abc",
    "spans": [
        {"start": 0, "end": 2, "entity": "X"},
        {"start": 1, "end": 3, "entity": "X"},
    ],
})


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("{}", ":1: id: "),
        ("{", ":1: "),
        ('{"id": "1", "text": "ab", "spans": [{"start": 0, "end": 3, "entity": "X"}]}', "outside"),
        (_OVERLAPPING, "overlaps"),
        ('{"id": "1", "text": "a"}\n{"id": "1", "text": "b"}', "stands twice"),
        ('[{"text": 1}]', "Presidio"),
    ],
)
def test_a_fault_in_a_set_is_named_with_its_line(tmp_path: Path, content: str, fault: str) -> None:
    with pytest.raises(ConfigurationError, match=fault):
        read_labelled(write(tmp_path, content))


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (0, 0, 0.0, 1.0)],
)
def test_wilsons_interval(hits: int, n: int, low: float, high: float) -> None:
    share = wilson(hits, n)

    assert (round(share.low, 4), round(share.high, 4)) == (low, high)


def test_an_impossible_share_is_refused() -> None:
    with pytest.raises(ValueError, match="not a share"):
        wilson(3, 2)
