import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import CARD, EMAIL, Run, lines

pytestmark = pytest.mark.timeout(120)


def test_a_text_comes_back_as_it_is_with_placeholders(run: Run) -> None:
    result = run("redact", text=f"Write to {EMAIL}.\n")

    assert result.exit_code == 0
    assert result.stdout == "Write to <EMAIL_ADDRESS_1>.\n"
    assert "EMAIL_ADDRESS" in result.stderr
    assert EMAIL not in result.stderr


def test_the_object_of_a_text_has_offsets_of_the_input(run: Run) -> None:
    """An astral character before the value counts as one code point."""
    source = f"😀 Write to {EMAIL}, twice: {EMAIL}"
    result = run("redact", "-", "--json", text=source)
    [answer] = lines(result.stdout)

    assert result.exit_code == 0
    assert answer["id"] == "-"
    assert [source[span["start"] : span["end"]] for span in answer["spans"]] == [EMAIL, EMAIL]
    assert set(answer["spans"][0]) == {
        "start", "end", "entity", "score", "recognizer", "placeholder",
    }  # fmt: skip
    assert answer["redacted"] == _spliced(source, answer["spans"])


def test_lines_of_a_case_share_placeholders_and_bad_lines_keep_their_place(run: Run) -> None:
    source = [
        '{"id": "a", "case": "c", "text": "Write to ann@example.com"}',
        "{broken",
        '{"id": "b", "case": "c", "text": "ann@example.com or bob@example.com", "author": "agent"}',
        '{"id": "c", "case": "d", "text": "bob@example.com"}',
        '{"id": "d"}',
        '{"id": 5, "text": "bob@example.com", "labels": []}',
    ]
    result = run("redact", "--format", "jsonl", text="\n".join(source))
    answers = lines(result.stdout)

    assert result.exit_code == 2
    assert [answer.get("redacted") for answer in answers] == [
        "Write to <EMAIL_ADDRESS_1>",
        None,
        "<EMAIL_ADDRESS_1> or <EMAIL_ADDRESS_2>",
        "<EMAIL_ADDRESS_1>",
        None,
        "<EMAIL_ADDRESS_1>",
    ]
    assert [answer.get("id") for answer in answers] == ["a", None, "b", "c", None, 5]
    assert [answer["line"] for answer in answers if "error" in answer] == [2, 5]
    assert {answer["error"]["code"] for answer in answers if "error" in answer} == {
        "INVALID_TICKET"
    }
    for line, answer in zip(source, answers, strict=True):
        if "spans" in answer:
            assert answer["redacted"] == _spliced(json.loads(line)["text"], answer["spans"])


def test_the_name_of_the_file_says_what_it_is(run: Run, ticket_file: Path, tmp_path: Path) -> None:
    (tmp_path / "chat.jsonl").write_text('{"id": "a", "text": "hello"}\n')

    ticket = lines(run("redact", str(ticket_file), "--json").stdout)
    chat = lines(run("redact", "chat.jsonl").stdout)

    assert ticket[0]["id"] == "T-77"
    assert chat == [{"id": "a", "redacted": "hello", "spans": []}]


def test_a_ticket_keeps_its_shape_and_loses_its_values(run: Run, ticket_file: Path) -> None:
    result = run("redact", str(ticket_file))
    ticket = json.loads(result.stdout)

    assert result.exit_code == 0
    assert ticket["messages"][0]["body"].endswith("Write to <EMAIL_ADDRESS_1>.")
    assert ticket["requester"]["email"] == "<EMAIL_ADDRESS_1>"
    assert {span["entity"] for span in ticket["spans"]["messages[0].body"]} == {
        "CREDIT_CARD",
        "EMAIL_ADDRESS",
    }
    for value in (CARD, EMAIL, "Zephyrine", "Quill"):
        assert value not in result.output


