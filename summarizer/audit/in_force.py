"""In force: the files behind a version -> one event, so that an auditor can read their text."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple, cast

from summarizer.audit import AuditStore, Event, Fact, Filter

__all__ = ["Artefact", "ArtefactName", "files_of", "record_in_force", "versions"]


ArtefactName = Literal["policy", "prompt", "taxonomy"]


class Artefact(NamedTuple):
    """A prompt, a policy or a taxonomy: its version and its files."""

    name: ArtefactName
    version: str
    """`name@sha256:…` over the files."""
    files: Mapping[str, str]
    """File name -> text."""


async def record_in_force(
    store: AuditStore,
    artefacts: Sequence[Artefact],
    *,
    new_id: Callable[[], str],
    now: Callable[[], datetime],
) -> None:
    """Record each version that is not on record yet.

    Raises:
        AuditUnavailable: if the store cannot be read or written.
    """
    known = {record.facts.get("version") async for record in store.read(Filter(kind="in_force"))}
    fresh = [artefact for artefact in artefacts if artefact.version not in known]
    await store.append([_event(artefact, new_id(), now()) for artefact in fresh])


async def files_of(store: AuditStore, name: str, hash_prefix: str) -> Artefact | None:
    """Return a prompt that was in force, by its name and the beginning of its hash.

    Raises:
        AuditUnavailable: if the store cannot be read.
    """
    wanted = f"{name}@sha256:{hash_prefix.removeprefix('sha256:')}"
    async for _, artefact in versions(store):
        if artefact.name == "prompt" and artefact.version.startswith(wanted):
            return artefact
    return None


async def versions(store: AuditStore) -> AsyncIterator[tuple[datetime, Artefact]]:
    """Yield all that ever was in force, each with the moment it first was, oldest first.

    Raises:
        AuditUnavailable: if the store cannot be read.
    """
    async for record in store.read(Filter(kind="in_force"), bodies=True):
        if record.body is not None:
            name = cast("ArtefactName", record.facts["artefact"])
            yield record.at, Artefact(name, str(record.facts["version"]), record.body["files"])


def _event(artefact: Artefact, event_id: str, at: datetime) -> Event:
    facts: dict[str, Fact] = {"artefact": artefact.name, "version": artefact.version}
    if artefact.name != "taxonomy":
        facts[artefact.name] = artefact.version
    body = {"version": artefact.version, "files": dict(artefact.files)}
    return Event(event_id, "in_force", at, facts=facts, body=body)
