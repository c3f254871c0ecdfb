"""Token probabilities become probabilities of options."""

import math
from types import SimpleNamespace

import pytest

from summarizer.llm.chances import chances

OPTIONS = {"issue_type": ["A", "B", "C"]}


def token(text: str, **alternatives: float) -> SimpleNamespace:
    top = alternatives or {text: 1.0}
    return SimpleNamespace(
        token=text,
        top_logprobs=[
            SimpleNamespace(token=name, logprob=math.log(chance)) for name, chance in top.items()
        ],
    )


def test_options_share_what_their_tokens_have() -> None:
    tokens = [
        token('{"'), token("issue_type"), token('": "'),
        token("B", B=0.6, A=0.3, error=0.1), token('"}'),
    ]  # fmt: skip

    found = chances(tokens, OPTIONS)["issue_type"]

    assert found == pytest.approx({"A": 1 / 3, "B": 2 / 3, "C": 0.0})


def test_an_option_may_stand_within_a_longer_token() -> None:
    tokens = [
        token('{"issue_type":'),
        SimpleNamespace(
            token=' "C",\n',
            top_logprobs=[
                SimpleNamespace(token=' "C",\n', logprob=math.log(0.5)),
                SimpleNamespace(token=' "A"', logprob=math.log(0.5)),
                SimpleNamespace(token=" 'B'", logprob=math.log(0.5)),
            ],
        ),
    ]

    assert chances(tokens, OPTIONS)["issue_type"] == pytest.approx({"A": 0.5, "B": 0.0, "C": 0.5})


@pytest.mark.parametrize(
    "tokens",
    [
        [],
        [token("no JSON")],
        [token('{"issue_type": "'), token("other", other=1.0)],
        [token('{"text": "\\"issue_type\\": \\"'), token("A"), token('"}')],
    ],
)
def test_where_no_option_stands_nothing_is_known(tokens: list[SimpleNamespace]) -> None:
    assert chances(tokens, OPTIONS) == {}
