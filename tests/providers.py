"""A real HTTP server on loopback that speaks providers' formats and misbehaves on command."""

import gzip
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

__all__ = ["ANSWER", "Behaviour", "Provider", "Received", "misbehaving_provider"]

Behaviour = Literal[
    "normal",
    "echo",
    "prose",
    "no_text",
    "wrong_form",
    "hang",
    "drip",
    "rate_limited",
    "rate_limited_until_date",
    "server_error",
    "overloaded",
    "bad_request",
    "unauthorized",
    "unprocessable",
    "empty",
    "truncated",
    "html",
    "list",
    "uncountable",
    "huge",
    "redirect",
    "hang_up",
    "cut",
    "utf16",
    "latin1",
    "gzip",
    "gzip_bomb",
    "not_gzip",
    "brotli",
]
ANSWER = json.dumps({
    "headline": "It is about the customer",
    "narrative": "It is about the customer.",
    "key_facts": [{"text": "It is about the customer.", "messages": ["m1"]}],
    "issue_type": "unclassified",
    "urgency": "normal",
    "next_action": {"code": "manual_review", "detail": "Read the case."},
})
_STATUS = {
    "rate_limited": 429,
    "rate_limited_until_date": 429,
    "server_error": 500,
    "overloaded": 529,
    "bad_request": 400,
    "unauthorized": 401,
    "unprocessable": 422,
    "redirect": 307,
}
_HUGE = 10_000_000
_CONTENT_ENCODING = {
    "gzip": "gzip",
    "gzip_bomb": "gzip",
    "not_gzip": "gzip",
    "brotli": "br",
}


