"""Audit proof: the audit store -> findings, checkpoints and proofs, for people and machines."""

from dataclasses import asdict
from pathlib import Path

from rich.box import SIMPLE
from rich.table import Table
from rich.text import Text

from summarizer.audit import Verification
from summarizer.audit.proving import Proof
from summarizer.cli.audit_reading import open_existing, record_reading
from summarizer.cli.outcome_file import write_private
from summarizer.cli.output import pretty, printable, write_json
from summarizer.cli.progress import event_bar
from summarizer.errors import ConfigurationError
from summarizer.settings import Settings

__all__ = [
    "print_checkpoint",
    "print_public_key",
    "print_verification",
    "prove_event",
    "read_text",
    "verify_store",
]


async def verify_store(settings: Settings, *, checkpoint: Path | None, json: bool) -> int:
    """Number what is pending, verify everything, and return 1 unless it is intact."""
    outside = [] if checkpoint is None else [read_text(checkpoint)]
    async with open_existing(settings) as store:
        await store.number()
        with event_bar("verifying") as progress:
            verification = await store.verify(published=outside, progress=progress)
    print_verification(verification, json=json)
    return 0 if verification.ok else 1


def print_verification(verification: Verification, *, json: bool) -> None:
    """Print what was found."""
    if json:
        write_json({
            "ok": verification.ok,
            "entries": verification.entries,
            "root": verification.root,
            "checkpoint": verification.checkpoint,
            "findings": [asdict(finding) for finding in verification.findings],
        })
    else:
        _print_verification(verification)


def read_text(path: Path) -> str:
    """Read a note or a key.

    Raises:
        ConfigurationError: if that is not possible.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path}: cannot be read ({type(error).__name__}); give a text file"
        raise ConfigurationError(msg) from None


async def print_checkpoint(settings: Settings, *, output: Path | None, json: bool) -> None:
    """Number what is pending, sign and publish the log as it is, and print the signed note."""
    async with open_existing(settings) as store:
        await store.number()
        published = await store.publish()
    if published is None:
        msg = "the log is empty; there is nothing to sign"
        raise ConfigurationError(msg)
    if output is not None:
        write_private(output, published.note.encode())
    checkpoint = published.checkpoint
    if json:
        write_json({
            "origin": checkpoint.origin,
            "size": checkpoint.size,
            "root": checkpoint.root.hex(),
            "note": published.note,
        })
    elif output is None:
        pretty().print(Text(published.note.rstrip("\n")), soft_wrap=True)


async def prove_event(settings: Settings, event_id: str, *, json: bool) -> None:
    """Print the proof that an event is in the log under a signed checkpoint."""
    async with open_existing(settings) as store:
        await store.number()
        await store.publish()
        proof = await store.prove(event_id)
        if proof is None:
            msg = "there is no event with this id; `summarizer audit list` names those there are"
            raise ConfigurationError(msg)
        await record_reading(store, "prove", {"event": event_id})
    if json:
        write_json(proof.as_json())
    else:
        _print_proof(proof)


async def print_public_key(settings: Settings, *, json: bool) -> None:
    """Print the key that verifies this log's checkpoints."""
    async with open_existing(settings) as store:
        key = (await store.verifier()).encode()
    if json:
        write_json({"public_key": key})
    else:
        pretty().print(Text(key), soft_wrap=True)


def _print_verification(verification: Verification) -> None:
    console = pretty()
    if verification.ok:
        head = Text.assemble(("intact", "bold green"), f": {verification.entries:,} entries")
        if verification.checkpoint is not None:
            head.append(", in agreement with every signed checkpoint")
    else:
        count = len(verification.findings)
        head = Text.assemble(("NOT INTACT", "bold red"), f": {count:,} finding(s)")
    console.print(head)
    console.print(Text(f"root {verification.root}", style="dim"), soft_wrap=True)
    if not verification.ok:
        table = Table("finding", "seq", "detail", box=SIMPLE)
        for finding in verification.findings:
            seq = "" if finding.seq is None else str(finding.seq)
            table.add_row(Text(finding.kind, style="red"), seq, printable(finding.detail))
        console.print(table)


def _print_proof(proof: Proof) -> None:
    console = pretty()
    text = Text.assemble(("proven", "bold green"), f": event {proof.seq} of {proof.size}")
    console.print(text)
    console.print(Text(f"leaf {proof.leaf.hex()}", style="dim"), soft_wrap=True)
    for number, value in enumerate(proof.path):
        console.print(Text(f"{number:4} {value.hex()}", style="dim"), soft_wrap=True)
    console.print(Text(proof.note.rstrip("\n")), soft_wrap=True)
