"""Tokens of the bank's issuer: whoever it did not sign for, this service, now, is refused."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from summarizer.access.caller import Authenticated, Caller, Refused
from summarizer.access.claims import PRECEDENCE, ClaimRules
from summarizer.access.issuer import Issuer
from summarizer.access.oidc import OIDCTokens
from summarizer.access.permissions import Role
from tests.issuers import (
    AUDIENCE,
    DESCRIPTION,
    KEY_SET,
    LocalIssuer,
    Signer,
    ec_signer,
    ed_signer,
    encoded,
    rsa_signer,
    shared_secret,
    token,
    unsigned,
)

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def issuer() -> Iterator[LocalIssuer]:
    with LocalIssuer() as local:
        yield local


def tokens(issuer: LocalIssuer, **rules: Any) -> OIDCTokens:
    return OIDCTokens(Issuer(issuer.url), audience=AUDIENCE, rules=ClaimRules(**rules))


async def asked(issuer: LocalIssuer, brought: str, **rules: Any) -> Authenticated:
    return await tokens(issuer, **rules).caller(brought)


async def refusal(issuer: LocalIssuer, brought: str, **rules: Any) -> Refused:
    found = await asked(issuer, brought, **rules)
    assert isinstance(found, Refused)
    assert not any(part in repr(found) for part in brought.split(".") if part)
    return found


@pytest.mark.parametrize(
    "signer",
    [
        *(rsa_signer(algorithm=each) for each in ("RS256", "RS384", "RS512", "PS256", "PS512")),
        *(ec_signer(each.lower(), each) for each in ("ES256", "ES384", "ES512")),
        ed_signer(),
    ],
    ids=lambda signer: signer.algorithm,
)
async def test_a_good_token_names_its_caller(signer: Signer) -> None:
    with LocalIssuer(signer) as issuer:
        brought = issuer.token()
        checked = tokens(issuer)
        assert checked.knows(brought)
        caller = await checked.caller(brought)

    assert isinstance(caller, Caller)
    assert (caller.name, caller.role) == ("maria", Role.AGENT)
    assert caller.expires is not None
    assert 290 < (caller.expires - datetime.now(UTC)).total_seconds() <= 300
    assert caller.credential.startswith("oidc-")
    assert caller.credential.removeprefix("oidc-") not in brought


@pytest.mark.parametrize("audience", [AUDIENCE, ["other", AUDIENCE]])
@pytest.mark.parametrize("kind", [None, "JWT", "at+jwt", "application/at+JWT"])
async def test_a_token_may_have_more_audiences_and_any_type_of_an_access_token(
    issuer: LocalIssuer, audience: object, kind: str | None
) -> None:
    brought = token(issuer.claims(aud=audience), issuer.signers[0], typ=kind)

    assert isinstance(await asked(issuer, brought), Caller)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"iss": "https://login.other.example"}, "wrong_issuer"),
        ({"iss": None}, "wrong_issuer"),
        ({"iss": ["a", "b"]}, "wrong_issuer"),
        ({"aud": "another-service"}, "wrong_audience"),
        ({"aud": AUDIENCE + "-test"}, "wrong_audience"),
        ({"aud": []}, "malformed"),
        ({"aud": None}, "malformed"),
        ({"aud": {"a": AUDIENCE}}, "wrong_audience"),
        ({"exp": None}, "malformed"),
        ({"exp": "soon"}, "malformed"),
        ({"exp": float("nan")}, "malformed"),
        ({"exp": float("inf")}, "malformed"),
        ({"exp": -1}, "expired"),
        ({"iat": None}, "malformed"),
        ({"sub": 7}, "malformed"),
        ({"sub": None}, "no_name"),
        ({"sub": " "}, "no_name"),
        ({"sub": "x" * 256}, "no_name"),
        ({"sub": "maria\nroot"}, "no_name"),
        ({"sub": "maria\u202eanna"}, "no_name"),
        ({"roles": None}, "no_role"),
        ({"roles": []}, "no_role"),
        ({"roles": ["auditor", "AGENT", "agent "]}, "no_role"),
        ({"roles": [["agent"]]}, "no_role"),
        ({"roles": {"agent": True}}, "no_role"),
        ({"roles": "agent risk"}, "no_role"),
        ({"cnf": {"jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}}, "bound"),
    ],
)
async def test_a_token_that_says_something_wrong_is_refused(
    issuer: LocalIssuer, changed: dict[str, Any], reason: str
) -> None:
    refused = await refusal(issuer, issuer.token(**changed))

    assert refused.reason == reason
    assert refused.is_final is (reason in {"no_role", "no_name"})
    assert (refused.credential is None) is (reason == "wrong_issuer")


@pytest.mark.parametrize(
    ("claim", "seconds", "reason"),
    [
        ("exp", -70, "expired"),
        ("exp", -40, None),
        ("nbf", 80, "not_yet_valid"),
        ("nbf", 50, None),
        ("iat", 80, "not_yet_valid"),
        ("iat", 50, None),
    ],
)
async def test_clocks_may_differ_by_a_minute_and_no_more(
    issuer: LocalIssuer, claim: str, seconds: int, reason: str | None
) -> None:
    found = await asked(issuer, issuer.token(**{claim: int(time.time()) + seconds}))

    assert (found.reason if isinstance(found, Refused) else None) == reason
    assert isinstance(found, Caller) or found.actor == "maria"


async def test_a_token_that_ends_beyond_the_calendar_has_no_end(issuer: LocalIssuer) -> None:
    caller = await asked(issuer, issuer.token(exp=10**30))

    assert isinstance(caller, Caller)
    assert caller.expires is None


FORGED: dict[str, Callable[[LocalIssuer], str]] = {
    "no signature": lambda issuer: unsigned(issuer.claims()),
    "no signature, in capitals": lambda issuer: unsigned(issuer.claims(), "NONE"),
    "an emptied signature": lambda issuer: issuer.token().rpartition(".")[0] + ".",
    "the public key as a secret": lambda issuer: token(
        issuer.claims(), shared_secret(issuer.signers[0].pem, "k1")
    ),
    "the published number as a secret": lambda issuer: token(
        issuer.claims(), shared_secret(issuer.signers[0].jwk["n"].encode(), "k1")
    ),
    "an empty secret": lambda issuer: token(issuer.claims(), shared_secret(b"", "k1")),
    "another key by the same name": lambda issuer: token(issuer.claims(), _stranger()),
    "another algorithm's name": lambda issuer: token(
        issuer.claims(), issuer.signers[0], alg="PS256"
    ),
    "another curve's name": lambda issuer: token(issuer.claims(), ec_signer("k1"), alg="RS256"),
    "a key of its own": lambda issuer: token(
        issuer.claims(), _stranger(), jwk=_stranger().jwk, kid=None
    ),
    "a stranger's certificate": lambda issuer: token(
        issuer.claims(), _stranger(), x5c=["MIIB"], x5t="abc"
    ),
    "a file for a key": lambda issuer: token(
        issuer.claims(), shared_secret(b"", "../../../../dev/null")
    ),
    "a query for a key": lambda issuer: token(
        issuer.claims(), _stranger(), kid="' UNION SELECT 'secret' --"
    ),
    "an address for a key": lambda issuer: token(
        issuer.claims(), _stranger(), kid="http://attacker.example/key"
    ),
    "a number for a key": lambda issuer: token(issuer.claims(), issuer.signers[0], kid=1),
    "a list of algorithms": lambda issuer: token(issuer.claims(), issuer.signers[0], alg=["RS256"]),
    "no algorithm": lambda issuer: token(issuer.claims(), issuer.signers[0], alg=None),
    "an extension that must be known": lambda issuer: token(
        issuer.claims(), issuer.signers[0], crit=["exp"]
    ),
    "a body that is elsewhere": lambda issuer: token(
        issuer.claims(), issuer.signers[0], b64=False, crit=["b64"]
    ),
    "a token of a sign-out": lambda issuer: token(
        issuer.claims(), issuer.signers[0], typ="logout+jwt"
    ),
    "a proof of possession": lambda issuer: token(
        issuer.claims(), issuer.signers[0], typ="dpop+jwt"
    ),
    "a body that is no object": lambda issuer: _signed(issuer, b'["maria"]'),
    "a body that is no JSON": lambda issuer: _signed(issuer, b"maria"),
    "a body that is deep": lambda issuer: _signed(issuer, b"[" * 8_000),
    "two heads": lambda issuer: _signed(issuer, b"{}", head=b'{"alg":"RS256"}{"alg":"none"}'),
}


def _stranger() -> Signer:
    return Signer("k1", "RS256", rsa_signer("stranger").jwk, rsa_signer("stranger").sign)


def _signed(issuer: LocalIssuer, body: bytes, *, head: bytes = b'{"alg":"RS256"}') -> str:
    signed = f"{encoded(head)}.{encoded(body)}"
    return f"{signed}.{encoded(issuer.signers[0].sign(signed.encode()))}"


@pytest.mark.parametrize("forged", FORGED)
async def test_what_the_issuer_did_not_sign_for_a_caller_names_nobody(
    issuer: LocalIssuer, forged: str
) -> None:
    refused = await refusal(issuer, FORGED[forged](issuer))

    assert (refused.credential, refused.actor, refused.is_final) == (None, None, False)
    assert set(issuer.asked) <= {DESCRIPTION, KEY_SET}


async def test_an_address_in_a_token_is_not_followed(issuer: LocalIssuer) -> None:
    with LocalIssuer(_stranger()) as attacker:
        for name in ("jku", "x5u"):
            brought = token(
                issuer.claims(), _stranger(), **{name: attacker.origin + KEY_SET}, kid="other"
            )
            refused = await refusal(issuer, brought)
            assert refused.reason == "wrong_signature"

        assert attacker.asked == []


async def test_a_token_with_any_one_letter_changed_lets_nobody_in(issuer: LocalIssuer) -> None:
    checked, good = tokens(issuer), issuer.token()
    assert isinstance(await checked.caller(good), Caller)

    for at, letter in enumerate(good):
        changed = good[:at] + ("A" if letter != "A" else "B") + good[at + 1 :]
        if checked.knows(changed):
            assert isinstance(await checked.caller(changed), Refused), at


async def test_a_key_that_is_too_short_proves_nothing() -> None:
    with LocalIssuer(rsa_signer("short", bits=1024)) as issuer:
        refused = await refusal(issuer, issuer.token())

    assert refused.reason == "wrong_signature"


async def test_a_withdrawn_key_signs_nobody_in() -> None:
    with LocalIssuer(rsa_signer("k1")) as issuer:
        checked, old = tokens(issuer), issuer.token()
        assert isinstance(await checked.caller(old), Caller)
        issuer.signers = [rsa_signer("k2")]
        new = await checked.caller(issuer.token())
        after = await checked.caller(old)

    assert isinstance(new, Caller)
    assert isinstance(after, Refused)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a.b",
        "a.b.c.d",
        "a..c",
        ".b.c",
        "a.b.c\n",
        "a.b.c=",
        "ä.b.c",
        "csk_000000000000_" + "A" * 43,
        "a." + "b" * 20_000 + ".c",
    ],
)
def test_what_has_not_the_form_of_a_token_is_not_looked_at(issuer: LocalIssuer, text: str) -> None:
    assert not tokens(issuer).knows(text)


@pytest.mark.parametrize("given", [[role, *PRECEDENCE] for role in Role])
async def test_of_several_roles_the_one_that_oversees_stands(
    issuer: LocalIssuer, given: list[Role]
) -> None:
    for at in range(len(PRECEDENCE)):
        listed = [each for each in given if each in PRECEDENCE[at:]]
        caller = await asked(issuer, issuer.token(roles=["unknown", *listed]))

        assert isinstance(caller, Caller)
        assert caller.role is PRECEDENCE[at]


def test_whoever_oversees_comes_before_whoever_is_overseen() -> None:
    assert PRECEDENCE == (Role.ADMIN, Role.RISK, Role.ENGINEER, Role.AGENT)
    assert sorted(PRECEDENCE) == sorted(Role)


@pytest.mark.parametrize(
    ("claims", "path"),
    [
        ({"realm_access": {"roles": ["Officers"]}}, "realm_access.roles"),
        ({"resource_access": {"my.app": {"roles": ["Officers"]}}}, "resource_access.my.app.roles"),
        ({"https://bank.example/roles": ["Officers"]}, "https://bank.example/roles"),
        ({"groups": "Officers"}, "groups"),
        ({"a.b": {"c": ["Officers"]}, "a": {"b": 1}}, "a.b.c"),
    ],
)
async def test_roles_are_read_where_the_issuer_puts_them(
    issuer: LocalIssuer, claims: dict[str, Any], path: str
) -> None:
    brought = issuer.token(**{"roles": ["agent"], **claims})

    caller = await asked(issuer, brought, role=path, roles={"Officers": Role.RISK})

    assert isinstance(caller, Caller)
    assert caller.role is Role.RISK


async def test_a_bank_that_maps_roles_takes_no_other_names(issuer: LocalIssuer) -> None:
    refused = await refusal(issuer, issuer.token(), roles={"Officers": Role.RISK})

    assert (refused.reason, refused.actor) == ("no_role", "maria")
    assert "SUMMARIZER_OIDC_ROLES" in refused.detail


async def test_the_name_is_read_where_the_bank_says(issuer: LocalIssuer) -> None:
    brought = issuer.token(person={"number": "E-1001"})

    caller = await asked(issuer, brought, name="person.number")

    assert isinstance(caller, Caller)
    assert caller.name == "E-1001"