@dataclass(frozen=True)
class Received:
    """One request as it arrived: the exact bytes of its body."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Provider:
    """What a test commands and what it finds out."""

    url: str
    requests: list[Received] = field(default_factory=list)
    script: list[Behaviour] = field(default_factory=list)
    """Taken one per request; the last one stays."""
    answer: str = ANSWER
    arrived: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)

    @property
    def bodies(self) -> list[bytes]:
        return [request.body for request in self.requests]

    def behave(self, *script: Behaviour) -> None:
        self.script[:] = script

    def next_behaviour(self) -> Behaviour:
        if not self.script:
            return "normal"
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]


@contextmanager
def misbehaving_provider(tls: ssl.SSLContext | None = None) -> Iterator[Provider]:
    """Serve until the block ends, over TLS if told so; requests that hang are let go then."""
    server = _Server(("127.0.0.1", 0), _Handler)
    scheme = "http" if tls is None else "https"
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    server.provider = Provider(f"{scheme}://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.provider
    finally:
        server.provider.released.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    provider: Provider

    def handle_error(self, *_: object) -> None:
        """A client that hung up is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_POST(self) -> None:
        self._serve()

    def do_GET(self) -> None:
        self._serve()

    def log_message(self, *_: object) -> None:
        pass

    def _serve(self) -> None:
        provider = self.server.provider
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        headers = {name.lower(): value for name, value in self.headers.items()}
        provider.requests.append(Received(self.command, self.path, headers, body))
        provider.arrived.set()
        behaviour = provider.next_behaviour()
        if behaviour == "hang":
            provider.released.wait(30)
        if behaviour in {"hang", "hang_up"}:
            self.close_connection = True
            return
        self._respond(behaviour, body)

    def _respond(self, behaviour: Behaviour, body: bytes) -> None:
        payload, media_type = self._payload(behaviour, body)
        self.send_response(_STATUS.get(behaviour, 200))
        if behaviour == "rate_limited":
            self.send_header("Retry-After", "7")
        if behaviour == "rate_limited_until_date":
            self.send_header("Retry-After", "Fri, 31 Dec 2027 23:59:59 GMT")
        if behaviour == "redirect":
            self.send_header("Location", f"{self.server.provider.url}/elsewhere")
        if behaviour in _CONTENT_ENCODING:
            self.send_header("Content-Encoding", _CONTENT_ENCODING[behaviour])
        self.send_header("Content-Type", media_type)
        # What was cut off is longer than what comes.
        self.send_header("Content-Length", str(len(payload) * (2 if behaviour == "cut" else 1)))
        self.end_headers()
        self.close_connection = behaviour == "cut"
        if behaviour == "drip":
            self._drip(payload)
        else:
            self.wfile.write(payload)

    def _drip(self, payload: bytes) -> None:
        for byte in payload:
            if self.server.provider.released.wait(0.05):
                return
            self.wfile.write(bytes([byte]))

    def _payload(self, behaviour: Behaviour, body: bytes) -> tuple[bytes, str]:
        normal = json.dumps(_answer(self.path, body, self._text(behaviour, body))).encode()
        # Like real providers, an error quotes what was sent.
        message = f"refused: {body.decode()}"
        error = json.dumps({"error": {"message": message, "type": "invalid_request_error"}})
        payloads = {
            "truncated": normal[: len(normal) // 2],
            "html": b"<html><body>Sign in to the proxy</body></html>",
            "huge": b'{"padding":"' + b"x" * _HUGE * (behaviour == "huge") + b'"}',
            "list": b"[]",
            "uncountable": normal.replace(b": 11", b": 1" + b"0" * 20).replace(b": 7", b": -7"),
            "wrong_form": b'{"unexpected":true}',
            **dict.fromkeys(_STATUS, error.encode()),
        }
        media_type = "text/html" if behaviour == "html" else "application/json"
        return payloads.get(behaviour) or _encoded(behaviour, normal), media_type

    def _text(self, behaviour: Behaviour, body: bytes) -> str:
        match behaviour:
            case "echo":
                return body.decode()
            case "prose":
                return "Sure! Here is your summary: the customer is unhappy."
            case "no_text":
                return ""
            case _:
                return self.server.provider.answer


def _encoded(behaviour: Behaviour, normal: bytes) -> bytes:
    match behaviour:
        case "empty":
            return b""
        case "utf16":
            return normal.decode().encode("utf-16")
        case "latin1":
            return json.dumps(json.loads(normal), ensure_ascii=False).encode("latin-1")
        case "gzip":
            return gzip.compress(normal)
        case "gzip_bomb":
            return gzip.compress(b'{"padding":"' + b"x" * _HUGE + b'"}')
        case _:
            return normal


def _answer(path: str, body: bytes, text: str) -> dict[str, Any]:
    request = json.loads(body) if body else {}
    if path.endswith("/messages"):
        return _anthropic(request, text)
    if "generateContent" in path:
        return {
            "candidates": [
                {"content": {"role": "model", "parts": [{"text": text}]}, "finishReason": "STOP"}
            ],
            "usageMetadata": {
                "promptTokenCount": 11,
                "candidatesTokenCount": 7,
                "totalTokenCount": 18,
            },
        }
    if path.endswith("/converse"):
        return {
            "output": {"message": {"role": "assistant", "content": [{"text": text}]}},
            "stopReason": "end_turn",
            "usage": {"inputTokens": 11, "outputTokens": 7, "totalTokens": 18},
            "metrics": {"latencyMs": 1},
        }
    return _openai(request, text)


def _openai(request: dict[str, Any], text: str) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": text}
    if "tools" in request:
        name = request["tools"][0]["function"]["name"]
        call = {"id": "t1", "type": "function", "function": {"name": name, "arguments": text}}
        message = {"role": "assistant", "content": None, "tool_calls": [call]}
    return {
        "id": "c1",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": request.get("model", "m"),
        "service_tier": "default",
        "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
        "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18},
    }


def _anthropic(request: dict[str, Any], text: str) -> dict[str, Any]:
    block: dict[str, Any] = {"type": "text", "text": text}
    if "tools" in request and text.startswith("{"):
        name = request["tools"][0]["name"]
        block = {"type": "tool_use", "id": "t1", "name": name, "input": json.loads(text)}
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": request.get("model", "m"),
        "content": [block],
        "stop_reason": "end_turn",
        "usage": {"input_tokens": 11, "output_tokens": 7},
    }
