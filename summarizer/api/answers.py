"""Answers: an Outcome -> the exact bytes that its caller gets, now and when it asks again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response

from summarizer.api.problems import PROBLEM_MEDIA_TYPE, json_response, problem
from summarizer.models import Outcome

__all__ = ["Answer"]

_FINAL: Final = frozenset({200, 422, 502})
"""A summary, a refusal that the same ticket would meet again, an answer of the model that no repair
made valid. Whatever else goes wrong may go well the next time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and a body."""

    status: int
    body: bytes
    is_replayed: bool = False
    """Whether it was given before, under the same idempotency key."""

    @classmethod
    def of(cls, outcome: Outcome, beside: Mapping[str, Any]) -> "Answer":
        """Write the answer that an outcome is, with what else stands in a summary's."""
        if outcome.error is None:
            response = json_response({**outcome.model_dump(mode="json"), **beside})
        else:
            response = problem(outcome.error.code, outcome.error.detail, outcome=outcome)
        return cls(response.status_code, bytes(response.body))

    @classmethod
    def replayed(cls, data: bytes) -> "Answer":
        """Read an answer that was kept."""
        status, _, body = data.partition(b"\n")
        return cls(int(status), body, is_replayed=True)

    @property
    def is_final(self) -> bool:
        """Whether to ask the same again would be in vain."""
        return self.status in _FINAL

    @property
    def headers(self) -> dict[str, str]:
        """What says beside the body that it was given before."""
        return {"Idempotent-Replayed": "true"} if self.is_replayed else {}

    def kept(self) -> bytes:
        """Write the answer as `replayed` reads it."""
        return str(self.status).encode() + b"\n" + self.body

    def response(self) -> Response:
        """Return the response."""
        media_type = "application/json" if self.status == 200 else PROBLEM_MEDIA_TYPE  # noqa: PLR2004
        return Response(self.body, self.status, self.headers, media_type)
