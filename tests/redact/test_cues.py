"""The words by which a range counts, as the redacted text shows them."""

from collections.abc import Sequence
from dataclasses import replace

from summarizer.models import CaseText, SpanCue
from summarizer.pii import Cue, Detection, Replacement
from summarizer.redact.cues import named_cues
from summarizer.redact.redactor import Redactor
from summarizer.textmap import TextMapBuilder
from tests.fakes import FakeDetector, SpliceAnonymizer
from tests.redact.cases import case, policy


class _Cueing(FakeDetector):
    """Finds `Ann` and `6042`, each with a cue at a fixed place."""

    def __init__(self, cue: Cue) -> None:
        super().__init__({"PERSON": ["Ann"], "PIN": ["6042"]})
        self._cue = cue

    def detect(
        self, texts: Sequence[str], before: Sequence[str] | None = None
    ) -> list[list[Detection]]:
        return [
            [replace(item, cue=self._cue if item.entity == "PIN" else None) for item in found]
            for found in super().detect(texts, before)
        ]


def _cue(cue: Cue, *bodies: str) -> SpanCue | None:
    redactor = Redactor(detector=_Cueing(cue), anonymizer=SpliceAnonymizer(), policy=policy())
    redacted = redactor.redact(case(*bodies)).case
    [found] = [span.cue for span in redacted.spans if span.entity == "PIN"]
    return found


def test_a_cue_shows_placeholders_for_what_it_holds() -> None:
    found = _cue(Cue(0, 10), "pin of Ann is 6042")

    assert found == SpanCue("messages[0].body", 0, 10, "pin of <PERSON_1>")


def test_a_value_half_inside_a_cue_is_not_shown_either() -> None:
    found = _cue(Cue(0, 8), "pin of Ann is 6042")

    assert found is not None
    assert found.words == "pin of <PERSON_1>"


def test_a_cue_in_the_message_before_names_that_message() -> None:
    found = _cue(Cue(5, 8, is_before=True), "Your pin, Ann?", "6042")

    assert found == SpanCue("messages[0].body", 5, 8, "pin")


def test_a_cue_has_offsets_of_the_raw_value() -> None:
    builder = TextMapBuilder("<b>pin</b> 6042")
    builder.keep(3, 6)
    builder.keep(10, 15)
    text = CaseText("subject", builder.build())
    found = Detection(4, 8, "PIN", 0.9, "fake", Cue(0, 3))

    named = named_cues([text], [None], [[found]], [[Replacement(4, 8, "[pin removed]")]])

    assert named == [[SpanCue("subject", 3, 6, "pin")]]
