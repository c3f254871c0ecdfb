"""TLS to providers is verified: what cannot prove who it is gets nothing."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from summarizer.errors import ErrorCode
from summarizer.llm.litellm_client import LiteLLMClient
from tests.providers import misbehaving_provider
from tests.routes import fake_pipeline, ticket

pytestmark = pytest.mark.anyio

MODELS = ("openai/gpt-4o-mini", "anthropic/claude-sonnet-4-5")
HERE, ELSEWHERE = "127.0.0.1", "192.0.2.7"


def certificate(folder: Path, address: str, *, days: int = 1) -> Path:
    """Make a key and a certificate for an address that vouches for itself, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "provider")])
    now = datetime.now(UTC)
    made = (
        x509
        .CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=30))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "provider.pem"
    pem = serialization.Encoding.PEM
    path.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(pem)
    )
    return path


async def asked(
    model: str, pem: Path, *, trusting: ssl.SSLContext | None = None
) -> tuple[str | None, int]:
    """Ask a provider that has a certificate; return the code and how many requests it got."""
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(pem)
    with misbehaving_provider(serving) as provider:
        base = f"{provider.url}/v1" if model.startswith("openai") else provider.url
        llm = LiteLLMClient(
            model,
            timeout_seconds=10,
            max_output_tokens=100,
            environ={},
            api_base=base,
            api_key="test-key",
            verify=trusting or True,
        )
        outcome = await fake_pipeline(llm=llm).summarize(ticket("My card was stolen."))
        await llm.aclose()
        code = None if outcome.error is None else outcome.error.code
        return code, len(provider.requests)


@pytest.mark.parametrize("model", MODELS)
async def test_a_certificate_that_vouches_for_itself_is_refused_and_nothing_is_sent(
    model: str, tmp_path: Path
) -> None:
    """As the client is made by default."""
    pem = certificate(tmp_path, HERE)

    assert await asked(model, pem) == (ErrorCode.PROVIDER_UNAVAILABLE, 0)


@pytest.mark.parametrize("model", MODELS)
async def test_a_certificate_of_another_address_is_refused(model: str, tmp_path: Path) -> None:
    pem = certificate(tmp_path, ELSEWHERE)
    trusting = ssl.create_default_context(cafile=pem)

    assert await asked(model, pem, trusting=trusting) == (ErrorCode.PROVIDER_UNAVAILABLE, 0)


@pytest.mark.parametrize("model", MODELS)
async def test_a_certificate_that_has_expired_is_refused(model: str, tmp_path: Path) -> None:
    pem = certificate(tmp_path, HERE, days=-1)
    trusting = ssl.create_default_context(cafile=pem)

    assert await asked(model, pem, trusting=trusting) == (ErrorCode.PROVIDER_UNAVAILABLE, 0)


@pytest.mark.parametrize("model", MODELS)
async def test_a_certificate_of_a_known_authority_is_taken(model: str, tmp_path: Path) -> None:
    """The check itself: the same provider is asked once it can prove who it is."""
    pem = certificate(tmp_path, HERE)
    trusting = ssl.create_default_context(cafile=pem)

    assert await asked(model, pem, trusting=trusting) == (None, 1)


async def test_a_banks_own_authority_is_trusted_by_the_environments_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pem = certificate(tmp_path, HERE)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))

    assert await asked(MODELS[0], pem) == (None, 1)
