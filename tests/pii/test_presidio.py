"""Presidio and spaCy behind our protocols."""

import logging
import socket

import pytest

from summarizer.errors import RedactionError
from summarizer.pii import Replacement
from summarizer.pii.presidio import PresidioAnonymizer, PresidioDetector
from summarizer.redact.canary import CANARY

_BOTH_FIND = ("PERSON", "CREDIT_CARD", "IBAN_CODE", "EMAIL_ADDRESS", "PHONE_NUMBER", "US_SSN")


@pytest.mark.parametrize(
    ("entity", "value", "sentence"), [canary for canary in CANARY if canary.entity in _BOTH_FIND]
)
def test_what_both_look_for_is_found_in_the_canary(
    entity: str, value: str, sentence: str, presidio: PresidioDetector
) -> None:
    (found,) = presidio.detect([sentence])

    assert (entity, value) in {(item.entity, sentence[item.start : item.end]) for item in found}


def test_texts_keep_their_order_and_empty_ones_have_no_detections(
    presidio: PresidioDetector,
) -> None:
    found = presidio.detect(["", "Write to a@example.com", " ", "4111 1111 1111 1111"])

    assert [{item.entity for item in items} >= expected for items, expected in zip(
        found, [set(), {"EMAIL_ADDRESS"}, set(), {"CREDIT_CARD"}], strict=True
    )] == [True] * 4  # fmt: skip
    assert found[0] == []


def test_an_email_address_is_checked_without_the_network(
    presidio: PresidioDetector, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        msg = "a socket was opened"
        raise AssertionError(msg)

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)

    (found,) = presidio.detect(["first.last@branch.example.co.uk"])

    assert "EMAIL_ADDRESS" in {item.entity for item in found}


class _Slow(PresidioDetector):
    """Stands in for a text on which Presidio gives up a pattern and logs it."""

    def _analyze(self, text: str, artifacts: object) -> list[object]:
        logging.getLogger("presidio-analyzer").warning(
            "Regex pattern '%s' timed out after %s seconds, skipping.", "p", 60
        )
        return []


def test_a_pattern_that_presidio_skips_stops_the_case() -> None:
    with pytest.raises(RedactionError, match="took too long"):
        _Slow().detect(["a"])


def test_the_version_names_the_weights(presidio: PresidioDetector) -> None:
    assert "presidio-analyzer=" in presidio.version
    assert len(presidio.version.rpartition("@sha256:")[2]) == 64


def test_neighbouring_replacements_are_neither_merged_nor_mixed_up() -> None:
    text = "Ann Bob Cid"

    result = PresidioAnonymizer().replace(
        text, [Replacement(0, 3, "<P_1>"), Replacement(4, 7, "<P_2>"), Replacement(8, 11, "<P_1>")]
    )

    assert result == "<P_1> <P_2> <P_1>"


@pytest.mark.parametrize("text", ["ab", "\u202eab\u0301c", "a\U0001f600b"])
def test_nothing_is_replaced_where_nothing_was_found(text: str) -> None:
    assert PresidioAnonymizer().replace(text, []) == text


def test_overlapping_replacements_are_refused() -> None:
    with pytest.raises(RedactionError):
        PresidioAnonymizer().replace("abcdef", [Replacement(0, 4, "x"), Replacement(2, 6, "y")])
