import httpx
import pytest

from tests.cli.conftest import Run, Spawn


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::", "bank.example.com"])  # noqa: S104 - what must be refused
def test_only_loopback_is_served_until_hosts_are_named(run: Run, host: str) -> None:
    result = run("serve", "--host", host)

    assert result.exit_code == 2
    assert "loopback" in result.stderr


def test_it_serves_on_loopback_until_it_is_told_to_stop(spawn: Spawn) -> None:
    process = spawn("serve", "--port", "0")
    assert process.stderr is not None
    address = process.stderr.readline().split()[2].decode()
    health = httpx.get(f"{address}/healthz", trust_env=False)
    process.terminate()
    _, errors = process.communicate()

    assert health.status_code == 200
    assert process.returncode == 130
    assert errors.endswith(b"interrupted\n")
