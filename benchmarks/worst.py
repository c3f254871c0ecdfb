"""Inputs that are hardest on the detector: name -> a text of about so many code points."""

import random
from base64 import b64encode
from collections.abc import Callable

__all__ = ["WORST"]


def _again(unit: str) -> Callable[[int], str]:
    return lambda size: unit * (size // len(unit))


def _made(make: Callable[[random.Random], str]) -> Callable[[int], str]:
    def text(size: int) -> str:
        chance = random.Random(size)  # noqa: S311 - benchmark texts
        parts: list[str] = []
        length = 0
        while length < size:
            parts.append(make(chance))
            length += len(parts[-1])
        return "".join(parts)[:size]

    return text


def _word(chance: random.Random) -> str:
    return "".join(chr(chance.randrange(97, 123)) for _ in range(chance.randint(3, 9)))


WORST: dict[str, Callable[[int], str]] = {
    "telephone numbers": _made(lambda c: f"+1 212-555-{c.randrange(1000, 9999)} "),
    "the same number": _again("+1 212-555-0143 "),
    "addresses": _made(
        lambda c: f"{c.randrange(1, 999)} {_word(c).title()} Street, Springfield, IL 62701\n"
    ),
    "cards": _again("4111 1111 1111 1111 "),
    "IBANs": _again("GB33BUKB20201555555555 "),
    "e-mail addresses": _made(lambda c: f"{_word(c)}@example.com "),
    "names": _made(lambda c: f"{_word(c).title()} {_word(c).title()} "),
    "names after cues": _made(lambda c: f"my name is {_word(c)} {_word(c)}. "),
    "a.": _again("a."),
    "1-": _again("1-"),
    "1 ": _again("1 "),
    "A ": _again("A "),
    "@": _again("@"),
    "<": _again("<"),
    "&#49;": _again("&#49;"),
    "=3D": _again("=3D"),
    "digits": _made(lambda c: str(c.randrange(10))),
    "base64": _made(lambda c: b64encode(c.randbytes(300)).decode()),
    "base64 words": _made(lambda c: b64encode(f"{_word(c)} {_word(c)}".encode()).decode() + " "),
    "newlines": _again("\n"),
    "emoji": _again("\U0001f600"),
    "combining marks": _again("e\u0301\u0302"),
    "right to left": _again("\u0645\u062d\u0645\u062f \u0639\u0644\u064a "),
    "number words": _again("four one two "),
    "pin": _again("my pin is 2580 "),
    "URLs": _made(lambda c: f"https://{_word(c)}.example/{_word(c)}?id={c.randrange(10**8)} "),
    "tags": _again("<b>1</b>"),
}
