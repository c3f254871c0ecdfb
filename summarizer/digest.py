"""Digest: RedactedCase and a budget -> which messages a prompt shows whole, which in excerpts.

The customer's first message, the latest ones and the pivotal ones stay whole as far as more than
half of the room reaches; of every other message its most telling sentences are taken. If not even
one sentence a message fits, runs of messages share a heading. Every message is accounted for.
Time grows with the length of the case, and no model is asked.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from summarizer.errors import ErrorCode, TicketError
from summarizer.excerpts import CaseDigest, Excerpt, own_text
from summarizer.models import Finding, RedactedCase
from summarizer.telling import Sentence, sentences_of, telling_scores
from summarizer.tokencount import estimated_tokens

__all__ = ["digest_finding", "shorten"]

Measure = Callable[[CaseDigest | None], int]
"""How many tokens the prompt has with this digest; with None, if every message stands whole."""

_LATEST: Final = 4
"""The newest messages say what is open now."""
_WHOLE_SHARES: Final = (0.6, 0.3, 0.0)
"""The parts of the room that whole messages may take, tried in turn."""
_PASSES: Final = 6
"""Plans that are measured before a case counts as too large; two were enough in every test."""
_MARGIN: Final = 16
_BODY: Final = re.compile(r"messages\[(\d+)\]\.body")


@dataclass(frozen=True, slots=True)
class _Message:
    """What planning needs to know of a message."""

    at: int
    sentences: tuple[Sentence, ...]
    scores: tuple[float, ...]
    costs: tuple[int, ...]
    """Tokens of each sentence on a line of its own."""
    whole: int
    """Tokens of the message as it is."""

    @property
    def telling(self) -> float:
        """How much its best three sentences tell; one that goes on for long tells no more."""
        return sum(sorted(self.scores, reverse=True)[:3])


def shorten(case: RedactedCase, *, budget: int, measure: Measure) -> CaseDigest | None:
    """Decide how each message is shown; None if all of them fit as they are.

    Args:
        case: the case.
        budget: how many tokens the prompt may have.
        measure: is asked rather than guessed at, since the frame of a prompt is data.

    Raises:
        TicketError: TICKET_TOO_LARGE, if not even the shortest digest fits.
    """
    if measure(None) <= budget:
        return None
    count = len(case.messages)
    bare = measure(CaseDigest((Excerpt(0, count - 1),))) if count else budget + 1
    alone = measure(CaseDigest(tuple(Excerpt(at, at) for at in range(count)))) if count else 0
    heading = 2 + max(0, alone - bare) // max(1, count - 1)
    messages = _read(case)
    room = budget - bare
    for _ in range(_PASSES):
        digest = _plan(messages, _kept_apart(case), room=room, heading=heading)
        if digest is None:
            break
        above = measure(digest) - budget
        if above <= 0:
            return digest
        room -= above + _MARGIN
    msg = (
        f"messages: the shortest digest of {count:,} messages and what else the ticket says do "
        f"not fit into the {budget:,} tokens that policy gives this model: split the ticket, or "
        "raise prompt_tokens in models.yaml"
    )
    raise TicketError(msg, code=ErrorCode.TICKET_TOO_LARGE)


def digest_finding(digest: CaseDigest) -> Finding:
    """Say how much of a case the model was not shown."""
    return Finding(
        code="CASE_DIGESTED",
        where="messages",
        detail=(
            f"of {digest.messages} messages the model was shown {digest.whole} whole, "
            f"{digest.shortened} shortened to some of their sentences and {digest.folded} folded "
            f"into {digest.runs} runs"
        ),
    )


def _read(case: RedactedCase) -> list[_Message]:
    bodies = [""] * len(case.messages)
    for text in case.texts:
        if body := _BODY.fullmatch(text.where):
            bodies[int(body[1])] = own_text(text, "\n")
    split = [sentences_of(body) for body in bodies]
    scores = telling_scores(split, [message.author for message in case.messages])
    return [
        _Message(
            at=at,
            sentences=sentences,
            scores=own_scores,
            costs=tuple(estimated_tokens(sentence.text) for sentence in sentences),
            whole=estimated_tokens(bodies[at]) + 2 * bodies[at].count("\n"),
        )
        for at, (sentences, own_scores) in enumerate(zip(split, scores, strict=True))
    ]


def _kept_apart(case: RedactedCase) -> tuple[int, ...]:
    """Return the messages that never share a heading, the most important one first."""
    count = len(case.messages)
    first = next((at for at, one in enumerate(case.messages) if one.author == "customer"), 0)
    latest = range(count - 1, max(-1, count - 1 - _LATEST), -1)
    return tuple(dict.fromkeys((first, *latest)))


def _plan(
    messages: Sequence[_Message], apart: tuple[int, ...], *, room: int, heading: int
) -> CaseDigest | None:
    """Fill the room; None if nothing that accounts for every message fits."""
    for share in _WHOLE_SHARES:
        whole = _whole(messages, apart, room=int(room * share), heading=heading)
        alone = whole | set(apart if share else (apart[0], apart[1 % len(apart)]))
        size = 1
        while True:
            runs = list(_runs(len(messages), alone, size))
            chosen = _fill(messages, runs, whole, room=room - heading * len(runs))
            if chosen is not None:
                return _digest(messages, runs, whole, chosen)
            if size >= len(messages):
                break
            size *= 2
    return None


def _whole(
    messages: Sequence[_Message], apart: tuple[int, ...], *, room: int, heading: int
) -> set[int]:
    """Choose what stands as it is: what is kept apart, then what tells most, while it fits."""
    pivotal = sorted(messages, key=lambda message: (-message.telling, message.at))
    chosen: set[int] = set()
    for at in dict.fromkeys((*apart, *(message.at for message in pivotal))):
        cost = messages[at].whole + heading
        if cost <= room:
            chosen.add(at)
            room -= cost
    return chosen


def _runs(count: int, alone: set[int], size: int) -> Iterator[range]:
    """Cut the case into runs of at most `size` messages; those `alone` are runs of one."""
    start = 0
    for at in range(count):
        if at in alone:
            if start < at:
                yield range(start, at)
            yield range(at, at + 1)
            start = at + 1
        elif at + 1 - start == size:
            yield range(start, at + 1)
            start = at + 1
    if start < count:
        yield range(start, count)


def _fill(
    messages: Sequence[_Message], runs: Sequence[range], whole: set[int], *, room: int
) -> set[tuple[int, int]] | None:
    """Choose sentences: the best of each run, then the best of all while they fit.

    Returns:
        (message, sentence) of each; None if there is no room for the best of each run.
    """
    room -= sum(messages[at].whole for at in whole)
    chosen: set[tuple[int, int]] = set()
    for run in runs:
        best = max(_ranked(messages[at] for at in run if at not in whole), default=None)
        if best is not None:
            _, at, number = best
            chosen.add((-at, -number))
            room -= messages[-at].costs[-number]
    if room < 0:
        return None
    others = _ranked(message for message in messages if message.at not in whole)
    for _, at, number in sorted(others, reverse=True):
        cost = messages[-at].costs[-number]
        if (-at, -number) not in chosen and cost <= room:
            chosen.add((-at, -number))
            room -= cost
    return chosen


def _ranked(messages: Iterator[_Message]) -> Iterator[tuple[float, int, int]]:
    """Yield score and negated positions, so that of equals the earlier one is the greatest."""
    for message in messages:
        for number, score in enumerate(message.scores):
            yield score, -message.at, -number


def _digest(
    messages: Sequence[_Message],
    runs: Sequence[range],
    whole: set[int],
    chosen: set[tuple[int, int]],
) -> CaseDigest:
    return CaseDigest(tuple(_excerpt(messages, run, whole, chosen) for run in runs))


def _excerpt(
    messages: Sequence[_Message], run: range, whole: set[int], chosen: set[tuple[int, int]]
) -> Excerpt:
    members = [messages[at] for at in run]
    sentences = tuple(
        (message.at, sentence.text)
        for message in members
        for number, sentence in enumerate(message.sentences)
        if (message.at, number) in chosen
    )
    of = sum(len(message.sentences) for message in members)
    if len(run) == 1 and (run[0] in whole or len(sentences) == of):
        return Excerpt(run[0], run[0], of=of, whole=True)
    return Excerpt(run[0], run[-1], sentences, of)
