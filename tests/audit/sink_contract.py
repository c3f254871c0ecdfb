"""What every checkpoint sink does, as tests that a class for each sink inherits."""

import pytest

from summarizer.audit.checkpoint import MAX_SIZE, Checkpoint, opened, signed
from summarizer.audit.note import MAX_NOTE_BYTES, SignerKey
from summarizer.audit.sink import CheckpointConflict, CheckpointSink
from summarizer.audit.tree import leaf_hash
from summarizer.errors import AuditUnavailable

ORIGIN = "case-summarizer/0123456789abcdef0123456789abcdef"
SIGNER = SignerKey.generate(ORIGIN)


def note(size: int, said: str = "true", origin: str = ORIGIN) -> str:
    """Sign a checkpoint whose root depends on what is said."""
    return signed(Checkpoint(origin, size, leaf_hash(said.encode())), SIGNER)


class SinkContract:
    """Holds for the fixture `sink`, which is empty."""

    def test_a_sink_without_checkpoints_has_no_newest(self, sink: CheckpointSink) -> None:
        assert sink.newest(ORIGIN) is None

    def test_what_is_published_is_the_newest_to_the_byte(self, sink: CheckpointSink) -> None:
        sink.publish(ORIGIN, 7, note(7))

        found = sink.newest(ORIGIN)
        assert found == note(7)
        assert opened(found, SIGNER.verifier).size == 7

    def test_the_newest_is_the_largest_whatever_the_order(self, sink: CheckpointSink) -> None:
        for size in (9, 100, 0, MAX_SIZE, 10, 2**40):
            sink.publish(ORIGIN, size, note(size))

        assert sink.newest(ORIGIN) == note(MAX_SIZE)

    def test_the_newest_is_found_again_as_the_log_grows(self, sink: CheckpointSink) -> None:
        for size in (1, 2, 3, 300):
            sink.publish(ORIGIN, size, note(size))

            assert sink.newest(ORIGIN) == note(size)

    def test_each_origin_has_its_own(self, sink: CheckpointSink) -> None:
        for origin, size in ((ORIGIN, 500), (f"{ORIGIN}/1", 20), (f"{ORIGIN}/2", 3), ("other", 9)):
            sink.publish(origin, size, note(size, origin=origin))

        assert sink.newest(ORIGIN) == note(500)
        assert sink.newest(f"{ORIGIN}/1") == note(20, origin=f"{ORIGIN}/1")
        assert sink.newest(f"{ORIGIN}/2") == note(3, origin=f"{ORIGIN}/2")
        assert sink.newest("other") == note(9, origin="other")

    def test_publishing_the_same_again_changes_nothing(self, sink: CheckpointSink) -> None:
        sink.publish(ORIGIN, 7, note(7))
        sink.publish(ORIGIN, 7, note(7))

        assert sink.newest(ORIGIN) == note(7)

    def test_another_checkpoint_of_the_same_size_is_refused(self, sink: CheckpointSink) -> None:
        sink.publish(ORIGIN, 7, note(7))

        with pytest.raises(CheckpointConflict, match="0000000007"):
            sink.publish(ORIGIN, 7, note(7, "forged"))
        assert sink.newest(ORIGIN) == note(7)

    @pytest.mark.parametrize(
        "origin", ["", "/", "a/", "/a", "a//b", "..", "a/../b", ".a", "a\\b", "a b", "a\n", "a\0"]
    )
    def test_an_origin_that_is_no_path_below_the_sink_is_refused(
        self, sink: CheckpointSink, origin: str
    ) -> None:
        with pytest.raises(AuditUnavailable, match="origin"):
            sink.newest(origin)
        with pytest.raises(AuditUnavailable, match="origin"):
            sink.publish(origin, 7, note(7))

    @pytest.mark.parametrize("size", [-1, MAX_SIZE + 1])
    def test_a_size_that_cannot_be_is_refused(self, sink: CheckpointSink, size: int) -> None:
        with pytest.raises(ValueError, match="size"):
            sink.publish(ORIGIN, size, note(7))

    def test_a_note_that_is_too_long_is_not_read_whole(self, sink: CheckpointSink) -> None:
        sink.publish(ORIGIN, 7, "a" * (MAX_NOTE_BYTES + 1))

        with pytest.raises(AuditUnavailable, match="damaged"):
            sink.newest(ORIGIN)
