"""Ingest: an HTML body -> its tags and texts, each with its offsets in the source."""

import re
from html.parser import HTMLParser
from itertools import islice
from typing import Literal, NamedTuple

__all__ = ["BLOCKS", "KNOWN", "Token", "is_tame", "tokenize"]


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


BLOCKS = _names(
    "address article aside blockquote body center dd details dialog div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol option p pre "
    "section summary table tbody tfoot thead tr ul"
)
"""Elements that a browser sets on lines of their own."""
KNOWN = BLOCKS | _names(
    "a abbr acronym area audio b base basefont bdi bdo big br button canvas caption cite code col "
    "colgroup data datalist del dfn em embed font frame frameset head i iframe img input ins kbd "
    "label link map mark meta meter nobr noscript object optgroup output param picture progress q "
    "rp rt ruby s samp script select slot small source span strike strong style sub sup svg td "
    "template textarea th time title tt u var video wbr"
)
"""Elements of HTML, past and present; whatever else stands in angle brackets is text."""

_Attribute = tuple[str, str | None]
_OFFICE = ("o:", "v:", "w:", "x:", "m:", "st1:")
_UNSEEN = _names("script style title")
# A noncharacter that hides `&` from html.parser, so that texts come whole: decoding is ours.
_MASKED_AMPERSAND = "\ufdd0"
_UNFINISHED = re.compile(r"<[^<>]*(?=<)")
_MOST_UNFINISHED = 100
_MOST_SECTIONS = 1_000


class Token(NamedTuple):
    """A text or a tag at `source[start:end]`; `name` is the tag's, in lower case."""

    kind: Literal["text", "start", "end"]
    name: str
    start: int
    end: int


def tokenize(source: str) -> list[Token] | None:
    """Return the tokens of what a browser would show, in order; entities are not decoded.

    Returns:
        None if html.parser cannot read the source: where it would take quadratic time, and
        where it gives up, which it does on sections such as `<![x`.
    """
    if not is_tame(source):
        return None
    tokenizer = _Tokenizer(source)
    try:
        tokenizer.feed(source.replace("&", _MASKED_AMPERSAND))
        tokenizer.close()
    except AssertionError:
        return None
    return tokenizer.tokens


def is_tame(source: str) -> bool:
    """Say whether html.parser takes linear time: it rescans what is opened and never closed."""
    comments = source.count("<!--", source.rfind("-->") + 1)
    unfinished = sum(1 for _ in islice(_UNFINISHED.finditer(source), _MOST_UNFINISHED + 1))
    sections = source.count("<![")
    return max(comments, unfinished) <= _MOST_UNFINISHED and sections <= _MOST_SECTIONS


class _Tokenizer(HTMLParser):
    """Turns the parser's events into tokens."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=False)
        self.tokens: list[Token] = []
        self._source = source
        self._lines = [0, *(match.end() for match in re.finditer("\n", source))]
        self._unseen = False

    def handle_starttag(self, tag: str, attrs: list[_Attribute]) -> None:  # noqa: ARG002 - the signature is html.parser's
        # Any tag ends what is unseen: the parser reads scripts and styles as raw text, and an
        # unclosed title must not swallow the body.
        self._unseen = tag in _UNSEEN
        self._add("start", tag, len(self.get_starttag_text() or ""))

    def handle_startendtag(self, tag: str, attrs: list[_Attribute]) -> None:  # noqa: ARG002 - the signature is html.parser's
        self._add("start", tag, len(self.get_starttag_text() or ""))

    def handle_endtag(self, tag: str) -> None:
        self._unseen = False
        start = self._offset()
        self._add("end", tag, self._source.find(">", start) + 1 - start)

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            start = self._offset()
            self.tokens.append(Token("text", "", start, start + len(data)))

    def _add(self, kind: Literal["start", "end"], tag: str, length: int) -> None:
        start = self._offset()
        if tag in KNOWN:
            self.tokens.append(Token(kind, tag, start, start + length))
        elif not tag.startswith(_OFFICE):
            self.tokens.append(Token("text", "", start, start + length))

    def _offset(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column
