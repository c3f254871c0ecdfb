"""Opening: Settings -> the whole route, tried on the canary."""

from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager, closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import anyio.to_thread
from opentelemetry.trace import Tracer

from summarizer.audit import Filter, Record
from summarizer.audit.ids import EventIds
from summarizer.audit.in_force import Artefact, files_of, record_in_force
from summarizer.audit.journal import Journal
from summarizer.audit.origin import private_folder
from summarizer.bootstrap.application import Application, Bench
from summarizer.bootstrap.redaction import apart, redactor_of
from summarizer.bootstrap.stores import (
    of_evaluations,
    open_answers,
    open_audit,
    open_desk,
    open_spending,
)
from summarizer.errors import ConfigurationError
from summarizer.llm import LLM
from summarizer.llm.recorded import Cassette, RecordedLLM
from summarizer.metrics import Metrics
from summarizer.modelroute import build_llm, build_stand_in
from summarizer.pipeline import Pipeline
from summarizer.policy import Policy
from summarizer.prompt import PromptTemplate
from summarizer.redact.canary import check_canary
from summarizer.redact.egress import EgressCheck
from summarizer.settings import Settings
from summarizer.traces import open_tracer
from summarizer.triage.engine import CaseRules
from summarizer.yamlfile import content_hash

if TYPE_CHECKING:
    from summarizer.audit.spending import Spending
    from summarizer.audit.store import SQLAuditStore
    from summarizer.triage.labelling import Labeller

__all__ = ["open_application"]

_EVALUATION_KEY = b"evaluation"


@asynccontextmanager
async def open_application(
    settings: Settings, bench: Bench | None = None, *, is_service: bool = False
) -> AsyncIterator[Application]:
    """Open the whole route, and try the canary before anything is let in.

    Evaluation has a log of its own in the folder `evaluation` of the data folder, so that its
    cases are on record but in no figure, list or request of the service's cases.

    Args:
        settings: what an operator set.
        bench: opens the route for evaluation; boundaries in prompts then have a fixed key, so
            that a case gives the same prompt everywhere.
        is_service: redact in a process of its own, unless settings say not to.

    Raises:
        ConfigurationError, ModelNotAllowed, AuditUnavailable, RedactionError: with the fix.
    """
    from summarizer.audit.keeping import CaseKeeper  # noqa: PLC0415 - loads SQLAlchemy

    async with AsyncExitStack() as stack:
        policy = _read_policy(settings)
        # Before an evaluation gets a log of its own: what it spends is spent all the same.
        budget = await stack.enter_async_context(open_spending(settings))
        if bench is not None:
            settings = of_evaluations(settings)
            if bench.taxonomy is not None:
                policy = policy.with_taxonomy(bench.taxonomy)
        # Old cases are judged as of their last message.
        rules = CaseRules(policy, as_of_last_message=bench is not None)
        store = await stack.enter_async_context(open_audit(settings))
        tagger = store.tagger
        desk = await stack.enter_async_context(open_desk(settings, store, tagger=tagger))
        answers = await stack.enter_async_context(open_answers(settings, store))
        redactor, detector = await anyio.to_thread.run_sync(redactor_of, policy)
        canary = await anyio.to_thread.run_sync(check_canary, redactor, policy)
        metrics = Metrics()
        if is_service and settings.redaction_process:
            beside = await anyio.to_thread.run_sync(apart, policy, detector)
            redactor = stack.enter_context(closing(beside))
            metrics.watch_redaction(lambda: beside.process_id is not None)
        template = await _template(settings, policy, store, fixed_key=bench is not None)
        labeller, labels_version = await anyio.to_thread.run_sync(_labeller, settings, policy)
        ids = EventIds()
        await record_in_force(
            store, _artefacts(policy, template), new_id=ids.new, now=lambda: datetime.now(UTC)
        )
        tracer = stack.enter_context(open_tracer(settings.trace_collector))
        llm = _llm(settings, policy, budget, bench, tracer)
        stack.push_async_callback(llm.aclose)
        yield Application(
            settings=settings,
            policy=policy,
            redactor=redactor,
            store=store,
            log=store,
            tagger=tagger,
            desk=desk,
            answers=answers,
            canary=canary,
            metrics=metrics,
            tracer=tracer,
            pipeline=Pipeline(
                policy=policy,
                rules=rules,
                redactor=redactor,
                new_egress_check=partial(EgressCheck, detector=detector, policy=policy),
                template=template,
                llm=llm,
                stand_in=build_stand_in(policy) if bench is None else None,
                open_journal=lambda case_id, actor: Journal(
                    store, case=case_id, actor=actor, new_id=ids.new, now=lambda: datetime.now(UTC)
                ),
                keeper=CaseKeeper(store, policy.retention),
                keyed_hash=partial(tagger.keyed_hash, "content"),
                detector_version=detector.version,
                # An evaluation must give the same outcome whatever ran before.
                last_summary=None if bench else partial(_last_summary, store),
                labeller=labeller,
                labels_version=labels_version,
                observe=metrics.came_to,
            ),
        )


