"""What a run says it depended on."""

from pathlib import Path

from summarizer.evals.records import code_version


def test_the_version_of_the_code_covers_word_lists_and_weights(tmp_path: Path) -> None:
    (tmp_path / "pii").mkdir()
    (tmp_path / "a.py").write_text("x = 1")
    (tmp_path / "pii" / "words.txt").write_text("one")
    before = code_version(tmp_path)

    (tmp_path / "pii" / "words.txt").write_text("two")
    after = code_version(tmp_path)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.pyc").write_bytes(b"compiled")

    assert before != after
    assert code_version(tmp_path) == after
