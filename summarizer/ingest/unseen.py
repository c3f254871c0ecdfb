"""Ingest: an HTML body -> what a mail program would not show of it, and by what it is hidden.

Comments and descriptions of pictures are no part of a case's text. What styles hide is: it is
redacted and sent like the rest. Either can hold words that were written for a machine alone.
"""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final, NamedTuple

from summarizer.ingest.markup import is_tame
from summarizer.models import Unseen

__all__ = ["unseen_in"]

_ATTRIBUTES: Final = ("alt", "title", "aria-label", "placeholder", "content", "summary", "value")
_VOID: Final = frozenset([
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "param",
    "source",
    "track",
    "wbr",
])
_HIDING: Final = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all|"
    r"opacity\s*:\s*0?\.?0+\s*(?:[;!]|$)|font-size\s*:\s*(?:0|1px|1pt|0?\.\d+[a-z]*)[^\d.]*(?:[;!]|$)|"
    r"(?:left|top|right|text-indent|margin-left|margin-top)\s*:\s*-\d{3,}|"
    r"(?:max-)?(?:height|width)\s*:\s*0\s*(?:px)?\s*(?:[;!]|$)|(?<![-\w])color\s*:\s*transparent|"
    r"clip\s*:\s*rect\(\s*0",
    re.IGNORECASE,
)
_COLOUR: Final = re.compile(r"(?<![-\w])color\s*:\s*([^;!]+)", re.IGNORECASE)
_GROUND: Final = re.compile(r"background(?:-color)?\s*:\s*([^;!]+)", re.IGNORECASE)
_HEX: Final = re.compile(r"#([0-9a-f]{6}|[0-9a-f]{3})\b", re.IGNORECASE)
_RGB: Final = re.compile(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})", re.IGNORECASE)
_NAMED: Final = {
    "white": (255, 255, 255), "snow": (255, 250, 250), "ivory": (255, 255, 240),
    "whitesmoke": (245, 245, 245), "ghostwhite": (248, 248, 255), "black": (0, 0, 0),
}  # fmt: skip
_SAME: Final = 24
"""Steps of 256 within which two colours cannot be told apart."""
_BLOCK_OF_STYLES: Final = re.compile(r"@[^{}]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_STYLE: Final = re.compile(r"\.([\w-]{1,64})\s*\{([^{}]*)\}")
_LEAST_WORDS: Final = 4

_Colour = tuple[int, int, int]
_WHITE: Final = (255, 255, 255)


class _Open(NamedTuple):
    """An element under way."""

    tag: str
    hidden: bool
    ground: _Colour
    """The colour behind its text."""


def unseen_in(source: str) -> tuple[Unseen, ...]:
    """Return what an HTML body holds that nobody sees; nothing, if it cannot be read."""
    if not is_tame(source):
        return ()
    reader = _Reader()
    try:
        reader.feed(source)
        reader.close()
    except AssertionError:
        # As in `tokenize`: html.parser gives up on some sections, and the body stays as it is.
        return ()
    return tuple(reader.found)


@dataclass(slots=True)
class _Styles:
    """Classes that hide."""

    names: frozenset[str] = frozenset()

    def learn(self, sheet: str) -> None:
        """Take the rules of a style sheet that hold everywhere, not only on small screens."""
        rules = _STYLE.findall(_BLOCK_OF_STYLES.sub(" ", sheet))
        self.names |= {name for name, rule in rules if _HIDING.search(rule)}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Unseen] = []
        self._open: list[_Open] = []
        self._counts: dict[str, int] = {}
        self._styles = _Styles()
        self._seen_text = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        for name in _ATTRIBUTES:
            if named.get(name):
                self.found.append(Unseen(f"the {name} of an element", named[name]))
        if tag in _VOID:
            return
        above = self._open[-1] if self._open else _Open("", hidden=False, ground=_WHITE)
        style = named.get("style", "")
        ground = _colour(_GROUND.search(style), named.get("bgcolor", "")) or above.ground
        colour = _colour(_COLOUR.search(style), named.get("color", "") if tag == "font" else "")
        hidden = (
            above.hidden
            or "hidden" in named
            or _HIDING.search(style) is not None
            or not self._styles.names.isdisjoint(named.get("class", "").split())
            or (colour is not None and _alike(colour, ground))
        )
        self._open.append(_Open(tag, hidden, ground))
        self._counts[tag] = self._counts.get(tag, 0) + 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        # Each element is closed once, and what was never opened costs one look.
        while self._counts.get(tag):
            closed = self._open.pop().tag
            self._counts[closed] -= 1
            if closed == tag:
                break

    def handle_data(self, data: str) -> None:
        inside = self._open[-1] if self._open else None
        if inside is not None and inside.tag in {"style", "script", "title"}:
            if inside.tag == "style":
                self._styles.learn(data)
        elif inside is None or not inside.hidden:
            self._seen_text = self._seen_text or any(map(str.isalnum, data))
        elif data.strip():
            quoted = self._counts.get("blockquote", 0) > 0
            amid = self._seen_text and not quoted and len(data.split()) >= _LEAST_WORDS
            self.found.append(Unseen("text hidden by its style", data, amid=amid))

    def handle_comment(self, data: str) -> None:
        if not data.startswith("[if") and not data.endswith("endif]"):
            self.found.append(Unseen("a comment", data))


def _colour(styled: re.Match[str] | None, attribute: str) -> _Colour | None:
    value = styled[1] if styled is not None else attribute
    if match := _HEX.search(value):
        digits = match[1] if len(match[1]) > len("fff") else "".join(2 * each for each in match[1])
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
    if match := _RGB.search(value):
        return int(match[1]), int(match[2]), int(match[3])
    return _NAMED.get(value.strip().casefold())


def _alike(one: _Colour, other: _Colour) -> bool:
    return all(abs(a - b) <= _SAME for a, b in zip(one, other, strict=True))
