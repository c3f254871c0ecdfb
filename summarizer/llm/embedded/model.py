"""EmbeddedLLM: Prompt -> Completion from the model in a child process, through litellm."""

from collections.abc import Mapping

from summarizer.llm import Gate
from summarizer.llm.embedded.server import EmbeddedServer, Endpoint
from summarizer.llm.litellm_client import LiteLLMClient
from summarizer.models import Completion, Prompt
from summarizer.policy.models import Price

__all__ = ["EmbeddedLLM"]

_MESSAGES_OF_A_CASE = 2
_FREE = Price(prompt=0, completion=0)


class EmbeddedLLM:
    """The embedded model; its child process starts with the first prompt."""

    name = "embedded"

    def __init__(
        self, server: EmbeddedServer, *, timeout_seconds: float, max_output_tokens: int
    ) -> None:
        """Take the server; it is stopped by `aclose`."""
        self._server = server
        self._timeout_seconds = timeout_seconds
        self._max_output_tokens = max_output_tokens
        self._client: LiteLLMClient | None = None
        self._endpoint: Endpoint | None = None

    async def complete(self, prompt: Prompt, gate: Gate) -> Completion:
        """Make one attempt; a child that has died is replaced first.

        Raises:
            EgressBlocked, AuditUnavailable: from the gate.
            ProviderUnavailable, ProviderTimeout: if the model did not answer.
        """
        fixed = [_plain(prompt.messages[0].role, prompt.messages[0].content)]
        # A case starts from the fixed state alone, so that the answer to it does not depend on
        # the case before; a repair, or the weighing of labels, goes on from its own case.
        is_first = len(prompt.messages) <= _MESSAGES_OF_A_CASE
        await self._server.warm(fixed, prompt.version, fresh=is_first)
        client = await self._reach(await self._server.start())
        completion = await client.complete(prompt, gate)
        return Completion(
            text=completion.text,
            model=f"embedded:{completion.model.removeprefix('openai/')}",
            prompt_tokens=completion.prompt_tokens,
            completion_tokens=completion.completion_tokens,
            chances=completion.chances,
        )

    async def ready(self) -> None:
        """Start the child process if it does not run."""
        await self._server.start()

    async def aclose(self) -> None:
        """Stop the child process and close the connections to it."""
        if self._client is not None:
            await self._client.aclose()
        await self._server.aclose()

    async def _reach(self, endpoint: Endpoint) -> LiteLLMClient:
        if self._client is not None and endpoint == self._endpoint:
            return self._client
        if self._client is not None:
            await self._client.aclose()
        self._endpoint = endpoint
        self._client = LiteLLMClient(
            f"openai/{endpoint.model}",
            api_base=endpoint.base_url,
            api_key=endpoint.api_key,
            timeout_seconds=self._timeout_seconds,
            max_output_tokens=self._max_output_tokens,
            price=_FREE,
            environ={},
        )
        return self._client


def _plain(role: str, content: str) -> Mapping[str, str]:
    return {"role": role, "content": content}
