"""The taxonomy file: what it must hold, and how a fault is named."""

from pathlib import Path

import pytest

from summarizer.errors import ConfigurationError
from summarizer.taxonomy import Taxonomy

TAXONOMY = """\
name: small
issue_types:
  - {code: card_dispute, title: Card, description: A payment., team: Cards}
  - {code: unclassified, title: Other, description: None of these., team: Support}
next_actions:
  - {code: call_back, title: Call, description: Call the customer.}
  - {code: manual_review, title: Review, description: A person decides.}
urgency:
  - {code: low, description: No hurry.}
  - {code: normal, description: This week.}
  - {code: high, description: Today.}
  - {code: critical, description: Now.}
"""


def _read(folder: Path, content: str) -> Taxonomy:
    path = folder / "taxonomy.yaml"
    path.write_text(content)
    return Taxonomy.read(path)


def test_a_taxonomy_is_read_with_its_version(tmp_path: Path) -> None:
    taxonomy = _read(tmp_path, TAXONOMY)
    assert taxonomy.issue_type("card_dispute").team == "Cards"
    assert taxonomy.version.startswith("small@sha256:")


def test_an_unknown_code_is_a_key_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        _read(tmp_path, TAXONOMY).issue_type("mortgage")


def test_the_version_changes_with_the_content_not_with_the_folder(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "two", "three")]
    for folder in folders:
        folder.mkdir()
    first, moved = (_read(folder, TAXONOMY).version for folder in folders[:2])
    changed = _read(folders[2], TAXONOMY.replace("team: Cards", "team: Disputes")).version
    assert first == moved != changed


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("code: unclassified", "code: other", "issue_types: add an entry with the code 'unclass"),
        ("code: manual_review", "code: other", "next_actions: add an entry with the code 'manual"),
        ("code: unclassified", "code: card_dispute", "'card_dispute' stands twice; keep one"),
        ("  - {code: critical, description: Now.}\n", "", "add a definition of critical"),
        ("code: card_dispute", "code: Card Dispute", "taxonomy.yaml:3: issue_types.0.code: "),
        ("code: call_back", "kode: call_back", "taxonomy.yaml:6: next_actions.0.kode: unknown key"),
    ],
)
def test_a_fault_is_named_with_its_fix(tmp_path: Path, old: str, new: str, fault: str) -> None:
    assert old in TAXONOMY
    with pytest.raises(ConfigurationError) as refused:
        _read(tmp_path, TAXONOMY.replace(old, new))
    assert fault in refused.value.detail
