"""The fixture with which a bank's own tests gate on a set."""

from pathlib import Path

import pytest

from tests.cli.test_eval import small_set

pytest_plugins = ["pytester"]


def test_a_banks_own_test_gates_on_its_set(pytester: pytest.Pytester, tmp_path: Path) -> None:
    folder = small_set(tmp_path, "gates: {pii.leak_rate: 0.5, issue_type.accuracy: 0.99}\n")
    pytester.makepyfile(f"""
        def test_prompt_is_good_enough(summarizer_eval):
            run = summarizer_eval({str(folder)!r}, model="scripted", split="test")
            assert run.n == 4
            assert run.missed_gates == ()
    """)

    result = pytester.runpytest_subprocess()

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*issue_type.accuracy: low end of the interval*gate 0.99*"])
