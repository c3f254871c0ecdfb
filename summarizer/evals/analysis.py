"""Analysis: redaction of a labelled set as it goes on -> its misses with reasons, and advice."""

from collections.abc import Sequence
from dataclasses import dataclass

from summarizer.evals.advice import Suggestion, suggestions
from summarizer.evals.heard import HeardDetector
from summarizer.evals.misses import Missed, Observed, Why
from summarizer.evals.redaction import Seen
from summarizer.pii.recognizing import Recognizer
from summarizer.policy import Policy

__all__ = ["Analysis", "Analyst"]


@dataclass(frozen=True, slots=True)
class Analysis:
    """Why values were missed, and what would help."""

    missed: tuple[Missed, ...]
    suggestions: tuple[Suggestion, ...]


class Analyst:
    """Watches conversations being redacted by a detector that is heard."""

    def __init__(
        self,
        heard: HeardDetector,
        policy: Policy,
        recognizers: Sequence[Recognizer],
        ignore: frozenset[str] = frozenset(),
    ) -> None:
        """Take what detects, the policy in force, and labelled entities that do not count."""
        self._heard = heard
        self._policy = policy
        self._why = Why(policy, recognizers, heard.entities)
        self._ignore = ignore
        self._texts: list[Observed] = []
        self._missed: list[Missed] = []

    def see(self, seen: Sequence[Seen]) -> None:
        """Take a conversation that was just redacted."""
        conversation = [
            Observed(text, spans, found)
            for (text, spans), found in zip(seen, self._heard.last, strict=True)
        ]
        self._texts += conversation
        self._missed += self._why.missed(conversation, self._ignore)

    def result(self) -> Analysis:
        """Return the misses so far, and what would help."""
        advice = suggestions(self._missed, self._texts, self._policy)
        return Analysis(tuple(self._missed), tuple(advice))
