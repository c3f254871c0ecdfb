"""Rules of the architecture that no import contract can state, held over the syntax tree."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "summarizer"
MODULES = sorted(PACKAGE.rglob("*.py"))
HEAVY = {
    "litellm": ("llm/litellm_client.py",),
    "openai": ("llm/litellm_client.py",),
    "presidio_analyzer": ("pii/presidio.py",),
    "presidio_anonymizer": ("pii/presidio.py",),
    "spacy": ("pii/models.py", "pii/ner.py", "pii/plain_words.py", "pii/presidio.py"),
    "xllamacpp": ("llm/embedded/child.py",),
    "sqlalchemy": ("audit/", "access/"),
    "alembic": ("audit/migrate.py", "audit/migrations/"),
    "cryptography": ("audit/",),
    "jwt": ("access/issuer.py", "access/oidc.py"),
    "boto3": ("audit/kms.py", "audit/s3_sink.py"),
    "botocore": ("audit/kms.py", "audit/s3_sink.py"),
    "fastapi": ("api/",),
    "uvicorn": ("api/",),
    "holidays": ("triage/calendars.py",),
    "sklearn": ("triage/fitting.py",),
    "scipy": ("triage/fitting.py",),
    "py3langid": ("language.py",),
    "matplotlib": ("evals/report/plots.py",),
    "typer": ("cli/",),
    "rich": ("cli/",),
}


def _name(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def _calls(name: str) -> Iterator[str]:
    """Modules that call a constructor by this name, or copy one of its values with changes."""
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == name:
                yield _name(path)


def test_only_redaction_constructs_what_a_prompt_is_made_of() -> None:
    made = {"redact/redactor.py", "redact/recorded.py"}

    assert set(_calls("RedactedCase")) == made
    assert set(_calls("RedactedText")) == made


def test_only_the_prompt_module_constructs_what_reaches_a_model() -> None:
    assert set(_calls("Prompt")) == {"prompt.py"}


def test_no_frozen_value_is_rebuilt_with_other_contents() -> None:
    importers = {
        _name(path)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom)
        and node.module == "dataclasses"
        and "replace" in {alias.name for alias in node.names}
    }
    assert importers == set()
    assert set(_calls("__setattr__")) == set()
    assert set(_calls("model_construct")) == set()


def test_the_only_call_of_a_model_stands_in_the_route() -> None:
    callers = {name for name in _calls("complete") if not name.startswith("llm/")}

    assert callers == {"pipeline.py"}


@pytest.mark.parametrize(("library", "places"), HEAVY.items())
def test_a_heavy_library_is_imported_in_one_place(library: str, places: tuple[str, ...]) -> None:
    importers = {
        _name(path)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text()))
        if (isinstance(node, ast.Import) and any(_root(a.name) == library for a in node.names))
        or (isinstance(node, ast.ImportFrom) and node.level == 0 and _root(node.module) == library)
    }

    assert importers
    assert all(name.startswith(places) for name in importers), importers


def _imported_modules(path: Path) -> set[str]:
    return {
        _root(node.module)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom)
    }


def _root(module: str | None) -> str:
    return (module or "").split(".")[0]


def test_what_verifies_a_bundle_shares_no_code_with_what_writes_one() -> None:
    """It may read what specifications fix, and use the hashes of a tree; it never writes."""
    readers = {"findings", "fsck", "hypotheses", "strict", "tree", "note", "checkpoint"}
    reached, todo = set(), ["fsck"]
    while todo:
        name = todo.pop()
        reached.add(name)
        source = ast.parse((PACKAGE / "audit" / f"{name}.py").read_text())
        modules = {
            node.module or "" for node in ast.walk(source) if isinstance(node, ast.ImportFrom)
        } | {
            a.name for node in ast.walk(source) if isinstance(node, ast.Import) for a in node.names
        }
        own = {module for module in modules if _root(module) == "summarizer"}
        assert own <= {"summarizer.audit", "summarizer.errors"} | {
            f"summarizer.audit.{reader}" for reader in readers
        }
        todo += {module.split(".")[-1] for module in own if module.count(".") == 2} - reached

    assert reached == readers
    assert not _imported_modules(PACKAGE / "audit" / "__init__.py") & {"summarizer"}


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_module_is_short_enough_to_read(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 400


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_what_a_module_offers_is_listed_and_sorted(path: Path) -> None:
    tree = ast.parse(path.read_text())
    listed = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    ]
    if not listed:
        assert not _public(tree), "public names without __all__"
        return

    assert set(listed[0]) <= _public(tree) | _imported(tree)


def _public(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names |= {ast.unparse(target) for target in node.targets}
        elif isinstance(node, ast.AnnAssign):
            names.add(ast.unparse(node.target))
    return {name for name in names if not name.startswith("_")}


def _imported(tree: ast.Module) -> set[str]:
    return {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def test_the_product_names_no_machine_and_no_registry() -> None:
    repository = PACKAGE.parent
    # Put together of halves, so that this file passes its own rule.
    halves = (("python", "hosted"), ("pypi", ".org"), ("registry", ".npmjs"), ("deb", ".debian"))
    hosts = re.compile("|".join(re.escape("".join(pair)) for pair in halves))
    folders = re.compile(r"(?<![\w.])/(?:root|home|work)/\w")
    found = [
        path.relative_to(repository).as_posix()
        for path in repository.rglob("*")
        if path.is_file()
        and path.suffix in {".py", ".md", ".toml", ".yaml", ".j2", ".lock", ".txt", ".json"}
        and not {".venv", ".git", ".mypy_cache", ".ruff_cache", ".hypothesis"} & set(path.parts)
        and path.name != Path(__file__).name
        and (hosts.search(text := path.read_text(errors="replace")) or folders.search(text))
    ]

    assert found == []
