"""Audit event: what an event holds -> what a person reads; prompts are taken apart."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from rich.console import RenderableType
from rich.panel import Panel
from rich.text import Text

from summarizer.cli.output import coloured

__all__ = ["event_parts"]


def event_parts(body: Mapping[str, Any]) -> Iterator[RenderableType]:
    """Yield the fields of an event, then the messages of the exact bytes it holds, if any."""
    exact = _parsed(body.get("body"))
    if not isinstance(exact, dict):
        yield _indented(body)
        return
    yield _indented({name: value for name, value in body.items() if name != "body"})
    messages = exact.pop("messages", None)
    if isinstance(messages, list):
        if "system" in exact:
            yield _message("system", exact.pop("system"))
        for message in messages:
            if isinstance(message, dict):
                yield _message(str(message.get("role")), message.get("content"))
    yield _indented(exact)


def _message(role: str, content: Any) -> Panel:
    if isinstance(content, list):
        content = "\n".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return Panel(coloured(str(content)), title=role, title_align="left", border_style="dim")


def _parsed(text: Any) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


def _indented(value: Any) -> Text:
    return coloured(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())
