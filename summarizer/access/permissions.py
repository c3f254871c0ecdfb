"""Permissions: a role -> what it may do; whatever is not listed is denied."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

__all__ = ["GRANTED", "Permission", "Role"]


class Role(StrEnum):
    """What a caller is to the bank."""

    AGENT = "agent"
    """Has tickets summarized, and reviews the summaries."""
    RISK = "risk"
    """Reads the audit log, records findings, erases, holds and exports."""
    ENGINEER = "engineer"
    """Reads evaluations, prompts and policies, and no content of cases."""
    ADMIN = "admin"
    """Manages keys and reads settings; sees no case."""


class Permission(StrEnum):
    """One thing that a route does."""

    SUMMARIZE = "summarize"
    REDACT = "redact"
    """Have a text redacted that the caller brings along."""
    READ_SUMMARIES = "read_summaries"
    REVIEW = "review"
    """Accept, edit or reject a summary."""
    RESTORE = "restore"
    """See the personal values that placeholders stand for: each time is an event of its own."""
    READ_AUDIT = "read_audit"
    FIND_SUBJECT = "find_subject"
    """Look up in which cases a person's value occurs."""
    RECORD_FINDINGS = "record_findings"
    ERASE = "erase"
    HOLD = "hold"
    EXPORT = "export"
    READ_CHECKPOINTS = "read_checkpoints"
    """Checkpoints and proofs: hashes and numbers, no content."""
    READ_EVALUATIONS = "read_evaluations"
    READ_CONFIGURATION = "read_configuration"
    """Policies, prompts and taxonomies in force."""
    READ_METRICS = "read_metrics"
    MANAGE_KEYS = "manage_keys"
    READ_SETTINGS = "read_settings"
    """What an operator has set; of secrets only that they are set."""


GRANTED: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.AGENT: frozenset({
        Permission.SUMMARIZE,
        Permission.REDACT,
        Permission.READ_SUMMARIES,
        Permission.REVIEW,
        Permission.RESTORE,
    }),
    Role.RISK: frozenset({
        Permission.READ_SUMMARIES,
        Permission.READ_AUDIT,
        Permission.FIND_SUBJECT,
        Permission.RECORD_FINDINGS,
        Permission.ERASE,
        Permission.HOLD,
        Permission.EXPORT,
        Permission.READ_CHECKPOINTS,
        Permission.READ_CONFIGURATION,
        Permission.READ_EVALUATIONS,
        Permission.READ_METRICS,
    }),
    Role.ENGINEER: frozenset({
        Permission.REDACT,
        Permission.READ_CHECKPOINTS,
        Permission.READ_EVALUATIONS,
        Permission.READ_CONFIGURATION,
        Permission.READ_METRICS,
    }),
    Role.ADMIN: frozenset({
        Permission.READ_CHECKPOINTS,
        Permission.READ_CONFIGURATION,
        Permission.READ_METRICS,
        Permission.MANAGE_KEYS,
        Permission.READ_SETTINGS,
    }),
}
"""A key can be made with less than its role has, never with more."""
