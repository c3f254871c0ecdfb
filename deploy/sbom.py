"""SBOM: the image's lock and what is installed -> a CycloneDX 1.6 document and a licence report.

Run as `python -m deploy.sbom FOLDER`. The same lock gives the same bytes: there is no time in
them. What a marker of the lock rules out on the image's platform is not in them either.
"""

import json
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deploy.licences import LicenceRules
from summarizer.errors import ConfigurationError
from summarizer.llm.embedded.model_file import MODEL

__all__ = ["Library", "bill", "libraries", "main", "report"]

LOCK: Final = Path(__file__).with_name("requirements.lock")
_OWN: Final = "case-summarizer"
_PROJECT: Final = Path(__file__).parent.parent / "pyproject.toml"
_EXTRAS: Final = ("aws", "otel")
"""Of our own extras, those that the image has."""
_BLOCK: Final = re.compile(r"^(\S.*?)((?:\s*\\\n\s+--hash=sha256:[0-9a-f]{64})+)$", re.MULTILINE)
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_SIMPLE: Final = re.compile(r"[A-Za-z0-9.-]+")
_REFERENCE: Final = "LicenseRef-"


@dataclass(frozen=True, slots=True)
class Library:
    """One pinned library of the image."""

    name: str
    version: str
    hashes: tuple[str, ...]
    """SHA-256 of each file of this version that may be installed."""
    licence: str
    """SPDX expression."""
    needs: tuple[str, ...]
    """Names of the libraries it asks for."""

    @property
    def purl(self) -> str:
        """The package URL (ECMA-427), which is also its reference in the document."""
        return f"pkg:pypi/{self.name}@{self.version}"


def libraries(rules: LicenceRules, lock: Path = LOCK) -> tuple[Library, ...]:
    """Read the lock, and of what is installed licences and needs.

    Raises:
        ConfigurationError: if what is installed is not what the lock says, or the lock holds what
            nothing needs.
    """
    pinned = dict(_pinned(lock.read_text(encoding="utf-8")))
    installed = {name: _installed(name, version) for name, (version, _) in pinned.items()}
    needs = _needs(installed)
    idle = sorted(pinned.keys() - needs.keys())
    if idle:
        msg = f"{lock.name}: nothing needs {', '.join(idle)}; run `make lock`"
        raise ConfigurationError(msg)
    return tuple(
        Library(
            name=name,
            version=version,
            hashes=hashes,
            licence=rules.licence(name, installed[name]),
            needs=tuple(sorted(needs[name] & pinned.keys())),
        )
        for name, (version, hashes) in sorted(pinned.items())
    )


def bill(found: Iterable[Library], version: str) -> dict[str, Any]:
    """Return the CycloneDX 1.6 document (ECMA-424) of the image's Python environment."""
    found = tuple(found)
    own = f"pkg:pypi/{_OWN}@{version}"
    known = {library.name: library.purl for library in found}
    direct = sorted(known[name] for name in _wanted(_own_needs(), frozenset()) if name in known)
    identity = json.dumps([own, *((each.purl, each.hashes) for each in found)])
    model = _model()
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid5(NAMESPACE_URL, identity)}",
        "version": 1,
        "metadata": {
            "lifecycles": [{"phase": "build"}],
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": _OWN,
                "version": version,
                "purl": own,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            },
        },
        "components": [model, *(_component(library) for library in found)],
        "dependencies": [
            {"ref": own, "dependsOn": [model["bom-ref"], *direct]},
            *(
                {"ref": each.purl, "dependsOn": [known[name] for name in each.needs]}
                for each in found
            ),
        ],
    }


def report(found: Iterable[Library], rules: LicenceRules) -> str:
    """Return the licence report as a table in Markdown."""
    rows = [
        f"| {each.name} | {each.version} | {each.licence} | {_reason(each.name, rules)} |"
        for each in found
    ]
    head = [
        "# Licences of the image",
        "",
        "| library | version | licence (SPDX) | why, if it is not permissive |",
        "|---|---|---|---|",
        f"| {MODEL.name} (model) | | {MODEL.licence} | |",
    ]
    return "\n".join([*head, *rows, ""])


