"""The composition root: Settings -> objects. With `modelroute.py` all that names adapters."""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import anyio.to_thread

from summarizer.audit import AuditStore, Filter, Record
from summarizer.audit.ids import EventIds
from summarizer.audit.in_force import Artefact, files_of, record_in_force
from summarizer.audit.journal import Journal
from summarizer.audit.origin import CaseTagger, private_folder
from summarizer.errors import ConfigurationError, SummarizerError
from summarizer.llm import LLM
from summarizer.llm.recorded import Cassette, RecordedLLM
from summarizer.modelroute import build_llm, build_stand_in
from summarizer.pii import Detector
from summarizer.pipeline import Pipeline
from summarizer.policy import Policy
from summarizer.prompt import PromptTemplate
from summarizer.redact.canary import check_canary
from summarizer.redact.egress import EgressCheck
from summarizer.redact.redactor import Redactor
from summarizer.settings import Settings
from summarizer.triage.engine import CaseRules
from summarizer.yamlfile import content_hash

if TYPE_CHECKING:
    from summarizer.audit.sink import CheckpointSink
    from summarizer.audit.spending import Spending
    from summarizer.audit.store import SQLAuditStore
    from summarizer.audit.wrapping import KeyWrapper
    from summarizer.triage.labelling import Labeller

__all__ = [
    "Application",
    "Bench",
    "build_redactor",
    "of_evaluations",
    "open_application",
    "open_audit",
    "open_spending",
]

_EVALUATION_KEY = b"evaluation"


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


@dataclass(frozen=True, kw_only=True)
class Bench:
    """How the route is opened to be evaluated: the same route, but repeatable."""

    taxonomy: Path | None = None
    """The file of the set's own labels; None takes the policy's."""
    cassette: Path | None = None
    """Answers of models are kept in this file and taken from it."""
    offline: bool = False
    """A prompt without a recorded answer fails instead of being asked."""


def read_policy(settings: Settings) -> Policy:
    """Read the policy in force, and refuse a model to be asked that it does not list.

    Raises:
        ConfigurationError: naming file, line and fix.
        ModelNotAllowed: naming the model and the file that would have to list it.
    """
    policy = Policy.read(settings.policy_dir)
    for name in policy.models.order(settings.model):
        policy.model(name)
    return policy


def build_redactor(
    settings: Settings, heard: Callable[[Detector], Detector] | None = None
) -> tuple[Redactor, Policy]:
    """Build what redacts, without a store or a model, and try it on the canary.

    Args:
        settings: what an operator set.
        heard: puts itself around the detector, to hear what was found before policy decides;
            then everything is looked for.

    Raises:
        ConfigurationError: naming file, line and fix.
        RedactionError: if the canary was not fully redacted.
    """
    policy = Policy.read(settings.policy_dir)
    redactor, _ = _redactor(policy, heard)
    check_canary(redactor, policy)
    return redactor, policy


@asynccontextmanager
async def open_audit(settings: Settings) -> AsyncIterator["SQLAuditStore"]:
    """Open the audit store alone.

    Raises:
        AuditUnavailable: if it cannot be opened.
    """
    from summarizer.audit.store import SQLAuditStore  # noqa: PLC0415 - loads SQLAlchemy

    store = await SQLAuditStore.create(
        settings.log_url,
        data_dir=settings.data_dir,
        wrapper=_key_wrapper(settings),
        sink=_sink(settings),
        retention=Policy.read(settings.policy_dir).retention.audit_class,
        checkpoint_seconds=settings.checkpoint_seconds,
    )
    try:
        yield store
    finally:
        await store.aclose()


def of_evaluations(settings: Settings) -> Settings:
    """Return the settings under which evaluations keep their log, apart from that of the bank."""
    folder = settings.data_dir / "evaluation"
    return settings.model_copy(update={"data_dir": folder, "database_url": None})


@asynccontextmanager
async def open_spending(settings: Settings) -> AsyncIterator["Spending | None"]:
    """Open what was spent of the policy's budget; None if it sets none.

    Raises:
        AuditUnavailable: if it cannot be opened.
    """
    policy = Policy.read(settings.policy_dir)
    budget_usd = policy.models.monthly_budget_usd
    if budget_usd is None:
        yield None
        return
    from summarizer.audit.spending import Spending  # noqa: PLC0415 - loads SQLAlchemy

    spending = await Spending.open(
        settings.log_url, policy=policy.name, budget_usd=budget_usd, now=lambda: datetime.now(UTC)
    )
    try:
        yield spending
    finally:
        await spending.aclose()


