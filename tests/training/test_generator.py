"""The training generator: repeatable texts, and spans that hold exactly what filled the slots."""

import random
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from training.generator import Generator, Marked
from training.habits import Habits

_FRAMES = Path(__file__).parents[2] / "training" / "frames"
_PERSONAL = re.compile(
    r"(?:name|first|last|lastfirst|initials|foreignname|spelled|glued"
    r"|(?:bare)?addr(?:ml)?|street|streetname|pobox|postcode|town|region)"
)


class _Brackets:
    """Fills personal slots with a bracketed value, which the habits leave recognisable."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng

    def fill(self, slot: str) -> tuple[str, str]:
        if _PERSONAL.fullmatch(slot):
            return f"⟦{self._rng.choice('abcdef')} {slot}⟧", "PERSON"
        return self.word(), ""

    def word(self) -> str:
        return self._rng.choice(("statement", "fee", "card"))


def _texts(seed: int, count: int, *, held_back: bool = False) -> list[Marked]:
    return list(Generator(seed, _Brackets, held_back=held_back).texts(count))


def _frames() -> Iterator[tuple[str, str]]:
    for path in sorted(_FRAMES.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip() and not line.startswith("# "):
                yield path.stem, line


def test_one_seed_gives_the_same_texts_and_another_gives_others() -> None:
    assert _texts(5, 200) == _texts(5, 200)
    assert _texts(5, 200) != _texts(6, 200)


def test_texts_held_back_are_made_of_other_frames() -> None:
    trained = {text.text for text in _texts(5, 500)}
    held_back = {text.text for text in _texts(5, 500, held_back=True)}

    assert len(held_back & trained) < len(held_back) / 20


def test_every_span_holds_whole_values_and_every_value_lies_in_a_span() -> None:
    seen = 0
    for text, spans in ((marked.text, marked.spans) for marked in _texts(7, 2000)):
        inside = [text[start:end] for start, end, _ in spans]
        assert all(value[0] == "⟦" and value[-1] == "⟧" for value in inside)
        assert sum(value.count("⟦") for value in inside) == text.count("⟦")
        assert all(one[1] <= two[0] for one, two in pairwise(spans))
        seen += len(spans)
    assert seen > 1000


def test_a_frame_without_a_person_has_no_personal_slot() -> None:
    wrong = [
        frame
        for name, frame in _frames()
        if name.startswith("neg_")
        and any(_PERSONAL.fullmatch(slot) for slot in re.findall(r"\{([a-z_0-9]+)\}", frame))
    ]

    assert wrong == []


def test_no_frame_is_written_twice_in_one_file() -> None:
    frames = [frame for frame in _frames() if "salad" not in frame[1]]

    assert sorted({frame for frame in frames if frames.count(frame) > 1}) == []


@pytest.mark.parametrize("style", ["chat", "speech", "notes", "letters", "debris", "foreign"])
def test_habits_never_move_a_value_out_of_its_piece(style: str) -> None:
    habits = Habits(random.Random(3), lambda: "fee")  # noqa: S311 - test texts

    for _ in range(200):
        typed = habits.apply([("please call ", ""), ("⟦Ann Lee⟧", "PERSON"), (" now.", "")], style)
        assert [label for _, label in typed] == ["", "PERSON", ""]
        assert (typed[1][0][0], typed[1][0][-1]) == ("⟦", "⟧")
