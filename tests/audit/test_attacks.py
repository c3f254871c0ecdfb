"""The attack matrix: each change to a log is found, named and, where it can be, located."""

import pytest

from tests.audit.attacks import ATTACKS, Attack
from tests.audit.logs import SIZE, Log


def test_an_untouched_log_is_intact(log: Log) -> None:
    verification = log.verify()

    assert verification.findings == ()
    assert verification.entries == SIZE
    assert verification.checkpoint == log.published()[-1]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.what.replace(" ", "-"))
def test_an_attack_is_found_and_named(log: Log, attack: Attack) -> None:
    attack.how(log)

    assert log.findings() == list(attack.found)
