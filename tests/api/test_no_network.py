"""The service reaches the hosts that policy and settings name, and no other."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.providers import misbehaving_provider
from tests.signing_issuers import CLIENT, SigningIssuer

_PROGRAM = """
import json
import os
import sys

seen = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
WATCHED = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto",
           "socket.sendmsg", "socket.bind"}

def watch(event, arguments):
    if event in WATCHED and not is_probe(sys._getframe()):
        where = arguments[0] if event.startswith("socket.get") else arguments[1]
        os.write(seen, (json.dumps([event, where], default=str) + "\\n").encode())

def is_probe(frame):
    # When it is imported, urllib3 binds a socket on this machine to see whether there is IPv6.
    while frame is not None:
        code = frame.f_code
        if code.co_name == "_has_ipv6" and code.co_filename.endswith("urllib3/util/connection.py"):
            return True
        frame = frame.f_back
    return False

sys.addaudithook(watch)

from summarizer.api.server import run
from summarizer.settings import Settings

run(Settings.load({"port": 0}), development_keys=True, json=True)
"""
_ELSEWHERE = (
    "http://169.254.169.254/latest/meta-data/",
    "https://evil.example.com/collect?x=1",
    "file:///etc/passwd",
    "//evil.example.com/a.png",
    "ldap://evil.example.com/a",
)
_LINKS = " ".join(_ELSEWHERE)
TICKET: dict[str, Any] = {
    "id": "http://evil.example.com/T-1",
    "channel": "email",
    "subject": _LINKS,
    "requester": {
        "name": "evil.example.com",
        "email": "a@evil.example.com",
        "identifiers": [_LINKS],
    },
    "messages": [
        {
            "id": "https://evil.example.com/m1",
            "author": "customer",
            "author_name": _LINKS,
            "body": f"My card was stolen, see {_LINKS} <img src=https://evil.example.com/p.png>",
            "attachments": [{"name": "https://evil.example.com/a.pdf", "media_type": "text/html"}],
        }
    ],
    "fields": {"https://evil.example.com/k": _LINKS},
    "tags": list(_ELSEWHERE),
}


@contextmanager
def watched(folder: Path, **settings: str) -> Iterator[tuple[str, str, Path]]:
    """Run the real service under an audit hook; its address, an agent's key, what it touched."""
    seen = folder / "sockets.jsonl"
    kept = {name: value for name, value in os.environ.items() if "SUMMARIZER" not in name}
    environment = {
        **kept,
        "SUMMARIZER_DATA_DIR": str(folder / "data"),
        "SUMMARIZER_CACHE_DIR": str(folder / "cache"),
        # A proxy of the environment would be another host.
        "HTTP_PROXY": "http://192.0.2.7:9",
        "HTTPS_PROXY": "http://192.0.2.7:9",
        "ALL_PROXY": "http://192.0.2.7:9",
        **{f"SUMMARIZER_{name.upper()}": value for name, value in settings.items()},
    }
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", _PROGRAM, str(seen)],
        env=environment,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, process.stderr and process.stderr.read()
        started = json.loads(line)
        (key,) = (secret for name, secret in started["keys"].items() if "agent" in name)
        yield started["address"], key, seen
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


def touched(seen: Path) -> list[tuple[str, Any]]:
    """Read what the hook wrote: the event and the address or name."""
    return [tuple(json.loads(line)) for line in seen.read_text().splitlines()]


def test_the_hook_notices_what_is_reached(tmp_path: Path) -> None:
    """The check itself: a datagram socket that is connected, and a name that is looked up."""
    seen = tmp_path / "sockets.jsonl"
    program = _PROGRAM.partition("from summarizer.api.server")[0] + (
        "import socket\n"
        "with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:\n"
        '    one.connect(("127.0.0.9", 9))\n'
        'socket.getaddrinfo("127.0.0.8", 8)\n'
    )
    subprocess.run([sys.executable, "-c", program, str(seen)], check=True)  # noqa: S603 - our own

    assert touched(seen) == [
        ("socket.connect", ["127.0.0.9", 9]),
        ("socket.getaddrinfo", "127.0.0.8"),
    ]


@pytest.mark.parametrize("model", ["openai/gpt-4o-mini", "scripted"])
def test_nothing_is_reached_but_what_settings_name(tmp_path: Path, model: str) -> None:
    """Whatever addresses a customer writes, and whatever proxy the environment has."""
    with misbehaving_provider() as provider:
        settings = {"model": model}
        if model != "scripted":
            settings |= {"api_base": f"{provider.url}/v1", "api_key": "test-key"}
        with watched(tmp_path, **settings) as (address, key, seen):
            headers = {"Authorization": f"Bearer {key}"}
            with httpx.Client(
                base_url=address, headers=headers, timeout=60, trust_env=False
            ) as client:
                answers = [client.post("/v1/summaries", json=TICKET), client.get("/readyz")]
        port = urlsplit(provider.url).port
        reached = len(provider.requests)

    assert [answer.status_code for answer in answers] == [200, 200], answers[0].text
    listening = [where for event, where in touched(seen) if event == "socket.bind"]
    outward = [where for event, where in touched(seen) if event != "socket.bind"]
    assert [host for host, _ in listening] == ["127.0.0.1"]
    if model == "scripted":
        assert outward == []
    else:
        assert reached >= 1
        assert ["127.0.0.1", port] in outward
        hosts = {where[0] if isinstance(where, list) else where for where in outward}
        assert hosts == {"127.0.0.1"}
        assert {where[1] for where in outward if isinstance(where, list)} == {port}


def test_a_sign_in_at_the_issuer_reaches_the_issuer_alone(tmp_path: Path) -> None:
    with SigningIssuer() as issuer:
        redirect = "http://127.0.0.1/sign-in/callback"
        issuer.redirects.add(redirect)
        issuer.described["end_session_endpoint"] = "https://evil.example.com/end"
        settings = {
            "model": "scripted",
            "oidc_issuer": issuer.url,
            "oidc_audience": "case-summarizer",
            "oidc_client_id": CLIENT,
            "oidc_redirect": redirect,
        }
        with (
            watched(tmp_path, **settings) as (address, _, seen),
            httpx.Client(base_url=address, timeout=60, trust_env=False) as browser,
        ):
            begun = browser.get("/sign-in/issuer")
            answer = httpx.get(begun.headers["location"], trust_env=False).headers["location"]
            done = browser.get("/sign-in/callback", params=urlsplit(answer).query)
            out = browser.post("/sign-out")
        port = urlsplit(issuer.origin).port

    assert (done.status_code, out.status_code) == (200, 200)
    assert "https://evil.example.com/end" in out.text
    outward = [where for event, where in touched(seen) if event != "socket.bind"]
    assert {tuple(where) for where in outward if isinstance(where, list)} == {("127.0.0.1", port)}
    assert {where for where in outward if not isinstance(where, list)} <= {"127.0.0.1"}
