"""Checking: an evaluation set -> its counts, and what is wrong with its labels."""

from collections import Counter
from pathlib import Path

from rich.box import SIMPLE
from rich.table import Table

from summarizer.cli.output import pretty, printable, write_json
from summarizer.evals.cases import EvalCase, read_cases
from summarizer.evals.lint import lint_cases
from summarizer.evals.sets import require_known_labels
from summarizer.evaluation import set_taxonomy
from summarizer.policy import Policy
from summarizer.settings import Settings
from summarizer.taxonomy import Taxonomy

__all__ = ["check_set"]


def check_set(settings: Settings, folder: Path, *, json: bool) -> int:
    """Print how many cases there are of each kind, and every problem; 1 if there is one.

    Raises:
        ConfigurationError: if the set cannot be read.
    """
    labelled = read_cases(folder)
    path = set_taxonomy(labelled, folder)
    taxonomy = Taxonomy.read(path) if path else Policy.read(settings.policy_dir).taxonomy
    require_known_labels(labelled.about, folder, taxonomy)
    problems = lint_cases(labelled.cases, taxonomy)
    counts = {name: dict(count.most_common()) for name, count in _counts(labelled.cases).items()}
    if json:
        write_json({
            "set": labelled.version,
            "n": len(labelled.cases),
            "counts": counts,
            "problems": [problem._asdict() for problem in problems],
        })
        return 1 if problems else 0
    console = pretty()
    console.print(f"{len(labelled.cases)} cases, {labelled.version}", markup=False)
    table = Table(box=SIMPLE, show_header=False)
    for name, count in counts.items():
        table.add_row(name, ", ".join(f"{label} {number}" for label, number in count.items()))
    console.print(table)
    for problem in problems:
        console.print(printable(f"{problem.case}: {problem.where}: {problem.detail}"), markup=False)
    return 1 if problems else 0


def _counts(cases: tuple[EvalCase, ...]) -> dict[str, Counter[str]]:
    return {
        "split": Counter(case.split or "(none)" for case in cases),
        "issue_type": Counter(case.expected.issue_type or "(none)" for case in cases),
        "urgency": Counter(case.expected.urgency or "(none)" for case in cases),
        "next_action": Counter(case.expected.next_action or "(none)" for case in cases),
        "channel": Counter(case.ticket.channel or "(none)" for case in cases),
        "tag": Counter(tag for case in cases for tag in case.tags),
    }
