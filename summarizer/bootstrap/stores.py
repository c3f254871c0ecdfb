"""Stores: Settings -> the audit store, and what was spent, beside it in one database."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from summarizer.bootstrap.issuers import issuer_parts
from summarizer.errors import ConfigurationError
from summarizer.policy import Policy
from summarizer.settings import Settings

if TYPE_CHECKING:
    from summarizer.access.answers import Answers
    from summarizer.access.desk import Desk
    from summarizer.audit import AuditStore
    from summarizer.audit.origin import CaseTagger
    from summarizer.audit.sink import CheckpointSink
    from summarizer.audit.spending import Spending
    from summarizer.audit.store import SQLAuditStore
    from summarizer.audit.wrapping import KeyWrapper

__all__ = [
    "of_evaluations",
    "open_answers",
    "open_audit",
    "open_desk",
    "open_spending",
]


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


@asynccontextmanager
async def open_desk(
    settings: Settings, store: "AuditStore", *, tagger: "CaseTagger | None" = None
) -> AsyncIterator["Desk"]:
    """Open what knows the callers, beside a log.

    Args:
        settings: what an operator set.
        store: the log.
        tagger: its tagger; without it nobody is sent to the issuer to sign in.

    Raises:
        ConfigurationError: if the issuer of tokens is set wrongly; nothing is asked of it yet.
        AuditUnavailable: if it cannot be opened.
    """
    from summarizer.access.desk import Desk  # noqa: PLC0415 - loads SQLAlchemy
    from summarizer.access.keys import APIKeys  # noqa: PLC0415
    from summarizer.access.stored import open_stored  # noqa: PLC0415

    others, at_issuer = issuer_parts(settings, tagger, now=_utc_now)
    database = await open_stored(settings.log_url)
    try:
        yield Desk.of(
            APIKeys(database, now=_utc_now),
            store,
            now=_utc_now,
            others=others,
            at_issuer=at_issuer,
        )
    finally:
        database.dispose()


@asynccontextmanager
async def open_answers(settings: Settings, store: "SQLAuditStore") -> AsyncIterator["Answers"]:
    """Open what was answered under idempotency keys, beside a log.

    Raises:
        AuditUnavailable: if it cannot be opened.
    """
    from summarizer.access.answers import Answers  # noqa: PLC0415 - loads SQLAlchemy
    from summarizer.access.stored import open_stored  # noqa: PLC0415
    from summarizer.audit.sealing import CaseSealer  # noqa: PLC0415

    database = await open_stored(settings.log_url)
    try:
        yield Answers(database, CaseSealer(store), tagger=store.tagger, now=_utc_now)
    finally:
        database.dispose()


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
        settings.log_url, policy=policy.name, budget_usd=budget_usd, now=_utc_now
    )
    try:
        yield spending
    finally:
        await spending.aclose()


def _utc_now() -> datetime:
    return datetime.now(UTC)


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