def main(folder: Path) -> None:
    """Write `sbom.cdx.json` and `licences.md` into a folder.

    Raises:
        ConfigurationError: as `libraries`, or naming each library whose licence is not allowed.
    """
    rules = LicenceRules.shipped()
    found = libraries(rules)
    faults = [fault for each in found if (fault := rules.fault(each.name, each.licence))]
    if faults:
        raise ConfigurationError("; ".join(faults))
    folder.mkdir(parents=True, exist_ok=True)
    document = json.dumps(bill(found, _project()["version"]), indent=2, sort_keys=True)
    (folder / "sbom.cdx.json").write_text(document + "\n", encoding="utf-8")
    (folder / "licences.md").write_text(report(found, rules), encoding="utf-8")


def _pinned(text: str) -> Iterator[tuple[str, tuple[str, tuple[str, ...]]]]:
    """Yield name, version and hashes of what is installed on this platform."""
    for line, hashes in _BLOCK.findall(text):
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate():
            (specifier,) = requirement.specifier
            name = canonicalize_name(requirement.name)
            yield name, (specifier.version, tuple(_HASH.findall(hashes)))


def _installed(name: str, version: str) -> Distribution:
    try:
        found = distribution(name)
    except PackageNotFoundError:
        msg = f"{name} {version} is locked and not installed; run `make lint`"
        raise ConfigurationError(msg) from None
    if found.version != version:
        msg = f"{name} {version} is locked, {found.version} is installed; remove .venv"
        raise ConfigurationError(msg)
    return found


def _needs(installed: Mapping[str, Distribution]) -> dict[str, set[str]]:
    """Walk from our own requirements to all that is needed, extras included."""
    needs: dict[str, set[str]] = {}
    seen: dict[str, frozenset[str]] = {}
    todo = list(_wanted(_own_needs(), frozenset()).items())
    while todo:
        name, extras = todo.pop()
        if name not in installed or (name in seen and extras <= seen[name]):
            continue
        seen[name] = seen.get(name, frozenset()) | extras
        wanted = _wanted(installed[name].requires or [], seen[name])
        needs[name] = set(wanted)
        todo += wanted.items()
    return needs


def _project() -> Mapping[str, Any]:
    project: Mapping[str, Any] = tomllib.loads(_PROJECT.read_text(encoding="utf-8"))["project"]
    return project


def _own_needs() -> list[str]:
    project = _project()
    extras = (project["optional-dependencies"][extra] for extra in _EXTRAS)
    return [*project["dependencies"], *(each for extra in extras for each in extra)]


def _wanted(requirements: Iterable[str], extras: frozenset[str]) -> dict[str, frozenset[str]]:
    """Return the names that hold on this platform with some extras, and the extras they ask for."""
    wanted: dict[str, frozenset[str]] = {}
    for text in requirements:
        one = Requirement(text)
        marker = one.marker
        if marker is None or any(marker.evaluate({"extra": each}) for each in ("", *extras)):
            name = canonicalize_name(one.name)
            wanted[name] = wanted.get(name, frozenset()) | frozenset(one.extras)
    return wanted


def _component(library: Library) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": library.purl,
        "name": library.name,
        "version": library.version,
        "purl": library.purl,
        "licenses": [_licence(library.licence)],
        # Not `hashes`, which would be those of one file: each platform has its own.
        "properties": [
            {"name": f"{_OWN}:locked-sha256", "value": value} for value in library.hashes
        ],
    }


def _licence(expression: str) -> dict[str, Any]:
    if _SIMPLE.fullmatch(expression) and not expression.startswith(_REFERENCE):
        return {"license": {"id": expression}}
    return {"expression": expression}


def _model() -> dict[str, Any]:
    """Return the embedded model, which is fetched by its hash and not by the lock."""
    return {
        "type": "machine-learning-model",
        "bom-ref": f"model:{MODEL.name}",
        "name": MODEL.name,
        "hashes": [{"alg": "SHA-256", "content": MODEL.sha256}],
        "licenses": [{"license": {"id": MODEL.licence}}],
    }


def _reason(name: str, rules: LicenceRules) -> str:
    return rules.named[name].reason if name in rules.named else ""


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    except ConfigurationError as error:
        sys.exit(error.detail)