@asynccontextmanager
async def open_application(
    settings: Settings, bench: Bench | None = None
) -> AsyncIterator[Application]:
    """Open the whole route, and try the canary before anything is let in.

    Evaluation has a log of its own in the folder `evaluation` of the data folder, so that its
    cases are on record but in no figure, list or request of the service's cases.

    Args:
        settings: what an operator set.
        bench: opens the route for evaluation; boundaries in prompts then have a fixed key, so
            that a case gives the same prompt everywhere.

    Raises:
        ConfigurationError, ModelNotAllowed, AuditUnavailable, RedactionError: with the fix.
    """
    from summarizer.audit.keeping import CaseKeeper  # noqa: PLC0415 - loads SQLAlchemy

    async with AsyncExitStack() as stack:
        policy = read_policy(settings)
        # Before an evaluation gets a log of its own: what it spends is spent all the same.
        budget = await stack.enter_async_context(open_spending(settings))
        if bench is not None:
            settings = of_evaluations(settings)
            if bench.taxonomy is not None and bench.taxonomy != policy.taxonomy_path:
                policy = policy.with_taxonomy(bench.taxonomy)
        # Old cases are judged as of their last message.
        rules = CaseRules(policy, as_of_last_message=bench is not None)
        store = await stack.enter_async_context(open_audit(settings))
        tagger = store.tagger
        redactor, detector = await anyio.to_thread.run_sync(_redactor, policy)
        canary = await anyio.to_thread.run_sync(check_canary, redactor, policy)
        template = await _template(settings, policy, store, fixed_key=bench is not None)
        labeller, labels_version = await anyio.to_thread.run_sync(_labeller, settings, policy)
        ids = EventIds()
        await record_in_force(
            store, _artefacts(policy, template), new_id=ids.new, now=lambda: datetime.now(UTC)
        )
        llm = _llm(settings, policy, budget, bench)
        stack.push_async_callback(llm.aclose)
        yield Application(
            settings=settings,
            policy=policy,
            redactor=redactor,
            store=store,
            tagger=tagger,
            canary=canary,
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
            ),
        )


async def _last_summary(store: "SQLAuditStore", case_id: str) -> Record | None:
    """Return the newest outcome of a case that has a summary.

    Raises:
        AuditUnavailable: if the store cannot be read.
    """
    wanted = Filter(case=case_id, kind="outcome", outcome="summarized")
    page = await store.page(wanted, limit=1, bodies=True)
    return next(iter(page.records), None)


def _key_wrapper(settings: Settings) -> "KeyWrapper | None":
    """Choose what keeps epoch keys; None is the store's own default.

    Raises:
        ConfigurationError: if it cannot be made, or the extra `aws` is not installed.
    """
    if settings.key_wrapper == "local":
        return None
    with _extra("aws"):
        from summarizer.audit.kms import KMSKeyWrapper  # noqa: PLC0415 - loads boto3
    return KMSKeyWrapper.connect(
        region=settings.aws_region,
        endpoint=settings.aws_endpoint,
        waiting_days=settings.kms_waiting_days,
    )


def _sink(settings: Settings) -> "CheckpointSink | None":
    """Choose where checkpoints are published; None is the store's own default.

    Raises:
        ConfigurationError: if the extra `aws` is not installed.
        AuditUnavailable: if the client cannot be made.
    """
    if settings.checkpoint_bucket is None:
        return None
    with _extra("aws"):
        from summarizer.audit.s3_sink import S3Sink  # noqa: PLC0415 - loads boto3
    return S3Sink.connect(
        settings.checkpoint_bucket,
        retention_days=settings.checkpoint_retention_days,
        region=settings.aws_region,
        endpoint=settings.aws_endpoint,
    )


@contextmanager
def _extra(name: str) -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        msg = f"{error.name} is not installed; install case-summarizer[{name}]"
        raise ConfigurationError(msg) from None


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


def _redactor(
    policy: Policy, heard: Callable[[Detector], Detector] | None = None
) -> tuple[Redactor, Detector]:
    # Imported here: they load spaCy and Presidio.
    from summarizer.pii.models import default_models  # noqa: PLC0415
    from summarizer.pii.presidio import PresidioAnonymizer  # noqa: PLC0415
    from summarizer.pii.ticket import TicketDetector  # noqa: PLC0415

    detector: Detector
    if heard is None:
        detector = TicketDetector(default_models(), is_wanted=policy.looks_for)
    else:
        detector = heard(TicketDetector(default_models()))
    anonymizer = PresidioAnonymizer()
    return Redactor(detector=detector, anonymizer=anonymizer, policy=policy), detector


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


def _llm(settings: Settings, policy: Policy, budget: "Spending | None", bench: Bench | None) -> LLM:
    """Build what is asked; an evaluation is of the configured model alone.

    Raises:
        ModelNotAllowed, ConfigurationError: as `modelroute.build_llm` does.
    """
    if bench is None:
        return build_llm(policy.models.order(settings.model), settings, policy, budget)
    llm = build_llm((settings.model,), settings, policy, budget)
    cassette = None if bench.cassette is None else Cassette(bench.cassette)
    return RecordedLLM(llm, cassette, offline=bench.offline)
