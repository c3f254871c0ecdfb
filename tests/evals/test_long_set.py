"""The set of long cases is what its data sheet says, and digests keep what its facts need."""

import json
import re

import pytest

from summarizer.digest import shorten
from summarizer.evals.cases import EvalCase, LabelledSet, read_cases
from summarizer.evals.lint import lint_cases
from summarizer.excerpts import CaseDigest
from summarizer.fitting import prompt_tokens
from summarizer.ingest.case import to_case
from summarizer.policy.sections import Limits
from tests.evals.builders import REPOSITORY, SHIPPED
from tests.redact.cases import redactor
from tests.test_prompt import TEMPLATE

_FOLDER = REPOSITORY / "eval_sets" / "long"
_AMOUNT = re.compile(r"[$£€](\d[\d,]*(?:\.\d\d)?)")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d\d)?")
_BUDGET = 4_096

Evidence = dict[str, list[list[str]]]


@pytest.fixture(scope="module")
def long_set() -> LabelledSet:
    return read_cases(_FOLDER)


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    """Case -> for each of its facts, the messages it stands in."""
    read: Evidence = json.loads((_FOLDER / "evidence.json").read_text())
    return read


@pytest.fixture(scope="module")
def digests(long_set: LabelledSet) -> dict[str, tuple[CaseDigest, str]]:
    """Case -> how a small budget shows it, and the prompt's words."""
    return {case.id: _shortened(case) for case in long_set.cases}


def _shortened(case: EvalCase) -> tuple[CaseDigest, str]:
    redacted = redactor().redact(to_case(case.ticket, Limits())).case
    digest = shorten(
        redacted,
        budget=_BUDGET,
        measure=lambda plan: prompt_tokens(TEMPLATE.render(redacted, plan)),
    )
    assert digest is not None
    return digest, TEMPLATE.render(redacted, digest).messages[1].content


def number(amount: str) -> str:
    return amount.replace(",", "").removesuffix(".00")


def test_no_label_is_wrong_in_form_no_identifier_is_real_and_no_text_is_copied(
    long_set: LabelledSet,
) -> None:
    assert lint_cases(long_set.cases, SHIPPED) == []


def test_every_case_is_long_and_one_is_very_long(long_set: LabelledSet) -> None:
    lengths = [len(case.ticket.messages) for case in long_set.cases]

    assert len(lengths) == 8
    assert min(lengths) >= 40
    assert max(lengths) >= 400


def test_no_two_cases_are_of_one_issue_type_and_four_channels_are_there(
    long_set: LabelledSet,
) -> None:
    assert len({case.expected.issue_type for case in long_set.cases}) == len(long_set.cases)
    assert {case.ticket.channel for case in long_set.cases} == {"chat", "email", "phone", "web"}


def test_most_facts_stand_in_the_middle_of_their_case(
    long_set: LabelledSet, evidence: Evidence
) -> None:
    middle = facts = 0
    for case in long_set.cases:
        count = len(case.ticket.messages)
        for messages in evidence[case.id]:
            places = [int(message[1:]) for message in messages]
            assert max(places) <= count
            facts += 1
            middle += any(count * 0.1 <= place <= count - 4 for place in places)
        assert len(evidence[case.id]) == len(case.expected.facts or ())
    assert middle >= 0.9 * facts


def test_amounts_of_facts_are_shown_in_a_prompt_of_half_a_small_models_context(
    long_set: LabelledSet, digests: dict[str, tuple[CaseDigest, str]]
) -> None:
    missing = []
    amounts = 0
    for case in long_set.cases:
        shown = {number(found) for found in _NUMBER.findall(digests[case.id][1])}
        wanted = {number(a) for fact in case.expected.facts or () for a in _AMOUNT.findall(fact)}
        amounts += len(wanted)
        missing += [(case.id, amount) for amount in sorted(wanted - shown)]
    assert amounts >= 30
    assert len(missing) <= 0.1 * amounts, missing


def test_of_almost_every_fact_a_sentence_of_its_message_is_shown(
    evidence: Evidence, digests: dict[str, tuple[CaseDigest, str]]
) -> None:
    shown = facts = 0
    for id_, (digest, _) in digests.items():
        seen = {f"m{at + 1}" for one in digest.excerpts for at, _ in one.sentences}
        seen |= {f"m{one.first + 1}" for one in digest.excerpts if one.whole}
        facts += len(evidence[id_])
        shown += sum(bool(seen & set(messages)) for messages in evidence[id_])
    assert shown >= 0.9 * facts, f"{shown} of {facts}"
