"""What stands for a value that gets no placeholder."""

import pytest

from summarizer.policy.sections import EntityRule
from summarizer.redact.operators import substitute

MASK = EntityRule(action="mask", keep_first=6, keep_last=4)


@pytest.mark.parametrize(
    ("value", "entity", "rule", "result"),
    [
        ("4111-1111-1111-1111", "CREDIT_CARD", MASK, "[4111-11**-****-1111]"),
        ("4111 1111", "CREDIT_CARD", MASK, "[**** ****]"),
        ("4821", "PIN", EntityRule(action="drop"), "[pin removed]"),
        ("3 May 1985", "DATE_TIME", EntityRule(action="generalise"), "[date time in 1985]"),
        ("a@b.example", "EMAIL_ADDRESS", EntityRule(action="generalise"), "[e-mail at b.example]"),
        ("10.1.2.3", "IP_ADDRESS", EntityRule(action="generalise"), "[IP address in 10.1]"),
        ("fe80::1", "IP_ADDRESS", EntityRule(action="generalise"), "[IP address in fe80:0000]"),
        ("10.1", "IP_ADDRESS", EntityRule(action="generalise"), "[IP address]"),
        ("Maria", "PERSON", EntityRule(action="generalise"), "[person]"),
    ],
)
def test_a_substitute_shows_only_what_policy_lets_it(
    value: str, entity: str, rule: EntityRule, result: str
) -> None:
    assert substitute(value, entity, rule) == result
