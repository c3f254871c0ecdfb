"""Doubt: what decided, and a case without what tries to steer -> what is decided instead.

An order in a ticket reaches the model, and its words reach the classifier. So labels of such a
case are what the classifier says of the rest, and the urgency is the graver of both opinions.
"""

from collections.abc import Mapping
from typing import Final

from summarizer.taxonomy import Taxonomy
from summarizer.triage.floors import is_graver
from summarizer.triage.labelling import Decision, LabelField, Labeller, Opinion, codes_of

__all__ = ["decide_beside"]

_LEAST_LETTERS: Final = 20
"""Below these the rest of a case says nothing of what it is about."""


def decide_beside(
    labeller: Labeller,
    decisions: Mapping[LabelField, Decision],
    believed: str,
    taxonomy: Taxonomy,
    *,
    model: str,
) -> dict[LabelField, Decision]:
    """Decide anew, by what the classifier says of the part of a case that is believed.

    Args:
        labeller: without a classifier of a field that field is left out.
        decisions: what all that is known decided.
        believed: the words of the case without what tries to steer the answer.
        taxonomy: has the labels.
        model: the model string that was asked.
    """
    names = decisions if sum(map(str.isalpha, believed)) >= _LEAST_LETTERS else ()
    opinions = {
        name: Opinion("", classifier=labeller.by_words(name, believed, codes_of(name, taxonomy)))
        for name in names
    }
    beside = labeller.decide(opinions, taxonomy, model=model, findings=True)
    if "urgency" in beside and is_graver(decisions["urgency"].label, beside["urgency"].label):
        beside["urgency"] = decisions["urgency"]
    return beside
