"""Checkup: settings -> what is installed, reachable and safe, line by line."""

import importlib.metadata
import os
import shutil
import stat
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal

import anyio
import anyio.to_thread
from rich.table import Table
from rich.text import Text

from summarizer.bootstrap import (
    build_client,
    build_issuer,
    build_redactor,
    open_audit,
    open_spending,
)
from summarizer.cli.output import notes, pretty, printable, write_json
from summarizer.errors import SummarizerError
from summarizer.llm.embedded.model_file import MODEL, locate
from summarizer.llm.routes import ROUTES, endpoint
from summarizer.pii.entities import ENTITIES
from summarizer.policy import Policy
from summarizer.policy.models import LOCAL_MODELS
from summarizer.redact.canary import CANARY
from summarizer.settings import Settings

__all__ = ["check_up"]

Status = Literal["ok", "warn", "fail"]

_PACKAGES: Final = (
    "case-summarizer", "litellm", "presidio-analyzer", "presidio-anonymizer", "spacy",
    "pydantic", "sqlmodel", "fastapi", "xllamacpp",
)  # fmt: skip
_MALICIOUS_LITELLM: Final = frozenset({"1.82.7", "1.82.8", "1.107.0"})
_LEAST_PYTHON: Final = (3, 11)
_GIB: Final = 1 << 30
_OTHERS_MAY: Final = stat.S_IRWXG | stat.S_IRWXO
_VERIFY_SECONDS: Final = 10.0
_IMPORT_SECONDS: Final = 30.0
_ALMOST: Final = 0.9
_STYLES: Final = {"ok": "green", "warn": "yellow", "fail": "bold red"}


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the checkup."""

    name: str
    status: Status
    detail: str
    fix: str | None = None


async def check_up(settings: Settings, *, json: bool) -> int:
    """Run every check, print each, and return 1 if any failed."""
    checks: list[Check] = []
    for name, look in _CHECKS.items():
        with notes().status(f"checking {name}"):
            checks.append(await _looked(name, look, settings))
        if not json:
            pretty().print(_line(checks[-1]))
    failed = any(check.status == "fail" for check in checks)
    if json:
        write_json({"ok": not failed, "checks": [asdict(check) for check in checks]})
    return int(failed)


async def _looked(
    name: str, look: Callable[[Settings], Awaitable[Check]], settings: Settings
) -> Check:
    """Run one check; a fault in it is its result and not the end of the others."""
    try:
        return await look(settings)
    except SummarizerError as error:
        return Check(name, "fail", str(error.code), error.detail)
    except Exception as error:  # noqa: BLE001 - a checkup reports what it meets
        return Check(name, "fail", f"the check itself failed ({type(error).__name__})")


async def _python(_: Settings) -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < _LEAST_PYTHON:
        return Check("python", "fail", version, "use Python 3.11 or newer")
    return Check("python", "ok", version)


async def _packages(_: Settings) -> Check:
    found: list[str] = []
    for name in _PACKAGES:
        try:
            found.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            fix = "install the locked requirements"
            return Check("packages", "fail", f"{name} is not installed", fix)
    if importlib.metadata.version("litellm") in _MALICIOUS_LITELLM:
        fix = "remove it now, rotate every key on this machine, install the locked requirements"
        return Check("packages", "fail", "this release of litellm is malicious", fix)
    return Check("packages", "ok", ", ".join(found))


async def _policy(settings: Settings) -> Check:
    policy = Policy.read(settings.policy_dir)
    for model in policy.models.order(settings.model):
        if not policy.allows(model):
            fix = f"choose another with --model, or add it to {policy.source / 'models.yaml'}"
            return Check("policy", "fail", f"{policy.name} does not allow {model}", fix)
    kinds = [entity for group in ENTITIES.values() for entity in group]
    looked_for = sum(map(policy.looks_for, kinds))
    detail = (
        f"{policy.name} looks for {looked_for} of {len(kinds)} kinds of personal data, "
        f"{len(policy.rules)} of them by rules of their own; {settings.model}"
    )
    return Check("policy", "ok", detail)


async def _prompt(settings: Settings) -> Check:
    return Check("prompt", "ok", str(settings.prompt_dir))


async def _data_folder(settings: Settings) -> Check:
    folder = settings.data_dir
    if not folder.exists():
        if not os.access(_nearest(folder), os.W_OK | os.X_OK):
            fix = f"name a folder under one you may write to with --data-dir: {folder}"
            return Check("data folder", "fail", "cannot be made", fix)
        return Check("data folder", "ok", f"{folder} will be made, mode 0700")
    mode = stat.S_IMODE(folder.stat().st_mode)
    if not folder.is_dir() or not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        fix = f"make it a folder you may write to, or name another with --data-dir: {folder}"
        return Check("data folder", "fail", "cannot be used", fix)
    if mode & _OTHERS_MAY:
        detail = f"{folder} has mode {mode:04o}: others may look in"
        return Check("data folder", "warn", detail, f"chmod 700 {folder}")
    return Check("data folder", "ok", f"{folder}, mode {mode:04o}")


async def _disk(settings: Settings) -> Check:
    free = shutil.disk_usage(_nearest(settings.data_dir)).free
    detail = f"{free / _GIB:,.1f} GiB free for the data folder"
    if free < _GIB:
        return Check("disk", "warn", detail, "free space: a full disk stops every summary")
    return Check("disk", "ok", detail)


async def _audit(settings: Settings) -> Check:
    path = settings.database_path
    if path is not None and not path.is_file():
        return Check("audit store", "ok", f"{path} will be made at the first case")
    async with open_audit(settings) as store:
        await store.ready()
        with anyio.move_on_after(_VERIFY_SECONDS):
            verification = await store.verify()
            if verification.ok:
                detail = f"{verification.entries:,} entries, intact; its guards are in place"
                return Check("audit store", "ok", detail)
            kinds = ", ".join(sorted({finding.kind for finding in verification.findings}))
            fix = "run `summarizer audit verify`, and keep a copy of the database as it is"
            return Check("audit store", "fail", f"not intact: {kinds}", fix)
    detail = "takes records; it is too long to be verified here"
    return Check("audit store", "warn", detail, "run `summarizer audit verify`")


async def _issuer(settings: Settings) -> Check:
    """Ask the issuer of tokens for its keys, as the first token would."""
    issuer = build_issuer(settings)
    if issuer is None:
        return Check("token issuer", "ok", "none is set; API keys alone let anyone in")
    places, count = await issuer.look()
    if build_client(settings) is not None:
        places.way_in()
    if not count:
        fix = "have it publish a key for RS, PS, ES or EdDSA signatures"
        return Check("token issuer", "fail", f"{issuer.url} has no key that can be used", fix)
    return Check("token issuer", "ok", f"{issuer.url} answers; {count} of its keys can be used")


async def _detector(settings: Settings) -> Check:
    _, policy = await anyio.to_thread.run_sync(build_redactor, settings)
    tried = [entity for entity, _, _ in CANARY if policy.rule(entity).detect]
    # What policy leaves with a reason is a decision and no oversight.
    left = sorted(
        entity
        for entity, _, _ in CANARY
        if not policy.rule(entity).detect and not policy.rule(entity).reason
    )
    if left:
        detail = f"canary redacted; policy does not look for {', '.join(left)}"
        return Check("detector", "warn", detail, "let policy detect them, if that was not meant")
    return Check("detector", "ok", f"canary redacted: {', '.join(tried)}")


async def _embedded(settings: Settings) -> Check:
    path = await anyio.to_thread.run_sync(locate, settings.cache_dir)
    if path is not None:
        return Check("embedded model", "ok", f"{MODEL.name}, verified")
    needed = settings.model == "embedded"
    state = "damaged" if MODEL.path(settings.cache_dir).exists() else "not here"
    return Check(
        "embedded model", "fail" if needed else "warn", state, "run `summarizer model pull`"
    )


async def _runtime(settings: Settings) -> Check:
    """Import the runtime in a process of its own: on an unsuitable processor it dies."""
    with anyio.move_on_after(_IMPORT_SECONDS):
        result = await anyio.run_process([sys.executable, "-c", "import xllamacpp"], check=False)
        if result.returncode == 0:
            return Check("model runtime", "ok", "can be loaded")
    status: Status = "fail" if settings.model == "embedded" else "warn"
    fix = "install the locked requirements, or use another model"
    return Check("model runtime", status, "xllamacpp cannot be loaded on this machine", fix)


async def _provider_keys(settings: Settings) -> Check:
    keys = {route.key_variable for route in ROUTES.values()} | {"SUMMARIZER_API_KEY"}
    present = [name for name in sorted(keys) if settings.environ.get(name)]
    said = ", ".join(present) or "none set"
    if settings.secrets_file is not None:
        said += f"; {settings.secrets_file} can be read by its owner alone"
    return Check("provider keys", "ok", said)


async def _provider(settings: Settings) -> Check:
    """Resolve addresses and keys of all models in order as a call would, without calling."""
    said: list[str] = []
    for model in Policy.read(settings.policy_dir).models.order(settings.model):
        if model in LOCAL_MODELS:
            said.append(f"{model} needs none, and no network")
        else:
            resolved = endpoint(model, **settings.credentials(model))
            said.append(f"{model} at {resolved.base}; it was not contacted")
    return Check("provider", "ok", "; then ".join(said))


async def _budget(settings: Settings) -> Check:
    async with open_spending(settings) as spending:
        if spending is None:
            return Check("budget", "ok", "policy sets none")
        spent = await spending.spent_usd()
    detail = f"{spent:,.2f} of {spending.budget_usd:,.2f} USD are spent this month"
    if spent > spending.budget_usd * _ALMOST:
        fix = "raise monthly_budget_usd in models.yaml, or expect BUDGET_EXCEEDED"
        return Check("budget", "warn", detail, fix)
    return Check("budget", "ok", detail)


_CHECKS: Final[dict[str, Callable[[Settings], Awaitable[Check]]]] = {
    "python": _python,
    "packages": _packages,
    "policy": _policy,
    "prompt": _prompt,
    "data folder": _data_folder,
    "disk": _disk,
    "audit store": _audit,
    "token issuer": _issuer,
    "detector": _detector,
    "embedded model": _embedded,
    "model runtime": _runtime,
    "provider keys": _provider_keys,
    "provider": _provider,
    "budget": _budget,
}


def _nearest(folder: Path) -> Path:
    """Return the folder, or what exists above it."""
    absolute = folder.absolute()
    return next(path for path in (absolute, *absolute.parents) if path.exists())


def _line(check: Check) -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(width=5)
    table.add_column(width=15, no_wrap=True)
    table.add_column()
    detail = Text(printable(check.detail))
    if check.fix:
        detail.append(f"\n→ {printable(check.fix)}", style="yellow")
    table.add_row(Text(check.status, style=_STYLES[check.status]), check.name, detail)
    return table
