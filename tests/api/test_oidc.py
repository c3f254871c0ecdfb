"""Tokens of a real issuer at the real service: who gets in, and what is on record of it."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from structlog.testing import capture_logs

from summarizer.access.claims import ClaimRules
from summarizer.access.issuer import Issuer
from summarizer.access.oidc import OIDCTokens
from summarizer.access.permissions import GRANTED, Role
from summarizer.api.guard import Guard
from tests.api.services import TICKET, assert_problem, badge, recorded, service
from tests.api.test_guard import GUARDED, IDS
from tests.issuers import AUDIENCE, LocalIssuer, rsa_signer, token, unsigned


def tokens(issuer: LocalIssuer) -> OIDCTokens:
    return OIDCTokens(Issuer(issuer.url), audience=AUDIENCE, rules=ClaimRules())


def bearer(brought: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {brought}"}


@pytest.fixture(scope="module")
def issuer() -> Iterator[LocalIssuer]:
    with LocalIssuer() as local:
        yield local


@pytest.fixture(scope="module")
def shared(issuer: LocalIssuer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with service(tmp_path_factory.mktemp("data"), others=[tokens(issuer)]) as client:
        yield client


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("route", GUARDED, ids=IDS)
def test_a_token_of_a_role_gets_past_the_guard_exactly_where_the_role_may(
    shared: httpx.Client, issuer: LocalIssuer, route: tuple[str, str, Guard], role: Role
) -> None:
    method, path, guard = route
    path = path.replace("{", "").replace("}", "")
    response = shared.request(method, path, headers=bearer(issuer.token(roles=[role])))

    if guard.permission in GRANTED[role]:
        assert response.status_code not in {401, 403}
    else:
        assert_problem(response, 403, "FORBIDDEN")


def test_a_token_that_is_no_good_is_answered_by_what_helps(
    shared: httpx.Client, issuer: LocalIssuer
) -> None:
    renewable = [
        issuer.token(exp=1),
        issuer.token(aud="another-service"),
        issuer.token(iss="https://login.other.example"),
        token(issuer.claims(), rsa_signer("stranger")),
        unsigned(issuer.claims()),
    ]
    for brought in renewable:
        response = shared.post("/v1/summaries", json=TICKET, headers=bearer(brought))
        assert_problem(response, 401, "UNAUTHENTICATED")
        assert 'error="invalid_token"' in response.headers["www-authenticate"]

    response = shared.post(
        "/v1/summaries", json=TICKET, headers=bearer(issuer.token(roles=["visitor"]))
    )
    content = assert_problem(response, 403, "FORBIDDEN")
    assert "SUMMARIZER_OIDC_ROLES" in content["detail"]
    assert "visitor" not in response.text


def test_denials_of_those_whom_the_issuer_vouches_for_are_on_record_and_no_others(
    tmp_path: Path, issuer: LocalIssuer
) -> None:
    brought = {
        "expired": issuer.token(exp=1, sub="ada"),
        "wrong_audience": issuer.token(aud="another-service", sub="ada"),
        "no_role": issuer.token(roles=[], sub="ada"),
        "not_permitted": issuer.token(roles=["engineer"], sub="ada"),
    }
    forged = [unsigned(issuer.claims(sub="ada")), token(issuer.claims(), rsa_signer("stranger"))]
    with capture_logs() as logs, service(tmp_path, others=[tokens(issuer)]) as client:
        for each in (*brought.values(), *brought.values(), *forged):
            response = client.post("/v1/summaries", json=TICKET, headers=bearer(each))
            assert response.status_code in {401, 403}

    records, verification = recorded(tmp_path)
    denied = [record for record in records if record.kind == "access_denied"]
    assert [record.facts["reason"] for record in denied] == list(brought)
    assert {record.facts["what"] for record in denied} == {"summarize"}
    assert len({record.actor for record in denied}) == 1
    assert None not in {record.actor for record in denied}
    assert verification.ok
    kept = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    for each in (*brought.values(), *forged):
        for part in filter(None, each.split(".")):
            assert part not in repr(logs)
            assert part.encode() not in kept


def test_one_person_is_one_actor_by_key_and_by_token(tmp_path: Path, issuer: LocalIssuer) -> None:
    with service(tmp_path, others=[tokens(issuer)]) as client:
        for headers in (
            badge(Role.AGENT, "maria"),
            bearer(issuer.token(sub="maria")),
            bearer(issuer.token(sub="anna")),
        ):
            assert client.post("/v1/summaries", json=TICKET, headers=headers).status_code == 200

    records, _ = recorded(tmp_path)
    maria, by_token, anna = (record.actor for record in records if record.kind == "outcome")
    assert maria == by_token != anna


def test_an_issuer_that_is_down_is_no_fault_of_the_caller(tmp_path: Path) -> None:
    with LocalIssuer() as issuer, service(tmp_path, others=[tokens(issuer)]) as client:
        known, new = issuer.token(), token(issuer.claims(), rsa_signer("k2"))
        first = client.post("/v1/summaries", json=TICKET, headers=bearer(known))
        issuer.stop()
        kept = client.post("/v1/summaries", json=TICKET, headers=bearer(known))
        refused = client.post("/v1/summaries", json=TICKET, headers=bearer(new))
        by_key = client.post("/v1/summaries", json=TICKET)

    assert [response.status_code for response in (first, kept, by_key)] == [200, 200, 200]
    assert_problem(refused, 503, "ISSUER_UNAVAILABLE")
