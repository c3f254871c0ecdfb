"""The command `summarize`: tickets -> one Outcome each."""

from typing import Annotated

import typer

from summarizer.cli.flags import ROUTE, Flags, command

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    command(
        app,
        "summarize",
        shown=ROUTE,
        examples="""
        summarizer summarize ticket.json
        summarizer summarize inbox/ --output outcomes.jsonl
        summarizer summarize tickets.jsonl --model extractive --json
        summarizer summarize case.json --source zendesk --post-back --json
        summarizer summarize inbox.mbox --source email
        """,
    )(_summarize)


def _summarize(
    flags: Flags,
    paths: Annotated[
        list[str],
        typer.Argument(
            help="Ticket files (.json, .jsonl; .eml, .mbox), folders of them, or - for standard "
            "input.",
            metavar="PATH...",
        ),
    ],
    *,
    source: Annotated[
        str,
        typer.Option(
            help="The form of the tickets: native, zendesk, servicenow, salesforce or email.",
            metavar="NAME",
        ),
    ] = "native",
    output: Annotated[
        str | None,
        typer.Option(
            help="Also write the outcomes to this file, as JSON Lines, mode 0600.", metavar="FILE"
        ),
    ] = None,
    restore: Annotated[
        bool,
        typer.Option(
            "--restore", help="Put original values back into what you see; the record keeps tokens."
        ),
    ] = False,
    post_back: Annotated[
        bool,
        typer.Option(
            "--post-back",
            help="With --json: beside each Outcome the call that puts it into the case tool; "
            "nothing is sent there.",
        ),
    ] = False,
) -> int:
    """Summarize tickets: redact, ask the model, check the answer, record every step.

    One ticket that fails does not stop the others; the highest exit code counts.
    """
    from functools import partial

    import anyio

    from summarizer.cli.summarizing import Shown, summarize_all
    from summarizer.errors import ConfigurationError
    from summarizer.ingest.tools import source_named

    if post_back and not flags.json:
        msg = "--post-back: the call is shown as JSON; add --json"
        raise ConfigurationError(msg)
    settings = flags.settings()
    form = source_named(source, mail_domains=settings.mail_domains)
    shown = Shown(json=flags.json, restore=restore, post_back=post_back)
    run = partial(summarize_all, source=form, output=output, shown=shown)
    return anyio.run(run, settings, paths)
