"""The estimate of tokens, held against counts of the embedded model's own tokenizer."""

import json

import pytest

from summarizer.evals.cases import read_cases
from summarizer.tokencount import estimated_tokens
from tests.routes import REPOSITORY

# Bodies of the frozen split `test`, one under the other, each behind "| ".
MEASURED = json.loads((REPOSITORY / "tests" / "measured_tokens.json").read_text())
_MARGIN = 0.05
_FRAME = estimated_tokens("")


def test_no_golden_case_is_estimated_at_less_than_its_tokens_but_for_a_small_margin() -> None:
    bodies = {
        case.id: "\n".join("| " + message.body for message in case.ticket.messages)
        for case in read_cases(REPOSITORY / "eval_sets" / "golden").cases
        if case.split == "test"
    }
    ratios = {id_: (estimated_tokens(bodies[id_]) - _FRAME) / MEASURED[id_] for id_ in bodies}

    assert len(ratios) >= 120
    assert min(ratios.values()) >= 1 - _MARGIN
    assert sum(ratios.values()) / len(ratios) <= 1.2


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Здравствуйте, вчера с моего счёта дважды списали деньги за одну и ту же покупку.", 32),
        ("Καλημέρα, χθες χρεώθηκε δύο φορές η κάρτα μου για την ίδια αγορά.", 56),
        ("नमस्ते, कल मेरे खाते से एक ही खरीद के लिए दो बार पैसे काटे गए। कृपया जाँच करें।", 72),
        ("สวัสดีค่ะ เมื่อวานบัญชีของฉันถูกหักเงินสองครั้งสำหรับการซื้อครั้งเดียวกัน", 45),
        ("ሰላም፣ ትናንት ከሂሳቤ ለአንድ ግዢ ሁለት ጊዜ ገንዘብ ተቀንሷል።", 54),
        ("您好,昨天我的账户因同一笔消费被扣款两次,请帮我核实一下。", 19),
        ("안녕하세요, 어제 같은 구매로 계좌에서 돈이 두 번 빠져나갔습니다. 확인 부탁드립니다.", 31),
        (
            "<PERSON_1> wrote to <EMAIL_ADDRESS_12> about <BANK_ACCOUNT_3>, [**** **** **** 1111]",
            32,
        ),
        ("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", 59),
    ],
)
def test_other_scripts_placeholders_and_hashes_are_not_underestimated(
    text: str, tokens: int
) -> None:
    assert estimated_tokens(text) - _FRAME >= tokens * (1 - _MARGIN)


def test_texts_are_counted_each_with_what_a_chat_puts_around_it() -> None:
    assert estimated_tokens("Hello", "there") >= estimated_tokens("Hellothere") + _FRAME - 1
