"""Flags: what every command takes beside its own parameters, and the frame it runs in."""

import inspect
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

import typer

from summarizer.cli.frame import run_in_frame
from summarizer.cli.help import HelpCommand

if TYPE_CHECKING:
    from summarizer.settings import Settings

__all__ = ["ROUTE", "STORE", "Flags", "command"]

_PANEL = "Settings"
_SHARED: Final[Mapping[str, tuple[str, str]]] = {
    "policy": ("NAME|DIR", "A shipped policy, or a policy folder. [SUMMARIZER_POLICY]"),
    "model": (
        "NAME",
        "embedded, scripted, extractive, or a provider's model. [SUMMARIZER_MODEL]",
    ),
    "prompt": ("NAME[@HASH]", "A shipped prompt, pinned by its hash if given. [SUMMARIZER_PROMPT]"),
    "classifier": (
        "FILE",
        "Fitted labels, instead of the policy's own. [SUMMARIZER_CLASSIFIER]",
    ),
    "api_base": ("URL", "The provider's address, for a private endpoint. [SUMMARIZER_API_BASE]"),
    "data_dir": ("DIR", "Folder of the database and keys, mode 0700. [SUMMARIZER_DATA_DIR]"),
    "database_url": (
        "URL",
        "The audit database; by default in the data folder. [SUMMARIZER_DATABASE_URL]",
    ),
    "cache_dir": ("DIR", "Folder of the embedded model. [SUMMARIZER_CACHE_DIR]"),
}
STORE: Final = ("data_dir", "database_url")
ROUTE: Final = tuple(_SHARED)


class Flags(NamedTuple):
    """The shared flags of one invocation."""

    json: bool
    """Whether standard output carries machine output alone."""
    given: Mapping[str, str | None]
    """Settings by name; None was not given."""

    def settings(self, **more: Any) -> "Settings":
        """Read the settings, these flags and `more` first.

        Raises:
            ConfigurationError: naming the wrong setting and the fix.
        """
        from summarizer.settings import Settings

        return Settings.load({**self.given, **more})


def command(
    group: typer.Typer, name: str, *, shown: tuple[str, ...], examples: str
) -> Callable[[Callable[..., int | None]], Callable[..., None]]:
    """Register a function as a command that takes `Flags` first and returns its exit code.

    Every command accepts every shared flag, so that a script can pass the same ones to all.

    Args:
        group: where the command belongs.
        name: what it is called.
        shown: the shared flags that matter to it; the others are left out of its help.
        examples: lines for the end of its help.
    """

    def register(function: Callable[..., int | None]) -> Callable[..., None]:
        own = list(inspect.signature(function).parameters.values())[1:]

        def run(**arguments: Any) -> None:
            given = {setting: arguments.pop(setting) for setting in _SHARED}
            flags = Flags(arguments.pop("json"), given)
            code = run_in_frame(lambda: function(flags, **arguments), json=flags.json)
            if code:
                raise typer.Exit(code)

        keyword = inspect.Parameter.KEYWORD_ONLY
        parameters = [
            *(parameter.replace(kind=keyword) for parameter in own),
            *_shared_parameters(shown),
        ]
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
        group.command(name, cls=HelpCommand, help=function.__doc__, epilog=examples)(run)
        return run

    return register


@cache
def _shared_parameters(shown: tuple[str, ...]) -> list[inspect.Parameter]:
    parameters = [
        _parameter(
            "json",
            bool,
            typer.Option("--json", help="Machine output on standard output, and nothing else."),
            default=False,
        )
    ]
    for name, (metavar, text) in _SHARED.items():
        option = typer.Option(
            f"--{name.replace('_', '-')}",
            metavar=metavar,
            help=text,
            hidden=name not in shown,
            rich_help_panel=_PANEL,
        )
        parameters.append(_parameter(name, str | None, option, default=None))
    return parameters


def _parameter(name: str, kind: Any, option: Any, *, default: Any) -> inspect.Parameter:
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=default,
        annotation=Annotated[kind, option],
    )
