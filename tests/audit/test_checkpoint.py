"""Checkpoints as C2SP tlog-checkpoint writes them."""

from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.audit.checkpoint import MAX_SIZE, Checkpoint, opened, signed
from summarizer.audit.note import NoteError, SignerKey, VerifierKey, parse, sign
from summarizer.audit.tree import EMPTY_ROOT

# The example of the specification.
ROOT = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
TEXT = f"example.com/behind-the-sofa\n20852163\n{ROOT}\n"
NOTE = (
    f"{TEXT}\n— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u"
    "5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
)
HEAD = Checkpoint("example.com/behind-the-sofa", 20852163, b64decode(ROOT))
SIGNER = SignerKey.generate("example.com/behind-the-sofa")

# A head that the checksum database of the Go modules published, and the key the Go tools trust.
GO_KEY = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
GO_NOTE = (
    "go.sum database tree\n15081221\nBoMMe1wd25Tco0mYGROkyqxHZWx+hcSCtMV315Lu6Lg=\n\n"
    "— sum.golang.org Az3grilD7vQqTrv66jRgKM84Y80KTprrSt4bKmiOPxgmS5ZVBTeCl6dUvjYnN13R+C8j0jGY1WnU"
    "ADGMkok3U0m2Zgo=\n"
)

LINES = st.text(st.characters(codec="utf-8", min_codepoint=32), min_size=1)
CHECKPOINTS = st.builds(
    Checkpoint,
    LINES,
    st.integers(0, MAX_SIZE),
    st.binary(min_size=32, max_size=32),
    st.lists(LINES, max_size=3).map(tuple),
)


def test_the_checkpoint_of_the_specification_is_read_and_written_to_the_byte() -> None:
    assert Checkpoint.decode(TEXT) == HEAD
    assert HEAD.encode() == TEXT


def test_the_note_of_the_specification_holds_the_checkpoint() -> None:
    text, (signature,) = parse(NOTE)

    assert Checkpoint.decode(text) == HEAD
    assert (signature.name, len(signature.signature)) == ("example.com/behind-the-sofa", 64)


def test_a_head_of_a_public_log_opens_under_its_published_key() -> None:
    head = opened(GO_NOTE, VerifierKey.decode(GO_KEY))

    assert (head.origin, head.size) == ("go.sum database tree", 15_081_221)
    with pytest.raises(NoteError, match="not of this text"):
        opened(GO_NOTE.replace("15081221", "15081222"), VerifierKey.decode(GO_KEY))


def test_an_empty_tree_has_size_zero() -> None:
    empty = Checkpoint("log", 0, EMPTY_ROOT)

    assert empty.encode().split("\n")[1] == "0"
    assert Checkpoint.decode(empty.encode()) == empty


def test_a_signed_checkpoint_opens_under_its_key_alone() -> None:
    note = signed(HEAD, SIGNER)

    assert opened(note, SIGNER.verifier) == HEAD
    with pytest.raises(NoteError, match="not of this text"):
        opened(note.replace("20852163", "20852164"), SIGNER.verifier)
    with pytest.raises(NoteError, match="no signature"):
        opened(note, SignerKey.generate(SIGNER.name).verifier)


def test_extension_lines_are_kept() -> None:
    extended = Checkpoint.decode(f"{TEXT}one\ntwo\n")

    assert extended.extensions == ("one", "two")
    assert extended.encode() == f"{TEXT}one\ntwo\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n\n",
        TEXT[:-1],
        TEXT + "\n",
        TEXT + "one\n\ntwo\n",
        TEXT + "unfinished",
        f"\n20852163\n{ROOT}\n",
        f"log\n{ROOT}\n",
        TEXT.replace("20852163", ""),
        TEXT.replace("20852163", "020852163"),
        TEXT.replace("20852163", "00"),
        TEXT.replace("20852163", "+20852163"),
        TEXT.replace("20852163", "-1"),
        TEXT.replace("20852163", " 20852163"),
        TEXT.replace("20852163", "20_852_163"),
        TEXT.replace("20852163", "0x1"),
        TEXT.replace("20852163", "\N{ARABIC-INDIC DIGIT ONE}"),
        TEXT.replace("20852163", "\N{SUPERSCRIPT TWO}"),
        TEXT.replace("20852163", str(MAX_SIZE + 1)),
        TEXT.replace("20852163", "9" * 5_000),
        TEXT.replace(ROOT, ""),
        TEXT.replace(ROOT, ROOT[:-1]),
        TEXT.replace(ROOT, ROOT[:-2] + "J="),
        TEXT.replace(ROOT, ROOT[:-4]),
        TEXT.replace(ROOT, "AAAA" + ROOT),
        TEXT.replace(ROOT, ROOT + " "),
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("sofa", "so\tfa"),
    ],
)
def test_what_is_not_exactly_a_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        Checkpoint.decode(text)


@pytest.mark.parametrize(
    ("origin", "size", "root", "extensions", "part"),
    [
        ("", 1, bytes(32), (), "origin"),
        ("a\nb", 1, bytes(32), (), "origin"),
        ("log", -1, bytes(32), (), "size"),
        ("log", MAX_SIZE + 1, bytes(32), (), "size"),
        ("log", 1, bytes(31), (), "root"),
        ("log", 1, bytes(32), ("",), "extension"),
        ("log", 1, bytes(32), ("a\nb",), "extension"),
    ],
)
def test_a_checkpoint_that_cannot_be_written_cannot_be_made(
    origin: str, size: int, root: bytes, extensions: tuple[str, ...], part: str
) -> None:
    with pytest.raises(NoteError, match=part):
        Checkpoint(origin, size, root, extensions)


def test_a_signed_text_that_is_no_checkpoint_does_not_open() -> None:
    with pytest.raises(NoteError, match="origin, a size and a root"):
        opened(sign("hello\n", SIGNER.name, SIGNER.key), SIGNER.verifier)


@given(CHECKPOINTS)
def test_every_checkpoint_is_read_as_it_was_written(checkpoint: Checkpoint) -> None:
    assert Checkpoint.decode(checkpoint.encode()) == checkpoint
    assert opened(signed(checkpoint, SIGNER), SIGNER.verifier) == checkpoint


@given(st.text())
def test_any_text_is_either_a_checkpoint_or_refused_by_its_own_error(text: str) -> None:
    with pytest.raises(NoteError):
        Checkpoint.decode(text)
