"""The issuer's keys: read when needed, kept, renewed, and never asked for without end."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import anyio
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from summarizer.access.issuer import Issuer
from summarizer.errors import ConfigurationError, IssuerUnavailable
from tests.issuers import (
    DESCRIPTION,
    KEY_SET,
    LocalIssuer,
    Signer,
    ec_signer,
    ed_signer,
    encoded,
    rsa_signer,
    self_signed,
)

pytestmark = pytest.mark.anyio
ONCE = [DESCRIPTION, KEY_SET]


class Clock:
    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def local() -> Iterator[LocalIssuer]:
    with LocalIssuer() as local:
        yield local


async def test_keys_are_read_once_and_kept_for_ten_minutes(local: LocalIssuer) -> None:
    clock = Clock()
    issuer = Issuer(local.url, clock=clock)
    for _ in range(20):
        assert await issuer.key("k1", "RS256") is not None
    clock.seconds += 599
    assert await issuer.key("k1", "RS256") is not None
    assert local.asked == ONCE

    clock.seconds += 1
    assert await issuer.key("k1", "RS256") is not None
    assert local.asked == ONCE * 2


async def test_many_who_come_at_once_cause_one_look(local: LocalIssuer) -> None:
    issuer = Issuer(local.url)
    found: list[object] = []

    async def come() -> None:
        found.append(await issuer.key("k1", "RS256"))

    async with anyio.create_task_group() as group:
        for _ in range(20):
            group.start_soon(come)

    assert len(found) == 20
    assert None not in found
    assert local.asked == ONCE


async def test_a_new_key_is_found_at_once_and_an_old_one_is_gone_with_it(
    local: LocalIssuer,
) -> None:
    issuer = Issuer(local.url, clock=Clock())
    assert await issuer.key("k1", "RS256") is not None

    local.signers = [rsa_signer("k2")]

    assert await issuer.key("k2", "RS256") is not None
    assert await issuer.key("k1", "RS256") is None
    assert local.asked == ONCE * 2


async def test_a_withdrawn_key_serves_ten_minutes_at_most(local: LocalIssuer) -> None:
    clock = Clock()
    issuer = Issuer(local.url, clock=clock)
    assert await issuer.key("k1", "RS256") is not None

    local.signers = [rsa_signer("k2")]
    clock.seconds += 600

    assert await issuer.key("k1", "RS256") is None


async def test_names_of_keys_that_nobody_knows_cause_one_look_in_half_a_minute(
    local: LocalIssuer,
) -> None:
    clock = Clock()
    issuer = Issuer(local.url, clock=clock)
    assert await issuer.key("k1", "RS256") is not None

    for at in range(50):
        assert await issuer.key(f"unknown-{at}", "RS256") is None
    assert local.asked == ONCE * 2

    clock.seconds += 30
    for at in range(50):
        assert await issuer.key(f"unknown-{at}", "RS256") is None
    assert local.asked == ONCE * 3


async def test_an_issuer_that_is_down_is_no_verdict_and_is_not_asked_without_end(
    local: LocalIssuer,
) -> None:
    clock = Clock()
    issuer = Issuer(local.url, clock=clock)
    local.status = 503
    for _ in range(20):
        with pytest.raises(IssuerUnavailable, match="status 503"):
            await issuer.key("k1", "RS256")
    assert local.asked == [DESCRIPTION]

    local.status = 200
    clock.seconds += 30
    assert await issuer.key("k1", "RS256") is not None


async def test_kept_keys_outlive_an_issuer_that_is_down_but_not_for_ever(
    local: LocalIssuer,
) -> None:
    clock = Clock()
    issuer = Issuer(local.url, clock=clock)
    assert await issuer.key("k1", "RS256") is not None
    local.stop()

    with pytest.raises(IssuerUnavailable):
        await issuer.key("k2", "RS256")
    clock.seconds += 600
    assert await issuer.key("k1", "RS256") is not None
    clock.seconds += 3_599
    assert await issuer.key("k1", "RS256") is not None
    clock.seconds += 1
    with pytest.raises(IssuerUnavailable):
        await issuer.key("k1", "RS256")


async def test_whoever_has_a_kept_key_does_not_wait_for_an_issuer_that_hangs(
    local: LocalIssuer,
) -> None:
    clock = Clock()
    issuer = Issuer(local.url, clock=clock)
    assert await issuer.key("k1", "RS256") is not None
    local.held = Event()
    clock.seconds += 600
    renewed: list[object] = []

    async def renew() -> None:
        renewed.append(await issuer.key("k1", "RS256"))

    async with anyio.create_task_group() as group:
        group.start_soon(renew)
        while len(local.asked) == len(ONCE):
            await anyio.lowlevel.checkpoint()
        assert await issuer.key("k1", "RS256") is not None
        assert renewed == []
        local.held.set()

    assert renewed != [None]
    assert local.asked == ONCE * 2


async def test_an_issuer_that_hangs_is_given_up(local: LocalIssuer) -> None:
    issuer = Issuer(local.url, timeout_seconds=0.1)
    local.held = Event()
    try:
        with pytest.raises(IssuerUnavailable, match="did not answer"):
            await issuer.key("k1", "RS256")
    finally:
        local.held.set()


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"status": 404}, "status 404"),
        ({"described": {"issuer": "https://login.bank.example"}}, "another name"),
        ({"described": {"issuer": None}}, "another name"),
        ({"described": {"jwks_uri": "http://169.254.169.254/keys"}}, "another host"),
        ({"described": {"jwks_uri": "http://127.0.0.1:9/realm/keys"}}, "another host"),
        ({"described": {"jwks_uri": "file:///etc/passwd"}}, "another host"),
        ({"described": {"jwks_uri": ["/keys"]}}, "another host"),
        ({"described": {"more": "x" * 300_000}}, "bytes"),
        ({"key_set": b'{"keys": [' + b" " * 300_000 + b"]}"}, "bytes"),
        ({"key_set": json.dumps({"keys": [{}] * 101}).encode()}, "list"),
        ({"key_set": b'{"keys": {}}'}, "list"),
        ({"key_set": b"[" * 100_000}, "JSON object"),
        ({"key_set": b"[]"}, "JSON object"),
        ({"key_set": b"<html>"}, "JSON object"),
        ({"key_set": b"\xff\xfe"}, "JSON object"),
        ({"key_set": gzip.compress(b'{"keys": []}')}, "JSON object"),
    ],
)
async def test_an_answer_that_is_none_is_an_issuer_that_is_down(
    local: LocalIssuer, parts: dict[str, Any], message: str
) -> None:
    for name, value in parts.items():
        setattr(local, name, value)

    with pytest.raises(IssuerUnavailable, match=message) as raised:
        await Issuer(local.url).key("k1", "RS256")

    assert "x" * 10 not in raised.value.detail


async def test_a_redirect_is_not_followed(local: LocalIssuer) -> None:
    with LocalIssuer() as other:
        local.status = 302
        local.headers = {"Location": other.origin + DESCRIPTION}

        with pytest.raises(IssuerUnavailable, match="status 302"):
            await Issuer(local.url).key("k1", "RS256")

        assert other.asked == []


async def test_the_name_of_an_issuer_is_taken_to_the_letter(local: LocalIssuer) -> None:
    with pytest.raises(IssuerUnavailable, match="SUMMARIZER_OIDC_ISSUER"):
        await Issuer(local.url + "/").key("k1", "RS256")

    assert local.asked == [DESCRIPTION]


async def test_a_certificate_that_nobody_vouches_for_gives_no_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = self_signed(tmp_path / "issuer.pem")
    other = self_signed(tmp_path / "other.pem")
    with LocalIssuer(certificate=certificate) as local:
        for trusted in (other, tmp_path / "missing.pem"):
            monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
            with pytest.raises(IssuerUnavailable):
                await Issuer(local.url).key("k1", "RS256")
        assert local.asked == []

        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert await Issuer(local.url).key("k1", "RS256") is not None


async def test_keys_at_another_host_are_asked_for_only_if_it_is_named_and_over_tls(
    local: LocalIssuer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = self_signed(tmp_path / "keys.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with LocalIssuer(certificate=certificate) as other, LocalIssuer() as plain:
        host = other.origin.removeprefix("https://")
        local.described = {"jwks_uri": other.origin + KEY_SET}
        with pytest.raises(IssuerUnavailable, match="SUMMARIZER_OIDC_HOSTS"):
            await Issuer(local.url).key("k1", "RS256")
        assert other.asked == []

        assert await Issuer(local.url, hosts=[host]).key("k1", "RS256") is not None
        assert other.asked == [KEY_SET]

        local.described = {"jwks_uri": plain.origin + KEY_SET}
        named = [host, plain.origin.removeprefix("http://")]
        with pytest.raises(IssuerUnavailable, match="another host"):
            await Issuer(local.url, hosts=named).key("k1", "RS256")
        assert plain.asked == []


async def test_a_host_that_is_mistyped_opens_no_other(local: LocalIssuer) -> None:
    with LocalIssuer() as other:
        place = other.origin.removeprefix("http://")
        local.described = {"jwks_uri": f"http://anyone@{place}{KEY_SET}"}

        with pytest.raises(IssuerUnavailable, match="another host"):
            await Issuer(local.url, hosts=["10.0.0.256"]).key("k1", "RS256")

        assert other.asked == []


async def test_a_proxy_of_the_environment_is_not_asked(
    local: LocalIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with LocalIssuer() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.origin)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)

        assert await Issuer(local.url).key("k1", "RS256") is not None
        assert proxy.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "",
        "login.bank.example",
        "http://login.bank.example",
        "ftp://login.bank.example",
        "https://",
        "https://user:word@login.bank.example",
        "https://login.bank.example?tenant=1",
        "https://login.bank.example#a",
        "https://[::1",
        "http://localhost.bank.example",
    ],
)
def test_an_issuer_that_is_not_safe_to_ask_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(ConfigurationError, match="SUMMARIZER_OIDC_ISSUER"):
        Issuer(url)


def _published_secret() -> dict[str, Any]:
    """Both halves of a key: whoever reads them can sign."""
    key = ed25519.Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    return {"x": encoded(public), "d": encoded(key.private_bytes_raw())}


def _of(signer: Signer, **changed: Any) -> dict[str, Any]:
    return {**signer.jwk, **changed}


@pytest.mark.parametrize(
    ("jwk", "algorithm"),
    [
        (_of(rsa_signer(), use="enc"), "RS256"),
        (_of(rsa_signer(), key_ops=["encrypt"]), "RS256"),
        (_of(rsa_signer(), key_ops="verify"), "RS256"),
        (_of(rsa_signer(), alg="PS256"), "RS256"),
        (_of(rsa_signer(), alg="HS256"), "HS256"),
        (_of(rsa_signer(), d="AQAB"), "RS256"),
        (_of(ed_signer("k1"), **_published_secret()), "EdDSA"),
        (_of(rsa_signer(), n="!"), "RS256"),
        (_of(rsa_signer(), n=None), "RS256"),
        (_of(rsa_signer(), crv="P-256"), "ES256"),
        (_of(rsa_signer(), kty=["RSA"]), "RS256"),
        (_of(rsa_signer(), kid=7), "RS256"),
        (_of(ec_signer("k1")), "ES384"),
        (_of(ec_signer("k1"), crv="P-384"), "ES384"),
        (_of(ec_signer("k1"), x="AA"), "ES256"),
        (_of(ed_signer("k1"), crv="X25519"), "EdDSA"),
        ({"kty": "oct", "kid": "k1", "k": "c2VjcmV0"}, "HS256"),
        ({"kid": "k1"}, "RS256"),
    ],
)
async def test_a_key_serves_nothing_but_what_it_is_for(
    local: LocalIssuer, jwk: dict[str, Any], algorithm: str
) -> None:
    local.key_set = json.dumps({"keys": [jwk, "no key", rsa_signer("k2").jwk]}).encode()
    issuer = Issuer(local.url)

    assert await issuer.key("k1", algorithm) is None
    assert await issuer.key("k2", "RS256") is not None


async def test_a_token_without_the_name_of_a_key_takes_the_only_one_that_fits(
    local: LocalIssuer,
) -> None:
    local.signers = [rsa_signer("k1"), ec_signer("e1")]
    assert await Issuer(local.url).key(None, "RS256") is not None

    local.signers = [rsa_signer("k1"), rsa_signer("k2")]
    assert await Issuer(local.url).key(None, "RS256") is None


async def test_two_keys_of_one_name_are_no_key(local: LocalIssuer) -> None:
    local.key_set = json.dumps({
        "keys": [rsa_signer().jwk, _of(rsa_signer("k2"), kid="k1")]
    }).encode()

    assert await Issuer(local.url).key("k1", "RS256") is None
