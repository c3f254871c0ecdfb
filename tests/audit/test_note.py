"""Signed notes, byte for byte those of C2SP signed-note and of Go's `sumdb/note`."""

from base64 import b64decode, b64encode
from itertools import combinations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from summarizer.audit.note import NoteError, SignerKey, VerifierKey, key_id, parse, sign, verify

# C2SP signed-note, Verifier keys, Example.
SPECIFIED_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SPECIFIED_NOTE = (
    "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2"
    "ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)

# The example of the reference implementation.
SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
BY_PETER = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZ"
    "b6KE6RyyBwJnAM=\n"
)
BY_ENOCH = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33W"
    "Wd1RvMc+QQ=\n"
)

CHARACTERS = st.characters(codec="utf-8", min_codepoint=32)
NAMES = st.text(CHARACTERS.filter(lambda char: char != "+" and not char.isspace()), min_size=1)
TEXTS = st.text(CHARACTERS | st.just("\n")).map(lambda text: f"{text}\n")
SEEDS = st.binary(min_size=32, max_size=32)


def test_the_note_of_the_specification_is_verified_by_its_key() -> None:
    verifier = VerifierKey.decode(SPECIFIED_KEY)

    assert verify(SPECIFIED_NOTE, verifier) == "This is an example message.\n"
    assert (verifier.name, verifier.key_id.hex()) == ("example.com/foo", "530d903a")


def test_signing_makes_the_note_of_the_reference_implementation_to_the_byte() -> None:
    signer = SignerKey.decode(SECRET)

    assert sign(TEXT, signer.name, signer.key) == f"{TEXT}\n{BY_PETER}"
    assert signer.verifier.encode() == PETER


@pytest.mark.parametrize("text", [PETER, ENOCH, SPECIFIED_KEY])
def test_a_verifier_key_is_written_as_it_was_read(text: str) -> None:
    verifier = VerifierKey.decode(text)

    assert verifier.encode() == text
    assert key_id(verifier.name, verifier.key) == verifier.key_id


def test_a_signing_key_is_written_as_it_was_read_and_does_not_show_itself() -> None:
    signer = SignerKey.decode(SECRET)

    assert signer.encode() == SECRET
    assert "key" not in repr(signer)


@pytest.mark.parametrize("text", [PETER, SECRET])
def test_a_mangled_key_is_refused(text: str) -> None:
    read = SignerKey.decode if text is SECRET else VerifierKey.decode
    cut = [text[i:j] for i, j in combinations(range(len(text) + 1), 2)]
    cut.remove(text)
    changed = [text[:i] + chr(ord(text[i]) + 1) + text[i + 1 :] for i in range(len(text))]

    for bad in (*cut, *changed, text.upper(), f"{text}\n", f" {text}", ""):
        with pytest.raises(NoteError):
            read(bad)


@pytest.mark.parametrize(
    "text",
    [
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        PETER.replace("c74f20a3", "C74F20A3"),
    ],
    ids=["wrong length", "unknown type", "upper-case id"],
)
def test_a_key_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        VerifierKey.decode(text)


def test_a_key_error_does_not_show_the_key() -> None:
    with pytest.raises(NoteError) as caught:
        SignerKey.decode(SECRET.replace("c74f20a3", "c74f20a4"))

    assert "AYEKFALV" not in str(caught.value)


def test_signatures_of_other_keys_are_ignored() -> None:
    note = f"{TEXT}\n{BY_PETER}{BY_ENOCH}"

    assert verify(note, VerifierKey.decode(PETER)) == TEXT
    assert verify(note, VerifierKey.decode(ENOCH)) == TEXT
    with pytest.raises(NoteError, match="no signature of the key example"):
        verify(note, VerifierKey.decode(SPECIFIED_KEY))


def test_a_signature_that_shares_only_name_or_only_id_is_of_another_key() -> None:
    raw = b64decode(BY_PETER.split(" ")[2])
    same_name = f"— PeterNeumann {b64encode(bytes(4) + raw[4:]).decode()}\n"
    same_id = BY_PETER.replace("PeterNeumann", "PeterNeuman")

    for line in (same_name, same_id):
        assert verify(f"{TEXT}\n{BY_PETER}{line}", VerifierKey.decode(PETER)) == TEXT
        with pytest.raises(NoteError, match="no signature"):
            verify(f"{TEXT}\n{line}", VerifierKey.decode(PETER))


def test_one_wrong_signature_of_the_key_spoils_the_note() -> None:
    raw = bytearray(b64decode(BY_PETER.split(" ")[2]))
    raw[-1] ^= 1
    wrong = f"— PeterNeumann {b64encode(raw).decode()}\n"

    for lines in (wrong, wrong + BY_PETER, BY_PETER + wrong):
        with pytest.raises(NoteError, match="not of this text"):
            verify(f"{TEXT}\n{lines}", VerifierKey.decode(PETER))


