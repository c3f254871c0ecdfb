"""Help: a command -> its help text in panels.

Typer's own Rich help loads a Markdown parser and a traceback renderer, which alone costs more
than the rest of `summarizer --help`.
"""

from collections.abc import Iterable, Iterator
from inspect import cleandoc
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

__all__ = ["HelpCommand", "HelpGroup"]

_WIDEST = 100


class HelpCommand(TyperCommand):
    """A command whose help is written by this module."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Print usage, description, arguments, options and examples."""
        del formatter
        _print(self, ctx, {})


class HelpGroup(TyperGroup):
    """A group of commands whose help is written by this module."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Print usage, description, options, commands and examples."""
        del formatter
        commands = [
            (name, command.get_short_help_str(_WIDEST))
            for name in self.list_commands(ctx)
            if (command := self.get_command(ctx, name)) is not None and not command.hidden
        ]
        _print(self, ctx, {"Commands": commands})


def _print(
    command: TyperCommand | TyperGroup,
    ctx: typer.Context,
    panels: dict[str, list[tuple[str, str]]],
) -> None:
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    console = Console(highlight=False)
    console.width = min(console.width, _WIDEST)
    usage = Text.assemble(
        "\n ", ("Usage: ", "bold"), command.get_usage(ctx).removeprefix("Usage: ")
    )
    console.print(usage)
    for paragraph in _paragraphs(command.help or ""):
        console.print(Padding(Text(paragraph), (1, 1, 0, 1)))
    console.print()
    for title, rows in (*_parameters(command, ctx), *panels.items()):
        if rows:
            console.print(_panel(title, rows))
    if command.epilog:
        console.print(_examples(cleandoc(command.epilog).splitlines()))


def _parameters(
    command: TyperCommand | TyperGroup, ctx: typer.Context
) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    panels: dict[str, list[tuple[str, str]]] = {}
    for parameter in command.get_params(ctx):
        record = parameter.get_help_record(ctx)
        if record is None or getattr(parameter, "hidden", False):
            continue
        default = "Arguments" if parameter.param_type_name == "argument" else "Options"
        title = getattr(parameter, "rich_help_panel", None) or default
        panels.setdefault(title, []).append(record)
    yield from panels.items()


def _panel(title: str, rows: Iterable[tuple[str, str]]) -> Any:
    from rich.panel import Panel
    from rich.table import Table

    table = Table.grid(padding=(0, 2), expand=True)
    table.add_column(style="cyan", no_wrap=True)
    table.add_column(ratio=1)
    for name, text in rows:
        table.add_row(_plain(name), _plain(text))
    return Panel(table, title=title, title_align="left", border_style="dim")


def _plain(text: str) -> Any:
    from rich.text import Text

    return Text(text)


def _examples(lines: Iterable[str]) -> Any:
    from rich.text import Text

    text = Text("\n Examples", style="bold", no_wrap=True, overflow="ignore")
    for line in lines:
        command, mark, remark = line.partition("#")
        text.append(f"\n   {command}", style="not bold cyan").append(
            f"{mark}{remark}", "not bold dim"
        )
    return text


def _paragraphs(text: str) -> list[str]:
    """Join the lines of a docstring's paragraphs; the terminal breaks them again."""
    return [" ".join(part.split()) for part in cleandoc(text).split("\n\n") if part.strip()]
