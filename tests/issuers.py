"""A real OIDC issuer on loopback, whose tokens are signed without the library under test."""

import base64
import hashlib
import hmac
import json
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
from cryptography.x509.oid import NameOID

__all__ = [
    "AUDIENCE",
    "DESCRIPTION",
    "KEY_SET",
    "LocalIssuer",
    "Reply",
    "Signer",
    "ec_signer",
    "ed_signer",
    "encoded",
    "rsa_signer",
    "self_signed",
    "shared_secret",
    "token",
    "unsigned",
]

AUDIENCE = "case-summarizer"
DESCRIPTION = "/realm/.well-known/openid-configuration"
KEY_SET = "/realm/keys"


def encoded(content: bytes | Mapping[str, Any]) -> str:
    """Base64url without padding (RFC 7515, 2)."""
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _number(value: int, size: int | None = None) -> str:
    return encoded(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


@dataclass(frozen=True)
class Signer:
    """A private key of an issuer, and its public half as a JWK."""

    kid: str
    algorithm: str
    jwk: dict[str, Any]
    sign: Callable[[bytes], bytes]
    pem: bytes = b""
    """The public half, as an attacker could use it for a shared secret."""


@cache
def _rsa_key(kid: str, bits: int) -> rsa.RSAPrivateKey:
    del kid
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def rsa_signer(kid: str = "k1", algorithm: str = "RS256", *, bits: int = 2048) -> Signer:
    key = _rsa_key(kid, bits)
    numbers = key.public_key().public_numbers()
    digest = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}[algorithm[2:]]
    scheme: padding.AsymmetricPadding = padding.PKCS1v15()
    if algorithm.startswith("PS"):
        scheme = padding.PSS(padding.MGF1(digest), digest.digest_size)
    return Signer(
        kid,
        algorithm,
        {"kty": "RSA", "kid": kid, "n": _number(numbers.n), "e": _number(numbers.e)},
        lambda data: key.sign(data, scheme, digest),
        key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        ),
    )


@cache
def ec_signer(kid: str = "e1", algorithm: str = "ES256") -> Signer:
    curves: dict[str, tuple[str, ec.EllipticCurve, hashes.HashAlgorithm]] = {
        "ES256": ("P-256", ec.SECP256R1(), hashes.SHA256()),
        "ES384": ("P-384", ec.SECP384R1(), hashes.SHA384()),
        "ES512": ("P-521", ec.SECP521R1(), hashes.SHA512()),
    }
    name, curve, digest = curves[algorithm]
    key = ec.generate_private_key(curve)
    size = (curve.key_size + 7) // 8
    numbers = key.public_key().public_numbers()

    def sign(data: bytes) -> bytes:
        halves = utils.decode_dss_signature(key.sign(data, ec.ECDSA(digest)))
        return b"".join(half.to_bytes(size, "big") for half in halves)

    point = {"x": _number(numbers.x, size), "y": _number(numbers.y, size)}
    return Signer(kid, algorithm, {"kty": "EC", "kid": kid, "crv": name, **point}, sign)


@cache
def ed_signer(kid: str = "o1") -> Signer:
    key = ed25519.Ed25519PrivateKey.generate()
    x = encoded(key.public_key().public_bytes_raw())
    return Signer(kid, "EdDSA", {"kty": "OKP", "kid": kid, "crv": "Ed25519", "x": x}, key.sign)


def token(claims: Mapping[str, Any], signer: Signer, **header: Any) -> str:
    """A signed token in compact form (RFC 7515, 7.1); a header of None is left out."""
    named = {"alg": signer.algorithm, "kid": signer.kid, "typ": "at+jwt", **header}
    kept = {name: value for name, value in named.items() if value is not None}
    signed = f"{encoded(kept)}.{encoded(claims)}"
    return f"{signed}.{encoded(signer.sign(signed.encode()))}"


def unsigned(claims: Mapping[str, Any], algorithm: str = "none") -> str:
    return f"{encoded({'alg': algorithm, 'typ': 'JWT'})}.{encoded(claims)}."


def shared_secret(secret: bytes, kid: str) -> Signer:
    """What signs with a secret that anyone knows, such as a public key."""

    def sign(data: bytes) -> bytes:
        return hmac.digest(secret, data, hashlib.sha256)

    return Signer(kid, "HS256", {}, sign)


def self_signed(path: Path, host: str = "127.0.0.1") -> Path:
    """Write the certificate of an authority of one, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    certificate = (
        x509
        .CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path


@dataclass(frozen=True)
class Reply:
    """What a server answers."""

    status: int
    content: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class LocalIssuer:
    """Describes itself and gives its keys; what it was asked is in `asked`."""

    def __init__(self, *signers: Signer, certificate: Path | None = None) -> None:
        self.signers = list(signers) or [rsa_signer()]
        self.described: dict[str, Any] = {}
        """Said instead in the description."""
        self.status = 200
        self.headers: dict[str, str] = {}
        self.key_set: bytes | None = None
        """Given instead of the keys."""
        self.held: Event | None = None
        """No answer comes before this is set."""
        self.asked: list[str] = []
        self._scheme = "http"
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, self))
        if certificate is not None:
            self._scheme = "https"
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(certificate)
            self._server.socket = tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def origin(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self._server.server_port}"

    @property
    def url(self) -> str:
        return f"{self.origin}/realm"

    def claims(self, **changed: Any) -> dict[str, Any]:
        """The claims of a good token of an agent; a claim of None is left out."""
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": "maria",
            "iat": now,
            "nbf": now,
            "exp": now + 300,
            "roles": ["agent"],
            **changed,
        }
        return {name: value for name, value in claims.items() if value is not None}

    def token(self, **changed: Any) -> str:
        return token(self.claims(**changed), self.signers[0])

    def reply(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Answer a request; what is asked for beside description and keys is the keys, too."""
        headers = {"Content-Type": "application/json", **self.headers}
        return Reply(self.status, self.content(path), headers)

    def content(self, path: str) -> bytes:
        if path == DESCRIPTION:
            described = {"issuer": self.url, "jwks_uri": self.origin + KEY_SET, **self.described}
            return json.dumps(described).encode()
        if self.key_set is not None:
            return self.key_set
        return json.dumps({"keys": [signer.jwk for signer in self.signers]}).encode()

    def stop(self) -> None:
        """Be down: nobody listens any more."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, issuer: LocalIssuer, *args: object) -> None:
        self.issuer = issuer
        super().__init__(*args)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers["Content-Length"])))

    def _answer(self, body: bytes) -> None:
        self.issuer.asked.append(self.path)
        if self.issuer.held is not None:
            self.issuer.held.wait(30)
        reply = self.issuer.reply(self.command, self.path, dict(self.headers), body)
        self.send_response(reply.status)
        self.send_header("Content-Length", str(len(reply.content)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(reply.content)
        except OSError:
            # The client did not wait for the rest.
            self.close_connection = True

    def handle(self) -> None:
        try:
            super().handle()
        except ssl.SSLError:
            # The client does not trust the certificate.
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        return
