from tests.audit.logs import SIZE, Log


def test_an_untouched_log_is_intact(log: Log) -> None:
    verification = log.verify()

    assert verification.findings == ()
    assert verification.entries == SIZE
    assert verification.checkpoint == log.published()[-1]
