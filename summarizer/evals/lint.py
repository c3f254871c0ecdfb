"""Lint: an evaluation set -> what is wrong with its labels, before anybody trusts a score of it.

Beyond what reading a set refuses: codes the taxonomy lacks, values marked in one place and not in
another, facts that quote a personal value, dates out of order, copied text, and identifiers that
could belong to somebody.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC
from typing import Final, NamedTuple

from summarizer.evals.cases import EvalCase, raw_values
from summarizer.taxonomy import Taxonomy

__all__ = ["Problem", "lint_cases", "shared_text"]

_SHINGLE: Final = 5
_MOST_SHARED: Final = 0.2
_LEAST_NAME: Final = 3
_RESERVED_HOST: Final = re.compile(
    r"(?:^|\.)(?:example|test|invalid|localhost)$|(?:^|\.)example\.(?:com|org|net)$"
)
_EMAIL: Final = re.compile(r"[\w.+-]+@([a-z0-9-]+(?:\.[a-z0-9-]+)+)", re.IGNORECASE)
_IPV4: Final = re.compile(r"(?<![\d.])(\d{1,3}(?:\.\d{1,3}){3})(?![\d.])")
_RESERVED_NET: Final = ("192.0.2.", "198.51.100.", "203.0.113.", "10.", "192.168.", "127.")
_CARD: Final = re.compile(r"(?<!\d)(?:\d[ -]?){12,18}\d(?!\d)")
_TEST_CARDS: Final = frozenset({
    "4111111111111111", "4242424242424242", "4012888888881881", "4000056655665556",
    "5555555555554444", "5105105105105100", "5200828282828210", "2223003122003222",
    "2223000048400011", "378282246310005", "371449635398431", "6011111111111117",
    "6011000990139424", "30569309025904", "3056930009020004", "38520000023237",
    "3530111333300000", "3566002020360505", "6200000000000005", "4000000000000002",
})  # fmt: skip
"""Numbers that card networks and processors reserve for tests."""


class Problem(NamedTuple):
    """One thing wrong with a case."""

    case: str
    where: str
    detail: str


def lint_cases(cases: Sequence[EvalCase], taxonomy: Taxonomy) -> list[Problem]:
    """Return every problem of the cases, in their order."""
    ids = {case.id for case in cases}
    problems = [problem for case in cases for check in _CHECKS for problem in check(case, taxonomy)]
    problems += [
        Problem(case.id, "pair", f"there is no case {case.pair!r}")
        for case in cases
        if case.pair is not None and case.pair not in ids
    ]
    problems += [
        Problem(one, "ticket", f"shares {share:.0%} of its text with {other}; declare a pair")
        for one, other, share in shared_text(cases)
    ]
    return problems


def shared_text(
    cases: Sequence[EvalCase], most: float = _MOST_SHARED
) -> Iterator[tuple[str, str, float]]:
    """Yield undeclared pairs of cases that share more than `most` of the shorter one's text.

    Text is compared by runs of five words.
    """
    shingled = [(case, _shingles(case)) for case in cases]
    for at, (one, mine) in enumerate(shingled):
        for other, theirs in shingled[at + 1 :]:
            if not mine or not theirs or one.pair == other.id or other.pair == one.id:
                continue
            share = len(mine & theirs) / min(len(mine), len(theirs))
            if share > most:
                yield one.id, other.id, share


def _shingles(case: EvalCase) -> frozenset[tuple[str, ...]]:
    texts = (case.ticket.subject, *(message.body for message in case.ticket.messages))
    words = re.findall(r"\w+", " ".join(texts).casefold())
    return frozenset(zip(*(words[at:] for at in range(_SHINGLE)), strict=False))


def _codes(case: EvalCase, taxonomy: Taxonomy) -> Iterator[Problem]:
    expected = case.expected
    for name, code, known in (
        ("issue_type", expected.issue_type, {entry.code for entry in taxonomy.issue_types}),
        ("next_action", expected.next_action, {entry.code for entry in taxonomy.next_actions}),
    ):
        if code is not None and code not in known:
            yield Problem(case.id, f"expected.{name}", f"{code!r} is not in the taxonomy")


def _marks(case: EvalCase, taxonomy: Taxonomy) -> Iterator[Problem]:
    """A value that is marked somewhere is personal wherever it stands as a whole word."""
    del taxonomy
    spans = case.expected.pii
    if spans is None:
        return
    texts = dict(raw_values(case.ticket))
    values = {texts[span.where][span.start : span.end] for span in spans}
    for span in spans:
        value = texts[span.where][span.start : span.end]
        if value != value.strip():
            yield Problem(case.id, span.where, f"the span at {span.start} has outer spaces")
    for value in sorted(value for value in values if len(value) >= _LEAST_NAME):
        for where, text in texts.items():
            for match in re.finditer(rf"(?<!\w){re.escape(value)}(?!\w)", text):
                if not any(
                    span.where == where and span.start < match.end() and match.start() < span.end
                    for span in spans
                ):
                    yield Problem(
                        case.id, where, f"a value marked elsewhere is not at {match.start()}"
                    )
        for fact in case.expected.facts or ():
            if re.search(rf"(?<!\w){re.escape(value)}(?!\w)", fact):
                yield Problem(case.id, "expected.facts", "a fact quotes a personal value")


def _days(case: EvalCase, taxonomy: Taxonomy) -> Iterator[Problem]:
    del taxonomy
    if case.at is None:
        return
    for at, message in enumerate(case.ticket.messages):
        if message.at is not None and message.at.astimezone(UTC).date() > case.at:
            yield Problem(case.id, f"messages[{at}].at", "is after the day of the case")


def _identifiers(case: EvalCase, taxonomy: Taxonomy) -> Iterator[Problem]:
    """Find identifiers that are not of the ranges reserved for examples and tests."""
    del taxonomy
    for where, text in raw_values(case.ticket):
        for match in _EMAIL.finditer(text):
            if not _RESERVED_HOST.search(match[1].lower()):
                yield Problem(case.id, where, f"{match[1]} is not reserved; use example.com")
        for match in _IPV4.finditer(text):
            if not match[1].startswith(_RESERVED_NET):
                yield Problem(case.id, where, "the IP address is not of a documentation range")
        for match in _CARD.finditer(text):
            digits = re.sub(r"\D", "", match[0])
            if _is_marked_otherwise(case, where, match):
                continue
            if digits[0] in "3456" and _luhn(digits) and digits not in _TEST_CARDS:
                yield Problem(case.id, where, "a valid card number that is not a test number")


def _is_marked_otherwise(case: EvalCase, where: str, found: re.Match[str]) -> bool:
    """Say whether the digits are part of a marked value that is no card, such as an IBAN."""
    return any(
        span.where == where
        and span.start < found.end()
        and found.start() < span.end
        and span.entity != "CREDIT_CARD"
        for span in case.expected.pii or ()
    )


def _luhn(digits: str) -> bool:
    """Say whether the check digit is right (ISO/IEC 7812-1)."""
    doubled = (int(d) * (1 + at % 2) for at, d in enumerate(reversed(digits)))
    return sum(n - 9 * (n > 9) for n in doubled) % 10 == 0  # noqa: PLR2004 - the algorithm


_CHECKS: Final[tuple[Callable[[EvalCase, Taxonomy], Iterator[Problem]], ...]] = (
    _codes, _marks, _days, _identifiers,
)  # fmt: skip
