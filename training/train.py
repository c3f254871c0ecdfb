"""Trains the ticket model: a seed in, a spaCy folder with one NER component out."""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # one thread: the same sums in the same order
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import spacy
from spacy.tokens import Doc, DocBin
from spacy.training.initialize import init_nlp
from spacy.training.loop import train
from spacy.util import filter_spans, fix_random_seed
from thinc.api import Config, NumpyOps, set_current_ops

from training.generator import Generator, Marked
from training.values import Values

__all__ = ["main"]

_HERE = Path(__file__).parent
_COMMON_WORDS = _HERE.parent / "summarizer" / "pii" / "common_words.txt"
_DEFAULT_OUT = _HERE.parent / "summarizer" / "pii" / "model"


def main() -> None:
    """Write the texts, train, shift the decision towards fewer false spans, save."""
    args = _arguments()
    if os.environ.get("PYTHONHASHSEED") != "0":  # Faker and wordfreq list some sets as they come
        sys.exit("Set PYTHONHASHSEED=0, or a second training will differ from the first.")
    set_current_ops(NumpyOps(use_blis=False))  # numpy's matrix product is several times faster here
    fix_random_seed(args.seed)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        texts = Generator(args.seed, _values, negatives=args.negatives)
        held_back = Generator(args.seed + 1, _values, held_back=True, negatives=args.negatives)
        _write(work / "train.spacy", texts, args.texts)
        _write(work / "dev.spacy", held_back, args.dev_texts)
        config = Config().from_disk(
            _HERE / "config.cfg",
            overrides={
                "paths.train": str(work / "train.spacy"),
                "paths.dev": str(work / "dev.spacy"),
                "system.seed": args.seed,
                "training.max_steps": args.steps,
                "training.optimizer.learn_rate.total_steps": args.steps,
            },
        )
        (work / "out").mkdir()
        train(init_nlp(config), work / "out", use_gpu=-1)
        export(work / "out" / "model-last", args.out, outside_bias=args.outside_bias)


def export(trained: Path, out: Path, *, outside_bias: float = 0.0) -> None:
    """Save the trained pipeline for shipping.

    Args:
        trained: Folder the training wrote.
        out: Folder to write.
        outside_bias: Added to the score of "no name here"; above 0, fewer and surer spans.
    """
    whole = spacy.load(trained)
    nlp = spacy.blank("en")  # a vocabulary without the words of the training texts
    ner = nlp.add_pipe("ner", config={"model": whole.config["components"]["ner"]["model"]})
    ner.from_bytes(whole.get_pipe("ner").to_bytes(exclude=["vocab"]), exclude=["vocab"])
    upper = ner.model.get_ref("upper")
    bias = upper.get_param("b").copy()
    bias[-1] += outside_bias  # the last action is "outside"; move_names leaves an unnamed one out
    upper.set_param("b", bias)
    nlp.meta.update({
        "name": "tickets",
        "version": "1.0.0",
        "license": "Apache-2.0",
        "description": "Names, addresses and places in bank support tickets.",
    })
    nlp.to_disk(out, exclude=["lookups"])


def _values(rng: random.Random) -> Values:
    return Values(rng, _COMMON_WORDS.read_text(encoding="utf-8").split())


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--texts", type=int, default=260_000)
    parser.add_argument("--dev-texts", type=int, default=1_500)
    parser.add_argument("--negatives", type=float, default=0.45)
    parser.add_argument("--steps", type=int, default=4_200)
    parser.add_argument("--outside-bias", type=float, default=-4.0)
    parser.add_argument("--out", type=Path, default=_DEFAULT_OUT)
    return parser.parse_args()


def _write(path: Path, texts: Generator, count: int) -> None:
    nlp = spacy.blank("en")
    docs = DocBin(attrs=["ENT_IOB", "ENT_TYPE"])
    for marked in texts.texts(count):
        docs.add(_doc(nlp, marked))
    docs.to_disk(path)


def _doc(nlp: spacy.Language, marked: Marked) -> Doc:
    doc = nlp.make_doc(marked.text)
    spans = [
        doc.char_span(start, end, label=label, alignment_mode="expand")
        for start, end, label in marked.spans
    ]
    doc.ents = filter_spans([_trim(span) for span in spans if span is not None])
    return doc


def _trim(span: spacy.tokens.Span) -> spacy.tokens.Span:
    """Drop blanks at the ends, which an entity may not have."""
    start, end = span.start, span.end
    while start < end and span.doc[start].is_space:
        start += 1
    while end > start and span.doc[end - 1].is_space:
        end -= 1
    return spacy.tokens.Span(span.doc, start, end, label=span.label)


if __name__ == "__main__":
    main()