def test_every_other_text_is_refused() -> None:
    for bad in (TEXT + "\n", "\n" + TEXT, TEXT.replace("you", "You"), TEXT[1:]):
        with pytest.raises(NoteError, match="not of this text"):
            verify(f"{bad}\n{BY_PETER}", VerifierKey.decode(PETER))


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n",
        "\n\n",
        TEXT,
        f"{TEXT}\n",
        f"{TEXT}{BY_PETER}",
        f"\n{BY_PETER}",
        f"{TEXT}\n{BY_PETER[:-1]}",
        f"{TEXT}\n{BY_PETER}\n",
        f"{TEXT}\n{BY_PETER}Unexpected line.\n",
        f"{TEXT}\n\n{BY_PETER}".replace("— ", "- "),
        f"{TEXT}\n{BY_PETER}".replace("— ", "—"),
        f"{TEXT}\n{BY_PETER}".replace("— ", "\N{EN DASH} "),
        f"{TEXT}\n{BY_PETER}".replace("PeterNeumann", "Peter Neumann"),
        f"{TEXT}\n{BY_PETER}".replace("PeterNeumann", "Peter\u00a0Neumann"),
        f"{TEXT}\n{BY_PETER}".replace("PeterNeumann", "Peter+Neumann"),
        f"{TEXT}\n{BY_PETER}".replace("PeterNeumann", ""),
        f"{TEXT}\n{BY_PETER}".replace("=\n", "\n"),
        f"{TEXT}\n{BY_PETER}".replace("=\n", "=\r\n"),
        f"{TEXT}\n{BY_PETER}".replace("nAM=", "nAN="),
        f"{TEXT}\n{BY_PETER}".replace("x08g", "x08g "),
        f"{TEXT}\n{BY_PETER}".replace("/", "_"),
        f"{TEXT}\n— PeterNeumann x08gow==\n",
        f"{TEXT}\n— PeterNeumann \n",
        f"{TEXT}\n— PeterNeumann\n",
        f"{TEXT}\n{BY_PETER}\x00",
        f"\x01{TEXT}\n{BY_PETER}",
        f"\t{TEXT}\n{BY_PETER}",
        f"\ud800{TEXT}\n{BY_PETER}",
        f"{TEXT}\n{BY_PETER * 101}",
        f"{'a' * 1_000_000}\n\n{BY_PETER}",
    ],
)
def test_what_is_not_exactly_a_note_is_refused(note: str) -> None:
    with pytest.raises(NoteError):
        parse(note)


def test_the_last_empty_line_ends_the_text() -> None:
    text = f"{TEXT}\n{BY_PETER}"
    signer = SignerKey.decode(SECRET)
    note = sign(text, signer.name, signer.key)

    assert parse(note)[0] == text
    assert verify(note, signer.verifier) == text


def test_a_hundred_signatures_are_read() -> None:
    assert len(parse(f"{TEXT}\n{BY_PETER * 100}")[1]) == 100


@pytest.mark.parametrize("text", ["", "abc", "a\tb\n", "a\r\n", "\ud800\n", "a" * 1_000_000 + "\n"])
def test_a_text_that_no_note_may_have_is_not_signed(text: str) -> None:
    signer = SignerKey.decode(SECRET)

    with pytest.raises(NoteError):
        sign(text, signer.name, signer.key)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u2003b", "a\x01b", "\ud800"])
def test_a_name_that_no_key_may_have_is_refused(name: str) -> None:
    with pytest.raises(NoteError, match="name"):
        SignerKey.generate(name)
    with pytest.raises(NoteError, match="name"):
        VerifierKey(name, VerifierKey.decode(PETER).key)


def test_generated_keys_differ() -> None:
    assert SignerKey.generate("a").encode() != SignerKey.generate("a").encode()


@given(TEXTS, NAMES, SEEDS)
def test_what_is_signed_is_verified_whatever_it_says(text: str, name: str, seed: bytes) -> None:
    signer = SignerKey(name, Ed25519PrivateKey.from_private_bytes(seed))
    note = sign(text, name, signer.key)

    assert verify(note, VerifierKey.decode(signer.verifier.encode())) == text
    assert SignerKey.decode(signer.encode()).verifier == signer.verifier


@given(st.data())
def test_a_note_with_one_changed_character_is_refused(data: st.DataObject) -> None:
    note = f"{TEXT}\n{BY_PETER}"
    at = data.draw(st.integers(0, len(note) - 1))
    other = data.draw(st.characters(exclude_characters=note[at]))

    with pytest.raises(NoteError):
        verify(note[:at] + other + note[at + 1 :], VerifierKey.decode(PETER))


@given(st.text())
def test_any_text_is_either_a_note_or_refused_by_its_own_error(note: str) -> None:
    with pytest.raises(NoteError):
        parse(note)
