"""The commands `audit export` and `audit fsck`: the log for a third party, and its check."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from summarizer.cli.flags import STORE, Flags, command

if TYPE_CHECKING:
    from summarizer.settings import Settings

__all__ = ["register"]


def register(group: typer.Typer) -> None:
    """Add both commands to the group `audit`."""
    command(
        group,
        "export",
        shown=STORE,
        examples="""
        summarizer audit export --output bundle
        summarizer audit export --output bundle --case T-1001 --case T-1002
        """,
    )(_export)
    command(
        group,
        "fsck",
        shown=(),
        examples="""
        summarizer audit public-key > log.key
        summarizer audit fsck bundle --public-key log.key    # exit code 1 unless all is intact
        """,
    )(_fsck)


def _export(
    flags: Flags,
    *,
    output: Annotated[Path, typer.Option(help="A new folder.", metavar="DIR")],
    case: Annotated[
        list[str] | None,
        typer.Option(help="Only events of this case; may be repeated.", metavar="CASE"),
    ] = None,
    without_bodies: Annotated[
        bool, typer.Option("--without-bodies", help="Leave the encrypted bodies out.")
    ] = False,
    plain: Annotated[
        bool, typer.Option("--plain", help="Add what each event says, in clear, for reading.")
    ] = False,
) -> None:
    """Write the log, or some cases, into a folder that anybody can verify. That is recorded."""
    from functools import partial

    import anyio

    work = partial(
        _exported, output=output, cases=case, bodies=not without_bodies, plain=plain, flags=flags
    )
    anyio.run(work, flags.settings())


async def _exported(
    settings: "Settings",
    *,
    output: Path,
    cases: list[str] | None,
    bodies: bool,
    plain: bool,
    flags: Flags,
) -> None:
    from functools import partial

    from rich.text import Text

    from summarizer.audit.bundle import export
    from summarizer.cli.audit_reading import open_existing, record_reading
    from summarizer.cli.output import pretty, write_json
    from summarizer.cli.progress import event_bar

    async with open_existing(settings) as store:
        what = {"cases": len(cases or ()), "plain": plain}
        await record_reading(store, "export", what)
        await store.number()
        await store.publish()
        with event_bar("exporting") as progress:
            work = partial(
                export,
                store.database,
                store.keystore,
                output,
                cases=cases,
                bodies=bodies,
                plain=plain,
                progress=progress,
            )
            bundle = await store.run(work)
    if flags.json:
        write_json({"folder": str(output), "events": bundle.events, "size": bundle.size})
    else:
        line = f"{bundle.events:,} events under the checkpoint of size {bundle.size:,}: {output}"
        pretty().print(Text(line), soft_wrap=True)


def _fsck(
    flags: Flags,
    folder: Annotated[Path, typer.Argument(help="The folder of a bundle.", metavar="DIR")],
    *,
    public_key: Annotated[
        Path,
        typer.Option(help="A file with the log's public key, kept elsewhere.", metavar="FILE"),
    ],
) -> int:
    """Verify a bundle with its public key and nothing else; exit code 1 unless it is intact."""
    from summarizer.audit.fsck import fsck
    from summarizer.cli.audit_proof import print_verification, read_text
    from summarizer.cli.progress import event_bar

    with event_bar("verifying") as progress:
        verification = fsck(folder, read_text(public_key), progress=progress)
    print_verification(verification, json=flags.json)
    return 0 if verification.ok else 1
