"""Measures a model: public test sets in, recall and false spans per 1,000 words out."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import spacy
from faker.providers.address.en_US import Provider
from thinc.api import NumpyOps, set_current_ops

from training.people import word_lists

__all__ = ["main"]

_MASKED = {"PERSON", "ADDRESS", "PLACE", "GPE", "LOC", "FAC"}
_MEASURED = {"PERSON", "STREET_ADDRESS", "GPE"}
_UNUSED = ["tok2vec", "tagger", "parser", "senter", "attribute_ruler", "lemmatizer"]

_COUNTRIES = {
    name.lower() for name in (*Provider.countries, *word_lists("words.yaml")["typical_countries"])
}

Spans = list[tuple[int, int]]


def main() -> None:
    """Print one line of JSON: full coverage by type, and false spans on impersonal text."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="+", help="spaCy folders or names; several are joined")
    parser.add_argument("--presidio", type=Path, help="a presidio-research JSON file")
    parser.add_argument("--impersonal", type=Path, help="CSV with a text column, e.g. banking77")
    args = parser.parse_args()
    set_current_ops(NumpyOps(use_blis=False))
    pipelines = [spacy.load(name, exclude=_UNUSED) for name in args.models]
    figures: dict[str, float] = {}
    if args.presidio:
        figures |= _coverage(pipelines, json.loads(args.presidio.read_text(encoding="utf-8")))
    if args.impersonal:
        with args.impersonal.open(encoding="utf-8", newline="") as rows:
            figures |= _false_spans(pipelines, [row["text"] for row in csv.DictReader(rows)])
    sys.stdout.write(json.dumps(figures) + "\n")


def _spans(pipelines: Sequence[spacy.Language], texts: Sequence[str]) -> list[Spans]:
    """Return, for each text, what any model would hold back; a country alone is not."""
    found: list[Spans] = [[] for _ in texts]
    for nlp in pipelines:
        for spans, doc in zip(found, nlp.pipe(texts), strict=True):
            spans += [
                (ent.start_char, ent.end_char)
                for ent in doc.ents
                if ent.label_ in _MASKED and ent.text.lower() not in _COUNTRIES
            ]
    return found


def _coverage(
    pipelines: Sequence[spacy.Language], samples: list[dict[str, object]]
) -> dict[str, float]:
    texts = [str(sample["full_text"]) for sample in samples]
    covered, total = Counter[str](), Counter[str]()
    for text, sample, spans in zip(texts, samples, _spans(pipelines, texts), strict=True):
        gold = sample["spans"]
        assert isinstance(gold, list)  # noqa: S101 - the file's form
        for span in gold:
            start, end = span["start_position"], span["end_position"]
            kind = span["entity_type"]
            if kind in _MEASURED and text[start:end].lower() not in _COUNTRIES:
                total[kind] += 1
                covered[kind] += _is_covered(text, range(start, end), spans)
    return {kind: round(covered[kind] / total[kind], 3) for kind in sorted(total)}


def _is_covered(text: str, stretch: Iterable[int], spans: Spans) -> bool:
    return all(
        any(start <= at < end for start, end in spans) for at in stretch if text[at].isalnum()
    )


def _false_spans(pipelines: Sequence[spacy.Language], texts: list[str]) -> dict[str, float]:
    words = sum(len(text.split()) for text in texts)
    spans = sum(len(found) for found in _spans(pipelines, texts))
    return {"false spans per 1,000 words": round(1000 * spans / words, 2)}


if __name__ == "__main__":
    main()
