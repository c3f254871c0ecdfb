"""Keys from the command line: made, listed, revoked; shown once."""

import httpx

from tests.cli.conftest import Run, Spawn, lines


def test_a_key_is_made_listed_and_revoked(run: Run) -> None:
    [made] = lines(run("keys", "create", "--role", "risk", "--name", "D. Okafor", "--json").stdout)
    listed = lines(run("keys", "list", "--json").stdout)
    [revoked] = lines(run("keys", "revoke", made["id"], "--json").stdout)
    [after] = lines(run("keys", "list", "--json").stdout)
    again = run("keys", "revoke", made["id"])
    events = lines(run("audit", "list", "--json").stdout)

    key = made.pop("key")
    assert key.startswith(f"csk_{made['id']}_")
    assert listed == [{name: value for name, value in made.items() if name != "event"}]
    assert (made["name"], made["role"], made["state"]) == ("D. Okafor", "risk", "active")
    assert (revoked["revoked"], after["state"]) == (True, "revoked")
    assert again.exit_code == 2
    assert "keys list" in again.stderr
    kinds = [event["kind"] for event in events]
    assert [kind for kind in kinds if kind.startswith("key")] == ["key_created", "key_revoked"]
    assert key.rpartition("_")[2] not in repr(events)


def test_for_people_the_key_alone_stands_on_standard_output(run: Run) -> None:
    made = run("keys", "create", "--role", "agent", "--without", "restore")
    table = run("keys", "list").stdout

    assert made.stdout.startswith("csk_")
    assert len(made.stdout.split()) == 1
    assert "not shown again" in made.stderr
    assert made.stdout.strip() not in table
    assert "restore" in table


def test_a_wrong_role_or_permission_names_the_right_ones(run: Run) -> None:
    role = run("keys", "create", "--role", "boss")
    permission = run("keys", "create", "--role", "agent", "--without", "everything")

    assert (role.exit_code, permission.exit_code) == (2, 2)
    assert "agent, risk, engineer, admin" in role.stderr
    assert "restore" in permission.stderr


def test_a_key_made_while_the_service_runs_opens_it_until_it_is_revoked(
    run: Run, spawn: Spawn
) -> None:
    process = spawn("serve", "--port", "0", "--json")
    assert process.stdout is not None
    [told] = lines(process.stdout.readline().decode())
    [made] = lines(run("keys", "create", "--role", "agent", "--json").stdout)
    headers = {"Authorization": f"Bearer {made['key']}"}
    with httpx.Client(base_url=told["address"], headers=headers, trust_env=False) as client:
        before = client.post("/v1/redactions", json={"text": "Nothing personal."})
        run("keys", "revoke", made["id"])
        after = client.post("/v1/redactions", json={"text": "Nothing personal."})
    process.terminate()
    process.communicate()

    assert (before.status_code, after.status_code) == (200, 401)
    assert told["keys"] == {}
