"""Ingest: the bytes of one e-mail -> its headers, the text a person reads, its attachments.

The standard library's parser takes time in the square of some headers and recurses without an
end; here every loop has a bound. Read are RFC 5322 (messages), RFC 2045 and 2046 (MIME), RFC
2047 (encoded words), RFC 2231 (parameters) and RFC 6532 (UTF-8 in headers).
"""

import binascii
import codecs
import html
import quopri
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, NamedTuple
from urllib.parse import unquote_to_bytes

from summarizer.errors import ErrorCode, TicketError
from summarizer.ingest.html import html_to_text
from summarizer.ingest.size import too_large
from summarizer.policy.sections import Limits

__all__ = ["Mail", "decoded_words", "overlong", "read_mail"]

_HEADER_BYTES: Final = 65_536
_VALUE_CHARACTERS: Final = 2_000
"""Longest value of a header that is taken apart."""
_DEPTH: Final = 10
"""How deep parts may lie within parts; mail programs use three or four levels."""
_HEADER: Final = re.compile(r"([!-9;-~]{1,100})[ \t]*:(.*)", re.DOTALL)
_FOLD: Final = re.compile(r"\n(?=[ \t])")
_TYPE: Final = re.compile(r"\s*([\w.+-]{1,100}/[\w.+-]{1,100})\s*(?:;|$)", re.ASCII)
_PARAMETER: Final = re.compile(
    r';\s*([\w!#$&^+.-]{1,40})(?:\*(\d{1,2}))?(\*)?\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;"\s]*))',
    re.ASCII,
)
_WORD: Final = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_WORDS: Final = re.compile(r"(\?=)[ \t\r\n]+(?==\?)")
_NOT_BASE64: Final = re.compile(rb"[^A-Za-z0-9+/]+")
_CHARSET: Final = re.compile(r"[A-Za-z0-9][\w.:-]{0,39}", re.ASCII)
# Python also knows codecs that are slow, unsafe or no character sets at all.
_CODECS: Final = frozenset({
    "ascii", "utf-8", "utf-16", "utf-16-le", "utf-16-be", "koi8-r", "koi8-u",
    "gb2312", "gbk", "gb18030", "hz", "big5", "big5hkscs", "shift_jis", "cp932", "euc_jp",
    "iso2022_jp", "euc_kr", "iso2022_kr", "cp949", "mac-roman", "cp437", "cp850", "cp852",
    *(f"iso8859-{number}" for number in range(1, 17)),
    *(f"cp{number}" for number in range(1250, 1259)),
})  # fmt: skip
_PLAIN: Final = "text/plain"
_HTML: Final = "text/html"
_READ: Final = frozenset({_PLAIN, _HTML})
_AS_THEY_ARE: Final = frozenset({"", "7bit", "8bit", "binary"})


@dataclass(frozen=True, slots=True, repr=False)
class Mail:
    """One e-mail that was read."""

    headers: Mapping[str, str]
    """By lower-case name, the first of each, unfolded; encoded words are still encoded."""
    body: str
    """Plain text, or HTML where the mail has nothing else."""
    attachments: tuple[Mapping[str, Any], ...]
    """`name`, `media_type` and about how many `bytes`."""


class _Piece(NamedTuple):
    """A parameter, or a piece of one; `encoded` in percent signs."""

    text: str
    encoded: bool


@dataclass(slots=True, repr=False)
class _Part:
    """A part of a mail: its headers, and what stands under them."""

    headers: Mapping[str, str]
    content: bytes
    media_type: str = _PLAIN
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str | None:
        disposition = _parameters(_taken_apart(self.headers, "content-disposition"))
        return disposition.get("filename") or self.parameters.get("name")

    @property
    def is_attached(self) -> bool:
        disposition = self.headers.get("content-disposition", "").strip().casefold()
        return disposition.startswith("attachment") or self.name is not None


@dataclass(frozen=True, repr=False)
class _Text:
    """A body, or one of several in a row."""

    text: str
    is_html: bool

    @cached_property
    def words(self) -> int:
        return len((html_to_text(self.text).text if self.is_html else self.text).split())

    @property
    def as_html(self) -> str:
        if self.is_html:
            return self.text
        lines = html.escape(self.text).split("\n")
        return f"<div>{'<br>'.join(lines)}</div>"


