"""Our own detector on whole texts: readings, context across messages, and faults."""

import socket
from collections.abc import Iterator, Sequence

import pytest

from summarizer.errors import RedactionError
from summarizer.pii.recognizing import Found, Needs, View
from summarizer.pii.ticket import TicketDetector
from summarizer.redact.canary import CANARY

_DEFAULT_THRESHOLD = 0.35
"""Of the policy that ships."""


def covered(detector: TicketDetector, text: str, before: str = "") -> set[str]:
    (found,) = detector.detect([text], [before])
    return {text[item.start : item.end] for item in found}


@pytest.mark.parametrize(("entity", "value", "sentence"), CANARY)
def test_every_value_of_the_canary_is_found(
    entity: str, value: str, sentence: str, detector: TicketDetector
) -> None:
    (found,) = detector.detect([sentence])

    assert (entity, value) in {(item.entity, sentence[item.start : item.end]) for item in found}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("hi my name is tunde bakare and my card is gone", "tunde bakare"),
        ("pay de89 3704 0044 0532 0130 00 please", "de89 3704 0044 0532 0130 00"),
        ("card ４１１１ １１１１ １１１１ １１１１", "４１１１ １１１１ １１１１ １１１１"),
        ("card 4111<b>1111</b>11111111", "4111<b>1111</b>11111111"),
        ("mail me: john dot doe at example dot com", "john dot doe at example dot com"),
        ("i moved to 23 willow lane apt 4b columbus oh 43215", None),
    ],
)
def test_values_are_found_as_people_type_them(
    text: str, value: str | None, detector: TicketDetector
) -> None:
    found = covered(detector, text)

    assert value in found if value else found


def test_a_unit_whose_word_is_glued_to_another_letter_stops_nothing(
    detector: TicketDetector,
) -> None:
    assert covered(detector, "Flat\u013019 Trellick Ho, maria@example.com") >= {"maria@example.com"}


def test_the_message_before_says_what_a_bare_answer_is(detector: TicketDetector) -> None:
    (found,) = detector.detect(["4821"], ["What are the last four of your social?"])
    assert {item.entity for item in found} == {"US_SSN_LAST4"}

    (alone,) = detector.detect(["4821"])
    assert alone == []


@pytest.mark.parametrize(
    "text",
    [
        "Your payment of $1,200.00 is due tomorrow, within three business days.",
        "Chase the payment and mark it as paid before the grace period ends.",
        "The quarterly statement shows the principal and the interest.",
    ],
)
def test_what_a_summary_needs_stays(text: str, detector: TicketDetector) -> None:
    (found,) = detector.detect([text])

    assert [item for item in found if item.score >= _DEFAULT_THRESHOLD] == []


def test_no_socket_is_opened(detector: TicketDetector, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        msg = "a socket was opened"
        raise AssertionError(msg)

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)

    assert covered(detector, "first.last@branch.example.co.uk")


class _Raising:
    name = "raising"
    entities = frozenset({"PERSON"})
    needs: Needs = "letter"
    examples = ()
    negatives = ()

    def find(self, view: View) -> Iterator[Found]:
        raise ValueError(view.text)
        yield


def test_a_recognizer_that_raises_stops_the_case_and_quotes_nothing() -> None:
    with pytest.raises(RedactionError) as fault:
        TicketDetector((), (_Raising(),)).detect(["secret words"])

    assert "secret" not in str(fault.value)
    assert fault.value.__cause__ is None


def test_the_version_names_each_model_with_its_hash(detector: TicketDetector) -> None:
    names = [part.partition("@sha256:") for part in detector.version.split()]

    assert [name for name, _, _ in names] == ["tickets"]
    assert all(len(digest) == 64 for _, _, digest in names)


class _Naming:
    """A model that takes one word, or part of one, for a person or something else."""

    def __init__(self, word: str, label: str = "PERSON") -> None:
        self._word, self._label = word, label
        self.version = word

    def entities(self, texts: Sequence[str]) -> list[list[tuple[int, int, str, float]]]:
        starts = [text.find(self._word) for text in texts]
        return [[(at, at + len(self._word), self._label, 1.0)] if at >= 0 else [] for at in starts]


@pytest.mark.parametrize(
    ("text", "taken", "address"),
    [
        ("my new address, thats rue de la paix 5 since may", "s rue de la paix 5", True),
        ("theyve brinkworth 7a on file", "ve brinkworth 7a", True),
        ("write to AddressHigh Street 14", "High Street 14", True),
        ("my mum is here with me shes 81, its her savings", "s 81", False),
        ("she didnt", "nt", False),
    ],
)
def test_an_address_does_not_begin_with_the_end_of_a_word(
    text: str,
    taken: str,
    address: bool,  # noqa: FBT001 - a case
) -> None:
    found = covered(TicketDetector((_Naming(taken, "ADDRESS"),), ()), text)

    whole = taken if taken[0].isupper() else taken.partition(" ")[2]
    assert found == ({whole} if address else set())


@pytest.mark.parametrize(
    "text",
    [
        "this is my new address, thats rue de la paix 5 since may",
        "they dont have marszalkowska 81 on file, thats my address",
        "Ship to:\nMaseru 12,101\nThank you",
    ],
)
def test_no_street_is_lost_to_the_word_or_the_number_beside_it(
    text: str, detector: TicketDetector
) -> None:
    (found,) = detector.detect([text])

    names = {"paix", "marszalkowska", "Maseru"}
    assert any(
        name in text[item.start : item.end]
        for item in found
        for name in names
        if item.score >= _DEFAULT_THRESHOLD
    )


def test_a_name_counts_for_more_if_a_second_model_agrees() -> None:
    text = "so i told brennholt about quorn"
    (alone,) = TicketDetector((_Naming("brennholt"),), ()).detect([text])
    (joined,) = TicketDetector((_Naming("brennholt"), _Naming("brennholt")), ()).detect([text])
    (apart,) = TicketDetector((_Naming("brennholt"), _Naming("quorn")), ()).detect([text])

    assert max(found.score for found in joined) > alone[0].score
    assert {text[found.start : found.end] for found in apart} == {"brennholt", "quorn"}


def test_texts_keep_their_order(detector: TicketDetector) -> None:
    texts: Sequence[str] = ["", "Write to a@example.com", " ", "4111 1111 1111 1111"]

    found = detector.detect(texts)

    assert [bool(items) for items in found] == [False, True, False, True]


class _Counting:
    """A recognizer of one entity that counts how often it is run."""

    name = "counting"
    entities = frozenset({"SHOE_SIZE"})
    needs: Needs = "letter"
    examples = ()
    negatives = ()

    def __init__(self) -> None:
        self.runs = 0

    def find(self, view: View) -> Iterator[Found]:
        self.runs += 1
        yield Found(0, len(view.text), "SHOE_SIZE", 0.9, "counting.all")


@pytest.mark.parametrize(("is_wanted", "runs"), [(True, 1), (False, 0)])
def test_a_recognizer_is_run_only_if_its_entity_is_wanted(is_wanted: bool, runs: int) -> None:  # noqa: FBT001 - a case
    counting = _Counting()
    detector = TicketDetector((), [counting], is_wanted=lambda _: is_wanted)

    assert len(detector.detect(["size nine"])[0]) == runs
    assert counting.runs == runs
    assert "SHOE_SIZE" in detector.entities
