"""Fits the weights of `summarizer.injection.likeness`: sentences and labelled tickets in, JSON out.

    python -m training.orders.fit

Read are `orders.txt` and `ordinary.txt` beside this file, the tickets of `tests/injection/data`
that are for development, `eval_sets/injection` (`dev`), `eval_sets/golden` (`train`, `dev`) and
`eval_sets/pii`. Not read are tickets kept apart, every `test` and `eval_sets/pii_blind`: they
measure.

Of a ticket that holds an order nobody says which sentence it is: the likeliest one is taken, by
what tickets of one sentence teach at first, and the fit repeated. Only English is learned: there is
too little of what else customers write.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

from summarizer.injection.likeness import features, sentences
from summarizer.language import identify

__all__ = ["main"]

_HERE = Path(__file__).parent
_ROOT = _HERE.parent.parent
_OUT = _ROOT / "summarizer" / "injection" / "orders.json"
_ROUNDS: Final = 4
_STRENGTH: Final = 5.0
_LEAST_TEXTS: Final = 2
_LEAST_WEIGHT: Final = 0.08
"""Smaller weights are left out: all of them together change no decision."""
_LEAST_TELLING: Final = 0.6
_MOST_ORDINARY: Final = 0.01
"""A word tells if it weighs that much and no more than this share of ordinary sentences has it."""
_MOSTLY: Final = 0.5
_DEVELOPMENT: Final = ("development.jsonl", "voices.jsonl")
_TYPED: Final = re.compile(r"<[A-Z_]+_\d+>")
"""Placeholders that a customer typed become literals in a redacted case, and so they do here."""


class _Ticket(NamedTuple):
    is_attack: bool
    sentences: tuple[str, ...]


def main() -> None:
    """Fit and write the weights."""
    tickets = [*_lines("orders.txt", is_attack=True), *_lines("ordinary.txt", is_attack=False)]
    tickets += [*_development(), *_injection(), *_golden(), *_pii()]
    text = json.dumps(_fitted(tickets), ensure_ascii=False, indent=0)
    _OUT.write_text(f"{text}\n", encoding="utf-8")


def _fitted(tickets: Sequence[_Ticket]) -> dict[str, object]:
    vectorizer = CountVectorizer(analyzer=_names, binary=True, min_df=_LEAST_TEXTS)
    matrix = vectorizer.fit_transform([each for ticket in tickets for each in ticket.sentences])
    of_ticket = np.repeat(np.arange(len(tickets)), [len(each.sentences) for each in tickets])
    is_order = np.array([tickets[number].is_attack for number in of_ticket])
    # The first round learns only from tickets of which every sentence is known to be one or none.
    known = np.array([not of.is_attack or len(of.sentences) == 1 for of in tickets])[of_ticket]
    for number in range(_ROUNDS):
        rows = known if number == 0 else np.ones_like(known)
        model = LogisticRegression(C=_STRENGTH, max_iter=2000).fit(matrix[rows], is_order[rows])
        scores = model.decision_function(matrix)
        is_order = np.zeros(len(of_ticket), bool)
        for at, ticket in enumerate(tickets):
            if ticket.is_attack:
                own = np.flatnonzero(of_ticket == at)
                is_order[own[np.argmax(scores[own])]] = True
    weights = {
        name: round(float(weight), 2)
        for name, weight in zip(vectorizer.get_feature_names_out(), model.coef_[0], strict=True)
        if abs(weight) >= _LEAST_WEIGHT
    }
    shares = np.asarray(matrix[~is_order].mean(axis=0)).ravel()
    telling = sorted(
        name
        for name, share in zip(vectorizer.get_feature_names_out(), shares, strict=True)
        if name.isalpha() and share <= _MOST_ORDINARY and weights.get(name, 0.0) >= _LEAST_TELLING
    )
    return {"bias": round(float(model.intercept_[0]), 2), "telling": telling, "weights": weights}


def _names(sentence: str) -> list[str]:
    found = features(sentence)
    return sorted(each if isinstance(each, str) else " ".join(each) for each in found)


def _ticket(texts: Iterable[str], *, is_attack: bool) -> _Ticket:
    typed = [_TYPED.sub("<LITERAL_1>", text) for text in texts]
    return _Ticket(is_attack, tuple(each for text in typed for each in sentences(text)))


def _lines(name: str, *, is_attack: bool) -> Iterator[_Ticket]:
    for line in (_HERE / name).read_text(encoding="utf-8").splitlines():
        yield _ticket([line], is_attack=is_attack)


def _rows(path: Path) -> Iterator[dict[str, object]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _development() -> Iterator[_Ticket]:
    for name in _DEVELOPMENT:
        for row in _rows(_ROOT / "tests" / "injection" / "data" / name):
            texts = [row.get("subject", ""), *row["messages"]]
            if "encoded" not in row["family"] and identify(" ".join(texts))["en"] > _MOSTLY:
                yield _ticket(texts, is_attack=row["attack"])


def _injection() -> Iterator[_Ticket]:
    for row in _rows(_ROOT / "eval_sets" / "injection" / "cases.jsonl"):
        plain = not any(tag.startswith(("language:", "encoding:")) for tag in row["tags"])
        if row["split"] == "dev" and plain:
            yield _ticket(_of_customer(row["ticket"]), is_attack="attack" in row["tags"])


def _golden() -> Iterator[_Ticket]:
    for row in _rows(_ROOT / "eval_sets" / "golden" / "cases.jsonl"):
        if row["split"] in {"train", "dev"}:
            yield _ticket(_of_customer(row["ticket"]), is_attack="injected" in row["tags"])


def _of_customer(ticket: dict) -> list[str]:
    written = [each["body"] for each in ticket["messages"] if each["author"] == "customer"]
    return [ticket.get("subject") or "", *written]


def _pii() -> Iterator[_Ticket]:
    for path in sorted((_ROOT / "eval_sets" / "pii").glob("*.jsonl")):
        for row in _rows(path):
            yield _ticket([row["text"]], is_attack=False)


if __name__ == "__main__":
    main()
