"""A sign-in that is under way: known again by its cookie alone, for ten minutes."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from summarizer.access.attempts import LASTS, Attempts
from summarizer.audit.origin import CaseTagger


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 30, 9, 0, 0, 500_000, UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def attempts(clock: Clock, key: bytes = bytes(32)) -> Attempts:
    tagger = CaseTagger(key)
    return Attempts(lambda data: tagger.keyed_hash("sign_in", data), now=clock)


@pytest.mark.parametrize("back", ["/", "/cases/0190-a_b.c", "/é", "/" + "𝒳" * 500])
def test_an_attempt_is_known_again_by_its_cookie_in_any_process(clock: Clock, back: str) -> None:
    begun, cookie = attempts(clock).begin(back)

    assert attempts(clock).of(cookie) == begun
    assert begun.back == back
    assert begun.secret not in repr(begun)


def test_an_attempt_is_over_after_ten_minutes(clock: Clock) -> None:
    begun, cookie = attempts(clock).begin("/")
    clock.now = begun.begun + LASTS - timedelta(microseconds=1)
    assert attempts(clock).of(cookie) is not None

    clock.now = begun.ends

    assert attempts(clock).of(cookie) is None


def test_a_cookie_of_another_service_or_with_any_letter_changed_is_none_of_ours(
    clock: Clock,
) -> None:
    _, cookie = attempts(clock).begin("/dashboard")

    assert attempts(clock, b"\x01" * 32).of(cookie) is None
    for at, letter in enumerate(cookie):
        assert attempts(clock).of(cookie[:at] + chr(ord(letter) ^ 1) + cookie[at + 1 :]) is None
    assert attempts(clock).of(cookie + "\n") is None


def test_state_nonce_and_verifier_are_apart_and_the_challenge_is_the_verifiers_hash(
    clock: Clock,
) -> None:
    begun, cookie = attempts(clock).begin("/")
    parts = {begun.state, begun.nonce, begun.verifier, begun.secret}

    assert len(parts) == 4
    assert not any(part in cookie for part in parts - {begun.secret})
    # RFC 7636, 4.1: 43 to 128 characters.
    assert 43 <= len(begun.verifier) <= 128
    digest = hashlib.sha256(begun.verifier.encode()).digest()
    assert base64.urlsafe_b64decode(begun.challenge + "=") == digest