def test_explaining_names_ranges_and_never_values(run: Run) -> None:
    result = run("redact", "--explain", "--json", text=f"Write to {EMAIL}.")

    assert len(lines(result.stdout)) == 1
    for word in ("9:36", "EMAIL_ADDRESS", "email.plain", "<EMAIL_ADDRESS_1>"):
        assert word in result.stderr
    assert EMAIL not in result.stderr


def test_explaining_says_by_which_rule_two_forms_are_one_person(run: Run) -> None:
    source = "Hello, my name is Margaret Whitfield. Dear Ms Whitfield, thank you."
    [answer] = lines(run("redact", "--explain", "--json", text=source).stdout)

    assert {span["placeholder"] for span in answer["explanation"]} == {"<PERSON_1>"}
    assert "one name that only this person has" in {
        span["same_person"] for span in answer["explanation"]
    }
    assert "explanation" not in lines(run("redact", "--json", text=source).stdout)[0]


def test_explaining_lines_names_the_lines(run: Run) -> None:
    source = f'{{"id": 1, "text": "none"}}\n{{"id": 2, "text": "{EMAIL}"}}\n'
    result = run("redact", "--explain", "--format", "jsonl", text=source)

    assert "line 2" in result.stderr
    assert EMAIL not in result.stderr


def test_explaining_names_the_words_by_which_a_value_counts(run: Run) -> None:
    source = "My pin is 6042. I work for Brightwater Logistics Ltd."
    result = run("redact", "--explain", "--json", text=source)
    [answer] = lines(result.stdout)
    cues = {span["recognizer"]: span["cue"] for span in answer["explanation"]}

    assert cues["pin.named"]["words"] == "pin is"
    assert source[cues["pin.named"]["start"] : cues["pin.named"]["end"]] == "pin is"
    assert cues["employer.works"]["words"] == "I work for"
    assert "pin is" in result.stderr
    assert "3:9" in result.stderr


def test_explaining_a_value_that_proves_itself_names_no_words(run: Run) -> None:
    [answer] = lines(run("redact", "--explain", "--json", text=f"My card is {CARD}").stdout)

    assert [span["cue"] for span in answer["explanation"]] == [None]


def test_explaining_lines_is_in_the_json_too_and_names_the_line_of_the_question(run: Run) -> None:
    source = (
        '{"id": 1, "case": "c", "text": "What is your account number?", "author": "agent"}\n'
        '{"id": 2, "case": "c", "text": "it is 55540183"}\n'
    )
    plain = lines(run("redact", "--format", "jsonl", text=source).stdout)
    first, second = lines(run("redact", "--explain", "--format", "jsonl", text=source).stdout)

    assert first["explanation"] == []
    [explained] = second.pop("explanation")
    assert second == plain[1]
    assert explained["where"] == "line 2"
    assert (explained["cue"]["where"], explained["cue"]["words"]) == ("line 1", "your account")


def test_nothing_is_stored(run: Run, tmp_path: Path) -> None:
    assert run("redact", text="hello").exit_code == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("absent.txt", None, "No such file"),
        (".", None, "a folder"),
        ("picture.png", b"\x89PNG\r\n\x1a\n", "not UTF-8"),
        ("ticket.json", b"\x00\xff", "not UTF-8"),
        ("ticket.json", b"[]", "must be a JSON object"),
    ],
)
def test_what_cannot_be_read_is_bad_input(
    run: Run, tmp_path: Path, name: str, content: bytes | None, words: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    result = run("redact", name)

    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("INVALID_TICKET: ")
    assert words in result.stderr


def test_a_text_above_the_limit_is_too_large(run: Run) -> None:
    result = run("redact", "--json", text="x" * 200_001)

    assert result.exit_code == 2
    assert lines(result.stdout)[0]["error"]["code"] == "TICKET_TOO_LARGE"


def _spliced(source: str, spans: list[dict[str, Any]]) -> str:
    """Put the placeholders in by the offsets alone."""
    for span in reversed(spans):
        source = f"{source[: span['start']]}{span['placeholder']}{source[span['end'] :]}"
    return source
