"""Audit event: what an event holds -> what a person reads; prompts are taken apart."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson
from rich.console import RenderableType
from rich.panel import Panel
from rich.text import Text

from summarizer.casework.events import exchanged
from summarizer.cli.output import coloured

__all__ = ["event_parts"]

_SHOWN: Final = frozenset({"system", "messages"})


def event_parts(body: Mapping[str, Any]) -> Iterator[RenderableType]:
    """Yield the fields of an event, then the messages of the exact bytes it holds, if any."""
    exact = _parsed(body.get("body"))
    if not isinstance(exact, dict):
        yield _indented(body)
        return
    yield _indented({name: value for name, value in body.items() if name != "body"})
    for message in exchanged(body):
        content = coloured(message.content)
        yield Panel(content, title=message.role, title_align="left", border_style="dim")
    yield _indented({name: value for name, value in exact.items() if name not in _SHOWN})


def _parsed(text: Any) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


def _indented(value: Any) -> Text:
    return coloured(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())
