"""Ingest: a text -> the text without control characters, with the way back to the source."""

import re

from summarizer.textmap import TextMap, TextMapBuilder

__all__ = ["without_controls"]

# C0, DEL and C1 (Unicode 16, table 23-1). Marks of direction are no control characters: they stay.
_CONTROLS = re.compile(r"(?P<line>\r\n|[\r\v\f\x85])|[\x00-\x08\x0e-\x1f\x7f-\x9f]+")


def without_controls(source: str) -> TextMap:
    """Drop control characters but tab and newline; every form of line end becomes a newline."""
    builder = TextMapBuilder(source)
    position = 0
    for match in _CONTROLS.finditer(source):
        builder.keep(position, match.start())
        if match["line"]:
            builder.replace(match.start(), match.end(), "\n")
        position = match.end()
    builder.keep(position, len(source))
    return builder.build()