def _read_policy(settings: Settings) -> Policy:
    """Read the policy in force, and refuse a model to be asked that it does not list.

    Raises:
        ConfigurationError: naming file, line and fix.
        ModelNotAllowed: naming the model and the file that would have to list it.
    """
    policy = Policy.read(settings.policy_dir)
    for name in policy.models.order(settings.model):
        policy.model(name)
    return policy


async def _last_summary(store: "SQLAuditStore", case_id: str) -> Record | None:
    """Return the newest outcome of a case that has a summary.

    Raises:
        AuditUnavailable: if the store cannot be read.
    """
    wanted = Filter(case=case_id, kind="outcome", outcome="summarized")
    page = await store.page(wanted, limit=1, bodies=True)
    return next(iter(page.records), None)


def _labeller(settings: Settings, policy: Policy) -> "tuple[Labeller, str | None]":
    """Read what decides labels beside the model, and name it by its hash.

    Raises:
        ConfigurationError: naming the file and what is wrong with it.
    """
    from summarizer.triage.labelling import Labeller  # noqa: PLC0415 - loads numpy

    path = settings.classifier or policy.labels_path
    if path is None:
        return Labeller(), None
    return Labeller.load(path), f"{path.stem}@{content_hash([path])}"


async def _template(
    settings: Settings, policy: Policy, store: "SQLAuditStore", *, fixed_key: bool
) -> PromptTemplate:
    """Read the prompt; one that is pinned and was changed since comes from the audit store.

    Raises:
        ConfigurationError: if no prompt has the pinned hash.
        AuditUnavailable: if the store cannot be read.
    """
    key = bytes.fromhex(store.tagger.keyed_hash("content", b"boundary"))
    if fixed_key:
        key = _EVALUATION_KEY
    template = PromptTemplate(settings.prompt_dir, taxonomy=policy.taxonomy, key=key)
    name, pinned, wanted = settings.prompt.partition("@")
    actual = template.version.partition("@sha256:")[2]
    if not pinned or actual.startswith(wanted.removeprefix("sha256:")):
        return template
    stored = await files_of(store, Path(name).name, wanted)
    if stored is None:
        msg = (
            f"prompt {settings.prompt}: the files have the hash {actual}, and none with the "
            "pinned one was ever in force here; pin that or restore the files"
        )
        raise ConfigurationError(msg)
    folder = settings.data_dir / "prompts" / stored.version.partition("@sha256:")[2] / template.name
    private_folder(folder)
    for file, content in stored.files.items():
        (folder / Path(file).name).write_text(content, encoding="utf-8")
    return PromptTemplate(folder, taxonomy=policy.taxonomy, key=key)


def _artefacts(policy: Policy, template: PromptTemplate) -> list[Artefact]:
    """Return what is in force, with the text of its files."""
    return [
        Artefact("policy", policy.version, _texts(policy.files)),
        Artefact("taxonomy", policy.taxonomy.version, _texts([policy.taxonomy_path])),
        Artefact("prompt", template.version, _texts(template.files)),
    ]


def _texts(paths: Iterable[Path]) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in paths}


def _llm(
    settings: Settings,
    policy: Policy,
    budget: "Spending | None",
    bench: Bench | None,
    tracer: Tracer,
) -> LLM:
    """Build what is asked; an evaluation is of the configured model alone.

    Raises:
        ModelNotAllowed, ConfigurationError: as `modelroute.build_llm` does.
    """
    if bench is None:
        return build_llm(
            policy.models.order(settings.model), settings, policy, budget, tracer=tracer
        )
    llm = build_llm((settings.model,), settings, policy, budget, tracer=tracer)
    cassette = None if bench.cassette is None else Cassette(bench.cassette)
    return RecordedLLM(llm, cassette, offline=bench.offline)
