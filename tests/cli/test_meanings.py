from summarizer.cli.meanings import MEANINGS
from summarizer.errors import ErrorCode


def test_every_error_code_has_a_meaning_and_something_to_do() -> None:
    assert set(MEANINGS) == set(ErrorCode)
    assert all(meaning.what and meaning.todo for meaning in MEANINGS.values())
