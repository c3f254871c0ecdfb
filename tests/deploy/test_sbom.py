"""The bill of materials is the lock, complete, and no licence in it is one a bank cannot take."""

import json
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pytest

from deploy.licences import UNKNOWN, LicenceRules, is_permitted
from deploy.sbom import Library, bill, libraries, main, report
from summarizer.errors import ConfigurationError
from tests.deploy.files import locked
from tests.routes import REPOSITORY

LOCK = REPOSITORY / "deploy" / "requirements.lock"
ELSEWHERE = {"colorama"}
"""Locked for Windows alone."""


@pytest.fixture(scope="module")
def rules() -> LicenceRules:
    return LicenceRules.shipped()


@pytest.fixture(scope="module")
def found(rules: LicenceRules) -> tuple[Library, ...]:
    return libraries(rules)


def test_no_library_of_the_image_has_a_licence_that_is_not_allowed(
    found: tuple[Library, ...], rules: LicenceRules
) -> None:
    assert [fault for each in found if (fault := rules.fault(each.name, each.licence))] == []


def test_every_exception_is_still_one(found: tuple[Library, ...], rules: LicenceRules) -> None:
    """A library that left, or changed its licence, is named no longer."""
    licences = {each.name: each.licence for each in found}

    assert {name: named.licence for name, named in rules.named.items()}.items() <= licences.items()
    assert rules.read.items() <= licences.items()
    assert not any(is_permitted(each.licence, rules.allowed) for each in rules.named.values())


def test_the_bill_names_each_locked_library_once_with_all_its_hashes(
    found: tuple[Library, ...],
) -> None:
    document = bill(found, "1.0")
    components = [each for each in document["components"] if each["type"] == "library"]
    text = LOCK.read_text()

    assert {each["name"]: each["version"] for each in components} == {
        name: version for name, version in locked(str(LOCK)).items() if name not in ELSEWHERE
    }
    assert len({each["bom-ref"] for each in components}) == len(components) > 100
    for each in components:
        hashes = [item["value"] for item in each["properties"]]
        assert hashes
        assert all(f"--hash=sha256:{value}" in text for value in hashes)
    assert {each["type"] for each in document["components"]} == {
        "library", "machine-learning-model"
    }  # fmt: skip


def test_every_library_is_reached_from_the_product(found: tuple[Library, ...]) -> None:
    document = bill(found, "1.0")
    asked = {each["ref"]: each["dependsOn"] for each in document["dependencies"]}
    reached, todo = set(), [document["metadata"]["component"]["bom-ref"]]
    while todo:
        reference = todo.pop()
        reached.add(reference)
        todo += [each for each in asked.get(reference, []) if each not in reached]

    assert reached - {document["metadata"]["component"]["bom-ref"]} == {
        each["bom-ref"] for each in document["components"]
    }


def test_the_same_lock_gives_the_same_bytes_and_another_one_another_number(
    tmp_path: Path, found: tuple[Library, ...]
) -> None:
    main(tmp_path / "one")
    main(tmp_path / "two")
    first = json.loads((tmp_path / "one" / "sbom.cdx.json").read_text())

    for name in ("sbom.cdx.json", "licences.md"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert first["specVersion"] == "1.6"
    other = (replace(found[0], hashes=("0" * 64,)), *found[1:])
    assert bill(found, "0.1.0")["serialNumber"] == first["serialNumber"]
    assert bill(other, "0.1.0")["serialNumber"] != first["serialNumber"]


def test_the_report_gives_the_reason_for_each_licence_that_is_not_permissive(
    found: tuple[Library, ...], rules: LicenceRules
) -> None:
    rows = report(found, rules).splitlines()

    for name, named in rules.named.items():
        (row,) = (row for row in rows if row.startswith(f"| {name} |"))
        assert named.licence in row
        assert named.reason in row


@pytest.mark.parametrize(
    ("expression", "permitted"),
    [
        ("MIT", True),
        ("GPL-3.0-only", False),
        ("MIT OR GPL-3.0-only", True),
        ("MIT AND GPL-3.0-only", False),
        ("MIT AND (GPL-3.0-only OR Apache-2.0)", True),
        ("GPL-3.0-only AND MIT OR Apache-2.0", True),
        ("GPL-3.0-only AND (MIT OR Apache-2.0)", False),
    ],
)
def test_an_expression_is_permitted_if_one_way_through_it_is(
    expression: str,
    permitted: bool,  # noqa: FBT001 - a column of the table
    rules: LicenceRules,
) -> None:
    assert is_permitted(expression, rules.allowed) is permitted


@pytest.mark.parametrize("text", ["Apache-2.0 WITH LLVM-exception", "(MIT", "MIT AND", "MIT)", ""])
def test_what_is_no_expression_or_has_an_exception_in_it_is_not_guessed(
    text: str, rules: LicenceRules
) -> None:
    with pytest.raises(ValueError, match="SPDX"):
        is_permitted(text, rules.allowed)


def test_a_library_without_a_known_licence_or_with_a_changed_one_is_a_fault(
    rules: LicenceRules,
) -> None:
    assert rules.fault("anything", UNKNOWN) is not None
    assert rules.fault("psycopg", "AGPL-3.0-only") is not None
    assert rules.fault("another", rules.named["psycopg"].licence) is not None


@pytest.mark.parametrize(
    ("pinned", "fault"),
    [
        ("structlog==0.0.1", "structlog 0.0.1 is locked, .* is installed"),
        ("no-such-library==1", "no-such-library 1 is locked and not installed"),
        (f"pytest=={version('pytest')}", "nothing needs pytest"),
    ],
)
def test_a_lock_that_is_not_what_is_installed_or_holds_too_much_is_refused(
    pinned: str, fault: str, tmp_path: Path, rules: LicenceRules
) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text(f"{pinned} \\\n    --hash=sha256:{'0' * 64}\n")

    with pytest.raises(ConfigurationError, match=fault):
        libraries(rules, lock)
