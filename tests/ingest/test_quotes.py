"""Quoted e-mail: marks are removed, repeats are marked, and nothing new is."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.ingest.quotes import History, unquote
from tests.textmap_laws import assert_laws

FIRST = (
    "Dear Bank,\n\n"
    "I saw a payment of 45.00 USD at Example Shop on 2 March that I did not authorise, and my "
    "rent is due on Friday. Please give it back.\n\n"
    "Regards\nMaria Lopez"
)


def repeats(body: str, *earlier: str) -> list[str]:
    """Return the texts of a body that are marked as repeats of earlier messages."""
    history = History()
    for text in earlier:
        history.add(text)
    message = unquote(body)
    return [message.map.text[start:end] for start, end in history.repeated(message)]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("> Maria\n> Lopez", "Maria\nLopez"),
        ("> > a\n>> b\n>c\n > d", "a\nb\nc\nd"),
        (">   indented", "  indented"),
        (">\n> \na", "\n\na"),
        ("a > b", "a > b"),
        ("    > code", "    > code"),
        ("no marks", "no marks"),
        ("", ""),
    ],
)
def test_quote_marks_are_removed(source: str, text: str) -> None:
    message = unquote(source)
    assert message.map.text == text
    assert_laws(message.map, source)


def test_a_name_broken_by_a_mark_leads_back_to_all_of_it() -> None:
    source = "> from Maria\n> Lopez today"
    message = unquote(source)
    start = message.map.text.index("Maria")
    back = message.map.to_source(start, start + len("Maria\nLopez"))
    assert source[slice(*back)] == "Maria\n> Lopez"


@pytest.mark.parametrize(
    "header",
    [
        "On Mon, 2 Mar 2026 at 09:14, Maria Lopez <maria@example.com> wrote:",
        "On Mon, 2 Mar 2026 at 09:14,\nMaria Lopez <maria@example.com>\nwrote:",
        "-----Original Message-----",
        "________________________________\nFrom: Maria\nSent: Monday\nTo: Bank\nSubject: Payment\n",
        "*From:* Maria\n*Sent:* Monday\n*To:* Bank\n",
    ],
)
def test_what_follows_a_header_is_history_if_it_stands_earlier(header: str) -> None:
    assert repeats(f"We look into it.\n\n{header}\n\n{FIRST}", FIRST) == [FIRST]


def test_a_body_that_begins_with_a_header_is_history() -> None:
    header = "On Mon, 2 Mar 2026 at 09:14, Maria Lopez wrote:"
    assert repeats(f"{header}\n{FIRST}", FIRST) == [FIRST]


def test_a_quote_that_a_mail_client_wrapped_is_recognised() -> None:
    body = (
        "Thank you.\n"
        "> Dear Bank,\n>\n"
        "> I saw a payment of 45.00 USD at Example Shop on 2 March that I did\n"
        "> not authorise, and my rent is due on Friday.  Please give it\n"
        "> back.\n"
    )
    (found,) = repeats(body, "Hello", FIRST)
    assert found.startswith("Dear Bank,\n\nI saw")
    assert found.endswith("back.")


def test_an_answer_between_quoted_lines_is_not_marked() -> None:
    body = "> Dear Bank,\nYes?\n> Regards\n> Maria Lopez\n> PS: and my card is lost\n"
    assert repeats(body, FIRST) == ["Dear Bank,", "Regards\nMaria Lopez"]


@pytest.mark.parametrize(
    "line",
    [
        "> I saw a payment of 54.00 USD at Example Shop on 2 March that I did",
        "> I saw a payment of 45.00 USD at Example Shop on 2 March that I did authorise",
        "> Something that stands nowhere else",
        "> Dear",
        "I saw a payment of 45.00 USD at Example Shop on 2 March that I did",
        "Dear Bank,",
    ],
)
def test_what_is_changed_or_new_or_not_quoted_is_not_marked(line: str) -> None:
    assert repeats(line, FIRST) == []


QUESTION = "No problem at all.\nShall we cancel the card?\nNo card, no worry."


@pytest.mark.parametrize("answer", ["No", "no card", "No problem"])
@pytest.mark.parametrize(
    "quote",
    [
        "On Mon, 2 Mar at 10:00, Bank <help@bank.example> wrote:\n> Shall we cancel the card?\n",
        "-----Original Message-----\nShall we cancel the card?\n",
        "From: Bank\nSent: Monday\nTo: Maria\nSubject: Card\n\nShall we cancel the card?\n",
        "> Shall we cancel the card?\n> Some line\n",
    ],
)
def test_an_answer_under_a_quote_that_begins_like_a_line_of_it_stays(
    quote: str, answer: str
) -> None:
    assert answer not in " ".join(repeats(f"{quote}\n{answer}", QUESTION))
    assert answer not in " ".join(repeats(f"{quote}> {answer}", QUESTION))


def test_an_answer_under_a_quote_stays_though_it_was_given_before() -> None:
    body = "On Monday, Bank wrote:\n> Shall we cancel the card?\n\nNo"
    assert repeats(body, "No", QUESTION) == ["Shall we cancel the card?"]
    body = "-----Original Message-----\nShall we cancel the card?\n\nNo"
    assert repeats(body, "No", QUESTION) == ["Shall we cancel the card?"]


def test_an_answer_between_the_parts_of_a_wrapped_line_stays() -> None:
    body = "> I saw a payment of 45.00 USD at Example Shop on 2 March that I did\nYes\n> not"
    assert repeats(body, FIRST, "Yes") == []


def test_history_without_marks_is_recognised_under_each_header() -> None:
    second = "We look into it.\nBank"
    body = (
        f"Thanks.\n\nFrom: Bank\nSent: Tuesday\nTo: Maria\n\n{second}\n\n"
        f"From: Maria\nSent: Monday\nTo: Bank\n\n{FIRST}"
    )
    assert repeats(body, FIRST, second) == [second, FIRST]


def test_a_quote_does_not_go_on_from_one_message_into_the_next() -> None:
    assert repeats("> one two three four five six", "one two three", "four five six") == []
    assert repeats("> one two three\n> four five six", "one two three", "four five six") == [
        "one two three\nfour five six"
    ]


def test_quoted_history_without_earlier_messages_is_kept_unmarked() -> None:
    assert repeats(f"See below.\n-----Original Message-----\n{FIRST}") == []


def test_the_right_one_of_many_like_openings_is_found() -> None:
    earlier = [f"Dear customer, thank you for your letter number {n} of March." for n in range(6)]
    assert repeats(f"> {earlier[2]}", *earlier) == [earlier[2]]


@pytest.mark.parametrize(
    "body",
    [
        "\n".join([("On " + "a b " * 60)[:190] + "wrote: x"] * 500),
        "On a\n" * 25_000,
        "From: a\n" * 12_500,
        ">" * 100_000,
        ">\n" * 50_000,
        "\n" * 100_000,
        " " * 100_000,
        "   " * 33_000 + ">",
        "On x wrote:\na\n" * 7_000,
        "a\n\n" + ("_" * 40 + "\n") * 2_500,
        "-- \na\n" * 20_000,
        "Disclaimer: mail mail\n" * 4_500,
        "On " + "a " * 50_000,
        "> a b c d\n" * 10_000,
    ],
    ids=range(14),
)
def test_hostile_repetition_takes_linear_time(body: str) -> None:
    started = time.process_time()
    message = unquote(body)
    history = History()
    history.add(message.map.text)
    history.repeated(message)
    assert time.process_time() - started < 5


LINES = st.lists(
    st.sampled_from(["> ", ">> ", "a b", "c", "On x wrote:", "-----Original Message-----", ""]),
    max_size=4,
).map("".join)
BODIES = st.lists(LINES, max_size=8).map("\n".join)


@given(BODIES, st.lists(BODIES, max_size=3))
def test_what_is_marked_stands_earlier_and_the_map_obeys_the_laws(
    body: str, earlier: list[str]
) -> None:
    message = unquote(body)
    assert_laws(message.map, body)
    history = History()
    texts = [unquote(text).map.text for text in earlier]
    for text in texts:
        history.add(text)
    before = 0
    known = {" ".join(text.split()) for text in texts}
    for start, end in history.repeated(message):
        assert before <= start < end <= len(message.map.text)
        before = end
        for line in message.map.text[start:end].split("\n"):
            assert any(" ".join(line.split()) in text for text in known)
