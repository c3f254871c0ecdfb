"""Ingest: an HTML body -> the text a browser would show, with the way back to the source."""

import html
import re
from dataclasses import dataclass

from summarizer.ingest.markup import BLOCKS, KNOWN, Token, tokenize
from summarizer.textmap import TextMap, TextMapBuilder

__all__ = ["html_to_text", "looks_like_html"]

_SPACES = " \t\n\r\f"
_SIGNS_OF_HTML = re.compile(
    r"<!doctype\s+html\b|<(?:html|body|div|p|span|table|blockquote)(?:\s[^<>]*)?/?>"
    r"|<[bh]r\s*/?>|</(?:" + "|".join(sorted(KNOWN)) + r")\s*>",
    re.IGNORECASE,
)
# Bounded, since int() refuses more than 4,300 digits; the longest named entity has 31 letters.
_ENTITY = r"&(?:\#[0-9]{1,8}|\#[xX][0-9a-fA-F]{1,8}|[A-Za-z][A-Za-z0-9]{0,31});?"
_PIECE = re.compile(rf"(?P<entity>{_ENTITY})|(?P<space>[{_SPACES}]+)|[^&{_SPACES}]+|&")
_HREF = re.compile(r"""\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_SHOWN_ADDRESS = re.compile(r"\s*(?:https?://|mailto:)", re.IGNORECASE)


def looks_like_html(source: str) -> bool:
    """Say whether a body is HTML: it has a tag that nobody types by accident.

    An unknown tag such as `<PERSON_1>`, an address such as `<a@example.com>` and an opening tag
    that could be a word in brackets (`enter <code> here`) are not enough.
    """
    return _SIGNS_OF_HTML.search(source) is not None


def html_to_text(source: str) -> TextMap:
    """Return the text of an HTML body; text that styles hide is kept, so that it is redacted.

    Block elements become line breaks, list items start with `- `, table cells are separated by
    ` | `, and lines of a `blockquote` start with `> `. A link whose address (http, https or
    mailto) differs from its text is preceded by that address in parentheses: it stands before
    the text in the source, and offsets never go back. A tag that HTML does not know is kept as
    text. A body that cannot be parsed in linear time comes back as it is.
    """
    tokens = tokenize(source)
    return TextMap.identity(source) if tokens is None else _Writer(source, tokens).write()


@dataclass(slots=True)
class _Gap:
    """What stands between the last text written and the next: it becomes one separator."""

    breaks: int = 0
    space: bool = False
    row: bool = False
    cell: bool = False
    bullet: bool = False

    def separator(self, *, first: bool, spaced: bool, quoted: bool) -> str:
        """Return what to write; `first` if nothing was written yet, `spaced` after a space."""
        if self.cell and not first:
            return " | "
        if not (first or self.breaks):
            return " " if self.space and not spaced else ""
        lines = "" if first else "\n" * self.breaks
        return lines + ("> " if quoted else "") + ("- " if self.bullet else "")


class _Writer:
    """Writes the text of the tokens; each gap between two texts is one segment of the map."""

    def __init__(self, source: str, tokens: list[Token]) -> None:
        self._source = source
        self._tokens = tokens
        self._builder = TextMapBuilder(source)
        self._gap = _Gap()
        self._written = 0
        self._first = True
        self._spaced = False
        self._quotes = 0
        self._preformatted = 0
        self._cells = 0

    def write(self) -> TextMap:
        """Return the map of all tokens."""
        for index, token in enumerate(self._tokens):
            if token.kind == "text":
                self._text(token.start, token.end)
                continue
            self._separate(token)
            self._count(token)
            if token.name == "a" and token.kind == "start":
                self._link(index)
        return self._builder.build()

    def _text(self, start: int, end: int) -> None:
        for piece in _PIECE.finditer(self._source, start, end):
            text = html.unescape(piece[0]) if piece["entity"] else piece[0]
            if not (text.strip(_SPACES) or self._preformatted):
                self._gap.space = True
                continue
            self._flush(piece.start())
            self._piece(piece, text)

    def _piece(self, piece: re.Match[str], text: str) -> None:
        if text == piece[0]:
            self._builder.keep(piece.start(), piece.end())
        else:
            self._builder.replace(piece.start(), piece.end(), text)
        self._written = piece.end()

    def _flush(self, start: int, opening: str = "") -> None:
        gap, self._gap = self._gap, _Gap()
        separator = gap.separator(first=self._first, spaced=self._spaced, quoted=self._quotes > 0)
        separator += opening
        if separator == self._source[self._written : start]:
            self._builder.keep(self._written, start)
        else:
            self._builder.replace(self._written, start, separator)
        self._first = self._spaced = False

    def _separate(self, token: Token) -> None:
        gap, opens = self._gap, token.kind == "start"
        if token.name in {"td", "th"} and opens:
            gap.cell = gap.cell or (self._cells > 0 and not gap.row)
        elif token.name == "tr":
            gap.row, gap.cell, gap.breaks = True, False, max(gap.breaks, 1)
        elif token.name == "br":
            gap.breaks = min(gap.breaks + 1, 2)
        elif token.name in BLOCKS:
            gap.breaks = max(gap.breaks, 2 if token.name == "p" else 1)
            gap.bullet = gap.bullet or (opens and token.name == "li")

    def _count(self, token: Token) -> None:
        opens = token.kind == "start"
        if token.name == "blockquote":
            self._quotes = max(self._quotes + (1 if opens else -1), 0)
        elif token.name in {"pre", "textarea"}:
            self._preformatted = max(self._preformatted + (1 if opens else -1), 0)
        elif opens and token.name in {"td", "th"}:
            self._cells += 1
        elif opens and token.name == "tr":
            self._cells = 0

    def _link(self, index: int) -> None:
        token = self._tokens[index]
        href = _HREF.search(self._source, token.start, token.end)
        if href is None or not _SHOWN_ADDRESS.match(href[href.lastindex or 0]):
            return
        start, end = href.span(href.lastindex or 0)
        if _essence(self._source[start:end]) == _essence(self._label(index)):
            return
        self._flush(start, opening="(")
        for piece in _PIECE.finditer(self._source, start, end):
            self._piece(piece, html.unescape(piece[0]) if piece["entity"] else piece[0])
        self._builder.replace(end, token.end, ") ")
        self._written, self._spaced = token.end, True

    def _label(self, index: int) -> str:
        """Return the raw text of the link that starts at a token."""
        texts: list[str] = []
        for position in range(index + 1, len(self._tokens)):
            token = self._tokens[position]
            if token.name == "a":
                break
            if token.kind == "text":
                texts.append(self._source[token.start : token.end])
        return "".join(texts)


def _essence(address: str) -> str:
    """Return what two spellings of one address have in common."""
    decoded = re.sub(_ENTITY, lambda entity: html.unescape(entity[0]), address).strip()
    return _SHOWN_ADDRESS.sub("", decoded, count=1).rstrip("/").casefold()
