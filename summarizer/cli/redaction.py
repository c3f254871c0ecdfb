"""Redaction of one input: bytes -> redacted output and the exit code."""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, BinaryIO

import orjson
from rich.box import SIMPLE
from rich.table import Table
from rich.text import Text

from summarizer.api.redactions import Span, redacted_text, redacted_ticket, text_case
from summarizer.cli.inputs import read_text, read_whole
from summarizer.cli.output import colour, coloured, notes, pretty, printable, write_json
from summarizer.cli.progress import counter
from summarizer.errors import SummarizerError
from summarizer.ingest.case import to_case
from summarizer.ingest.conversation import Conversation, read_conversations
from summarizer.ingest.native import parse_ticket
from summarizer.models import RedactionSpan, SpanCue
from summarizer.policy.sections import Limits
from summarizer.redact.redactor import Redactor

__all__ = ["Redaction"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Redaction:
    """What is the same for every form of input."""

    load: Callable[[], Redactor]
    """Loads what redacts; called after the input turned out to be readable."""
    limits: Limits
    json: bool
    explain: bool

    def text(self, stream: BinaryIO, name: str) -> None:
        """Redact the whole input as one text."""
        source = read_text(
            stream,
            max_bytes=self.limits.ticket_bytes,
            max_characters=self.limits.message_characters,
        )
        case = self.load().redact(text_case(source)).case
        result = redacted_text(case)
        if self.json:
            write_json({"id": name, **result, **self._explanation(case.spans)})
        else:
            _print_text(result["redacted"], case.spans)
            notes().print(_count_table(case.spans))
        self._explain(case.spans)

    def ticket(self, stream: BinaryIO) -> None:
        """Redact one ticket; the output is JSON in any case."""
        ticket = parse_ticket(read_whole(stream, self.limits.ticket_bytes), self.limits)
        case = self.load().redact(to_case(ticket, self.limits)).case
        result = redacted_ticket(ticket, case)
        if self.json:
            write_json({**result, **self._explanation(case.spans)})
        else:
            indented = orjson.dumps(result, option=orjson.OPT_INDENT_2).decode()
            pretty().print(coloured(indented), soft_wrap=True)
            notes().print(_count_table(case.spans))
        self._explain(case.spans)

    def jsonl(self, stream: BinaryIO) -> int:
        """Redact conversations one at a time, a line of output for each line of input."""
        worst, redactor = 0, self.load()
        with counter("lines") as advance:
            for conversation in read_conversations(stream, self.limits):
                for result, code in self._conversation(redactor, conversation):
                    worst = max(worst, code)
                    write_json(result)
                    advance()
        return worst

    def _conversation(
        self, redactor: Redactor, conversation: Conversation
    ) -> Iterator[tuple[dict[str, Any], int]]:
        """Yield the output and exit code of each line; a fault of the case is one of all lines."""
        case, fault = None, None
        if conversation.case is not None:
            try:
                case = redactor.redact(conversation.case).case
            except SummarizerError as failure:
                fault = failure
        texts = iter(case.texts if case else ())
        places: dict[str, str] = {}
        for line in conversation.lines:
            error = line.error or fault
            if error is not None:
                content = {"code": str(error.code), "detail": error.detail}
                yield {"line": line.number, "error": content}, error.code.exit_code
            else:
                text = next(texts)
                places[text.where] = f"line {line.number}"
                spans = [span for span in case.spans if span.where == text.where] if case else []
                result = {"id": line.id, "redacted": text.text, "spans": _values(spans)}
                yield {**result, **self._explanation(spans, places)}, 0
        if case is not None:
            self._explain(case.spans, places)

    def _explain(
        self, spans: Sequence[RedactionSpan], places: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        """List the ranges, if asked; `places` are better words for where they stand."""
        if self.explain and spans:
            notes().print(_span_table(spans, places))

    def _explanation(
        self, spans: Sequence[RedactionSpan], places: Mapping[str, str] = MappingProxyType({})
    ) -> dict[str, Any]:
        """Return, if asked, what the table says beside the spans themselves."""
        if not self.explain:
            return {}
        return {
            "explanation": [
                {
                    "where": places.get(span.where, span.where),
                    "start": span.start,
                    "end": span.end,
                    "placeholder": span.placeholder,
                    "recognizer": span.recognizer,
                    "score": span.score,
                    "same_person": span.same_person,
                    "cue": span.cue and _cue(span.cue, places),
                }
                for span in spans
            ]
        }


def _cue(cue: SpanCue, places: Mapping[str, str]) -> dict[str, Any]:
    return {
        "where": places.get(cue.where, cue.where),
        "start": cue.start,
        "end": cue.end,
        "words": cue.words,
    }


def _values(spans: Iterable[RedactionSpan]) -> list[dict[str, Any]]:
    return [{name: getattr(span, name) for name in Span.model_fields} for span in spans]


def _print_text(redacted: str, spans: Sequence[RedactionSpan]) -> None:
    """Print exactly the redacted text to a file or pipe, and a safe form of it to a terminal."""
    console = pretty()
    if not console.is_terminal:
        sys.stdout.write(redacted)
        return
    ranges, shift = [], 0
    for span in spans:
        start = span.start + shift
        ranges.append((start, start + len(span.placeholder), span.entity))
        shift += len(span.placeholder) - (span.end - span.start)
    console.print(coloured(redacted, ranges), soft_wrap=True)


def _count_table(spans: Sequence[RedactionSpan]) -> Table | str:
    if not spans:
        return "Nothing was held back."
    table = Table("Held back", box=SIMPLE, title_justify="left")
    table.add_column("ranges", justify="right")
    table.add_column("values", justify="right")
    values = Counter(entity for entity, _ in {(span.entity, span.placeholder) for span in spans})
    for entity, count in sorted(Counter(span.entity for span in spans).items()):
        table.add_row(Text(entity, style=colour(entity)), str(count), str(values[entity]))
    return table


def _span_table(spans: Sequence[RedactionSpan], places: Mapping[str, str]) -> Table:
    table = Table(box=SIMPLE, header_style="dim", padding=(0, 1, 0, 0))
    for title in ("where", "what, by which recognizer", "score", "because of", "stands as"):
        table.add_column(title, overflow="fold")
    for span in spans:
        table.add_row(
            _two_lines(f"{span.start}:{span.end}", places.get(span.where, span.where)),
            _two_lines(span.entity, span.recognizer, colour(span.entity)),
            f"{span.score:.2f}",
            _because(span, places),
            _two_lines(span.placeholder, span.same_person),
        )
    return table


def _because(span: RedactionSpan, places: Mapping[str, str]) -> Text:
    """Name the words by which a range counts, in its colour, and where they stand."""
    cue = span.cue
    if cue is None:
        return Text()
    elsewhere = "" if cue.where == span.where else f" of {places.get(cue.where, cue.where)}"
    words = " ".join(cue.words.split())
    return _two_lines(words, f"{cue.start}:{cue.end}{elsewhere}", colour(span.entity))


def _two_lines(first: str, second: str, style: str = "") -> Text:
    return Text.assemble(
        (printable(first), style), (f"\n{printable(second)}" if second else "", "dim")
    )