def read_mail(data: bytes, limits: Limits) -> Mail:
    """Read one message.

    A character set that is unknown or wrong is read as UTF-8, else as Windows-1252: what is read
    is what redaction searches and what a model is shown.

    Raises:
        TicketError: INVALID_TICKET or TICKET_TOO_LARGE, naming the header or the limit.
    """
    reader = _Reader(limits)
    top = reader.part(data.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
    texts = reader.texts(top, 1)
    return Mail(top.headers, _joined(texts), tuple(reader.attachments))


def decoded_words(value: str) -> str:
    """Return a header's value with its encoded words decoded (RFC 2047)."""
    pieces: list[str] = []
    pending: tuple[str, bytes] | None = None
    position = 0
    value = _BETWEEN_WORDS.sub(r"\1", value)
    for match in _WORD.finditer(value):
        charset, encoding, encoded = match.groups()
        charset = charset.partition("*")[0].casefold()
        raw = encoded.encode("utf-8", "replace")
        content = _base64(raw) if encoding in "bB" else quopri.decodestring(raw, header=True)
        # A character may be cut in two by the end of a word.
        if pending and position == match.start() and pending[0] == charset:
            pending = charset, pending[1] + content
        else:
            if pending:
                pieces.append(_text(pending[1], pending[0]))
            pieces.append(value[position : match.start()])
            pending = charset, content
        position = match.end()
    if pending:
        pieces.append(_text(pending[1], pending[0]))
    return "".join([*pieces, value[position:]])


def overlong(where: str, most: str) -> TicketError:
    """Return the error for a header that is longer than any mail program writes it."""
    detail = f"{where}: more than {most}, as no mail program writes; send the mail's own source"
    return TicketError(detail, code=ErrorCode.TICKET_TOO_LARGE)


class _Reader:
    """One mail under reading; counts its parts."""

    def __init__(self, limits: Limits) -> None:
        self._most = limits.items
        self._longest = limits.message_characters
        self._count = 0
        self.attachments: list[dict[str, Any]] = []

    def part(self, data: bytes) -> _Part:
        """Take a part's headers off; the part is counted."""
        self._count += 1
        if self._count > self._most:
            raise too_large(None, "parts", self._most, where="the mail")
        end = 0 if data.startswith(b"\n") else data.find(b"\n\n")
        end = len(data) if end < 0 else end
        headers = _headers(data[:end])
        given = _taken_apart(headers, "content-type")
        found = _TYPE.match(given)
        media_type = found[1].casefold() if found else _PLAIN
        return _Part(headers, data[end:].lstrip(b"\n"), media_type, _parameters(given))

    def texts(self, part: _Part, depth: int) -> list[_Text]:
        """Return the bodies in a part, and count what is attached to it."""
        if part.media_type.startswith("multipart/"):
            return self._of_several(part, depth)
        if part.is_attached or part.media_type not in _READ:
            self.attachments.append({
                "name": decoded_words(part.name or "attachment"),
                "media_type": part.media_type,
                "bytes": _size(part),
            })
            return []
        content = _content(part)
        return [_Text(_text(content, part.parameters.get("charset", "")), part.media_type == _HTML)]

    def _of_several(self, part: _Part, depth: int) -> list[_Text]:
        if depth == _DEPTH:
            msg = f"the mail: parts lie within parts {_DEPTH} levels deep; send the innermost mail"
            raise TicketError(msg)
        boundary = part.parameters.get("boundary", "").rstrip()
        if not boundary:
            msg = "Content-Type: multipart without a boundary; send the mail's whole source"
            raise TicketError(msg)
        found = [self.texts(self.part(data), depth + 1) for data in _split(part.content, boundary)]
        if part.media_type != "multipart/alternative":
            return [text for texts in found for text in texts]
        return max(found, key=self._preference, default=[])

    def _preference(self, texts: list[_Text]) -> tuple[int, bool]:
        """Prefer plain text, unless HTML says twice as much: some plain texts are stubs.

        What is too long to be read says nothing: the other form of it may do.
        """
        plain = not any(text.is_html for text in texts)
        words = sum(text.words for text in texts if len(text.text) <= self._longest)
        return words * (2 if plain else 1), plain


def _joined(texts: list[_Text]) -> str:
    texts = [text for text in texts if text.text.strip()]
    if len(texts) > 1 and any(text.is_html for text in texts):
        return "\n".join(text.as_html for text in texts)
    return "\n\n".join(text.text for text in texts)


def _split(content: bytes, boundary: str) -> Iterator[bytes]:
    """Yield the parts between boundaries (RFC 2046, 5.1.1); the last may lack its end."""
    mark = re.escape(boundary.encode("utf-8", "replace"))
    pattern = re.compile(rb"^--" + mark + rb"(--)?[ \t]*$\n?", re.MULTILINE)
    start: int | None = None
    for match in pattern.finditer(content):
        if start is not None:
            yield content[start : match.start()].removesuffix(b"\n")
        if match[1]:
            return
        start = match.end()
    if start is not None:
        yield content[start:]


def _headers(block: bytes) -> dict[str, str]:
    if len(block) > _HEADER_BYTES:
        where = "the headers of the mail"
        raise overlong(where, f"{_HEADER_BYTES:,} bytes")
    headers: dict[str, str] = {}
    for line in re.split(r"\n(?![ \t])", _text(block, "")):
        match = _HEADER.fullmatch(line)
        if match:
            headers.setdefault(match[1].casefold(), _FOLD.sub("", match[2]).strip())
    return headers


def _taken_apart(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name, "")
    if len(value) > _VALUE_CHARACTERS:
        raise overlong(name.title(), f"{_VALUE_CHARACTERS:,} characters")
    return value


def _parameters(value: str) -> dict[str, str]:
    """Return the parameters of a header, those in pieces or in another character set too."""
    pieces: dict[str, dict[int, _Piece]] = {}
    for name, number, encoded, quoted, bare in _PARAMETER.findall(value):
        piece = _Piece(re.sub(r"\\(.)", r"\1", quoted) if quoted else bare, bool(encoded))
        known = pieces.setdefault(name.casefold(), {})
        # Beside a plain form for old programs, the one with a character set is meant.
        if int(number or 0) not in known or (piece.encoded and not known[int(number or 0)].encoded):
            known[int(number or 0)] = piece
    return {name: _parameter([known[at] for at in sorted(known)]) for name, known in pieces.items()}


def _parameter(pieces: list[_Piece]) -> str:
    charset, content = "", b""
    for position, piece in enumerate(pieces):
        text = piece.text
        if piece.encoded and position == 0 and text.count("'") > 1:
            charset, _, text = text.split("'", 2)
        content += unquote_to_bytes(text) if piece.encoded else text.encode("utf-8", "replace")
    return _text(content, charset)


def _content(part: _Part) -> bytes:
    encoding = part.headers.get("content-transfer-encoding", "").strip().casefold()
    if encoding == "base64":
        return _base64(part.content)
    if encoding == "quoted-printable":
        return quopri.decodestring(part.content)
    if encoding in _AS_THEY_ARE:
        return part.content
    msg = "Content-Transfer-Encoding: none of base64, quoted-printable, 7bit, 8bit and binary"
    raise TicketError(msg)


def _base64(content: bytes) -> bytes:
    """Decode what is there; padding may be missing, and a digit too many says nothing."""
    digits = _NOT_BASE64.sub(b"", content.partition(b"=")[0])
    if len(digits) % 4 == 1:
        digits = digits[:-1]
    return binascii.a2b_base64(digits + b"=" * (-len(digits) % 4))


def _size(part: _Part) -> int:
    """Return about how many bytes are attached, from the length of what encodes them."""
    size = len(part.content)
    encoding = part.headers.get("content-transfer-encoding", "").strip().casefold()
    return size * 3 // 4 if encoding == "base64" else size


def _text(content: bytes, charset: str) -> str:
    for name in (_codec(charset), "utf-8"):
        try:
            if name is not None:
                return content.decode(name)
        except UnicodeError:
            continue
    # Five bytes of Windows-1252 stand for nothing.
    return content.decode("cp1252", "replace")


def _codec(charset: str) -> str | None:
    if not _CHARSET.fullmatch(charset):
        return None
    try:
        name = codecs.lookup(charset).name
    except LookupError:
        return None
    return name if name in _CODECS else None
