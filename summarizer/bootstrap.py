"""The composition root: Settings -> objects. The only module that names concrete adapters."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import anyio.to_thread

from summarizer.audit import AuditStore
from summarizer.audit.ids import EventIds
from summarizer.audit.journal import Journal
from summarizer.audit.origin import CaseTagger
from summarizer.errors import ConfigurationError, ModelNotAllowed, SummarizerError
from summarizer.llm import LLM
from summarizer.pii import Detector
from summarizer.pipeline import Pipeline
from summarizer.policy import Policy
from summarizer.prompt import PromptTemplate
from summarizer.redact.canary import check_canary
from summarizer.redact.egress import EgressCheck
from summarizer.redact.redactor import Redactor
from summarizer.settings import Settings

if TYPE_CHECKING:
    from summarizer.audit.store import SQLAuditStore

__all__ = ["Application", "build_redactor", "open_application", "open_audit"]


@dataclass(frozen=True, kw_only=True)
class Application:
    """Everything a command or the service works with, for as long as it is open."""

    settings: Settings
    policy: Policy
    pipeline: Pipeline
    redactor: Redactor
    store: AuditStore
    tagger: CaseTagger
    canary: tuple[str, ...]
    """Entities of the canary that were fully redacted when this was opened."""

    async def ready(self) -> Mapping[str, str]:
        """Say of each part whether it would serve: `ok`, or a detail that is safe to show."""
        checks = {
            "detector": self._check_detector,
            "audit": self.store.ready,
            "model": self.pipeline.llm.ready,
        }
        result: dict[str, str] = {}
        for name, check in checks.items():
            try:
                await check()
            except SummarizerError as error:
                result[name] = error.detail
            else:
                result[name] = "ok"
        return result

    async def _check_detector(self) -> None:
        await anyio.to_thread.run_sync(check_canary, self.redactor, self.policy)


def read_policy(settings: Settings) -> Policy:
    """Read the policy in force, and refuse a configured model that it does not list.

    Raises:
        ConfigurationError: naming file, line and fix.
        ModelNotAllowed: naming the model and the file that would have to list it.
    """
    policy = Policy.read(settings.policy_dir)
    if not policy.allows(settings.model):
        msg = (
            f"policy {policy.name} does not allow the model {settings.model}; "
            f"add it to models.allow in {policy.source / 'policy.yaml'}"
        )
        raise ModelNotAllowed(msg)
    return policy


def build_redactor(settings: Settings) -> tuple[Redactor, Policy]:
    """Build what redacts, without a store or a model, and try it on the canary.

    Raises:
        ConfigurationError: naming file, line and fix.
        RedactionError: if the canary was not fully redacted.
    """
    policy = Policy.read(settings.policy_dir)
    redactor, _ = _redactor(policy)
    check_canary(redactor, policy)
    return redactor, policy


@asynccontextmanager
async def open_audit(settings: Settings) -> AsyncIterator["SQLAuditStore"]:
    """Open the audit store alone.

    Raises:
        AuditUnavailable: if it cannot be opened.
    """
    from summarizer.audit.store import SQLAuditStore  # noqa: PLC0415 - loads SQLAlchemy

    store = await SQLAuditStore.create(settings.log_url, data_dir=settings.data_dir)
    try:
        yield store
    finally:
        await store.aclose()


@asynccontextmanager
async def open_application(settings: Settings) -> AsyncIterator[Application]:
    """Open the whole route, and try the canary before anything is let in.

    Raises:
        ConfigurationError, ModelNotAllowed, AuditUnavailable, RedactionError: with the fix.
    """
    async with AsyncExitStack() as stack:
        policy = read_policy(settings)
        store = await stack.enter_async_context(open_audit(settings))
        tagger = store.tagger
        redactor, detector = await anyio.to_thread.run_sync(_redactor, policy)
        canary = await anyio.to_thread.run_sync(check_canary, redactor, policy)
        template = PromptTemplate(
            settings.prompt_dir,
            taxonomy=policy.taxonomy,
            key=bytes.fromhex(tagger.keyed_hash("content", b"boundary")),
        )
        _check_prompt_hash(settings, template)
        llm = _llm(settings, policy)
        stack.push_async_callback(llm.aclose)
        ids = EventIds()
        yield Application(
            settings=settings,
            policy=policy,
            redactor=redactor,
            store=store,
            tagger=tagger,
            canary=canary,
            pipeline=Pipeline(
                policy=policy,
                redactor=redactor,
                new_egress_check=partial(EgressCheck, detector=detector, policy=policy),
                template=template,
                llm=llm,
                open_journal=lambda case_id, actor: Journal(
                    store, case=case_id, actor=actor, new_id=ids.new, now=lambda: datetime.now(UTC)
                ),
                keyed_hash=partial(tagger.keyed_hash, "content"),
                detector_version=detector.version,
            ),
        )


def _redactor(policy: Policy) -> tuple[Redactor, Detector]:
    # Imported here: they load spaCy and Presidio.
    from summarizer.pii.models import default_models  # noqa: PLC0415
    from summarizer.pii.presidio import PresidioAnonymizer  # noqa: PLC0415
    from summarizer.pii.ticket import TicketDetector  # noqa: PLC0415

    detector = TicketDetector(default_models())
    anonymizer = PresidioAnonymizer()
    return Redactor(detector=detector, anonymizer=anonymizer, policy=policy), detector


def _check_prompt_hash(settings: Settings, template: PromptTemplate) -> None:
    """Hold the operator's `NAME@HASH` against the files.

    Raises:
        ConfigurationError: if the prompt's files have another hash.
    """
    _, pinned, wanted = settings.prompt.partition("@")
    actual = template.version.partition("@")[2]
    if pinned and not actual.removeprefix("sha256:").startswith(wanted.removeprefix("sha256:")):
        msg = (
            f"prompt {settings.prompt}: the files have the hash {actual}; pin that or restore them"
        )
        raise ConfigurationError(msg)


def _llm(settings: Settings, policy: Policy) -> LLM:
    """Choose the model by its name.

    Raises:
        ModelNotAllowed: if its route cannot be given our transport.
        ConfigurationError: if its address or key is missing.
    """
    # Imported here, so that a command which asks no model loads no client.
    from summarizer.llm.attempts import Attempts  # noqa: PLC0415
    from summarizer.llm.embedded.model import EmbeddedLLM  # noqa: PLC0415
    from summarizer.llm.embedded.server import EmbeddedServer  # noqa: PLC0415
    from summarizer.llm.extractive import ExtractiveLLM  # noqa: PLC0415
    from summarizer.llm.litellm_client import LiteLLMClient  # noqa: PLC0415
    from summarizer.llm.scripted import ScriptedLLM  # noqa: PLC0415

    llm: LLM
    if settings.model == "scripted":
        return ScriptedLLM(policy.taxonomy)
    if settings.model == "extractive":
        return ExtractiveLLM()
    if settings.model == "embedded":
        llm = EmbeddedLLM(
            EmbeddedServer(settings.cache_dir),
            timeout_seconds=policy.models.timeout_seconds,
            max_output_tokens=settings.max_output_tokens,
        )
    else:
        llm = LiteLLMClient(
            settings.model,
            timeout_seconds=policy.models.timeout_seconds,
            max_output_tokens=settings.max_output_tokens,
            api_base=settings.api_base,
            api_key=settings.api_key.get_secret_value() if settings.api_key else None,
            environ=settings.environ,
        )
    return Attempts(llm, attempts=policy.models.attempts)
