"""Choosing: the folder of a run and costs -> where to set review."""

from dataclasses import asdict
from pathlib import Path

from rich.box import SIMPLE
from rich.table import Table

from summarizer.cli.output import pretty, write_json
from summarizer.evals.costs import Costs
from summarizer.evals.records import read_run
from summarizer.evals.threshold import Choice, choose_threshold
from summarizer.yamlfile import read_yaml

__all__ = ["print_threshold"]

_SHOWN = 10
"""Every tenth threshold is printed; `--json` has them all."""


def print_threshold(folder: Path, costs_file: Path | None, *, json: bool) -> None:
    """Print the cheapest threshold and the curve, by default at the costs of the run's set.

    Raises:
        ConfigurationError: if the folder is no run, has too few confidences, or the costs are
            not valid.
    """
    stored = read_run(folder)
    costs = stored.run.costs if costs_file is None else read_yaml(costs_file, Costs)
    choice = choose_threshold(stored.cases, costs)
    if json:
        write_json({"costs": costs.model_dump(), **asdict(choice)})
    else:
        _print(choice, costs)


def _print(choice: Choice, costs: Costs) -> None:
    console = pretty()
    best = choice.best
    console.print(
        f"Review below {best.threshold:.2f} (95 % interval {choice.low:.2f} to {choice.high:.2f}, "
        f"{choice.n} cases): {best.review:.0%} of cases go to a person, {best.wrong:.1%} of the "
        f"others have a wrong issue type, {best.cost:.2f} a case."
    )
    console.print(
        f"That saves {choice.saved:.2f} a case against the better of reviewing all or none; "
        f"a review costs {costs.review:g}, a wrong issue type {costs.misrouted:g}."
    )
    table = Table(box=SIMPLE)
    for column in ("threshold", "reviewed", "wrong issue type", "cost a case"):
        table.add_column(column, justify="right")
    for each in choice.curve[::_SHOWN]:
        table.add_row(
            f"{each.threshold:.2f}", f"{each.review:.0%}", f"{each.wrong:.1%}", f"{each.cost:.2f}"
        )
    console.print(table)
