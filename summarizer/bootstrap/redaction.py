"""Redaction: Settings -> what redacts, without a store or a model."""

from collections.abc import Callable
from functools import partial

from summarizer.pii import Detector
from summarizer.policy import Policy
from summarizer.redact.apart import ApartRedactor
from summarizer.redact.canary import canary_case, check_canary
from summarizer.redact.redactor import Redactor
from summarizer.settings import Settings

__all__ = ["apart", "build_redactor", "redactor_of"]


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
    redactor, _ = redactor_of(policy, heard)
    check_canary(redactor, policy)
    return redactor, policy


def redactor_of(
    policy: Policy, heard: Callable[[Detector], Detector] | None = None
) -> tuple[Redactor, Detector]:
    """Build what redacts under a policy, and the detector in it; it is not tried."""
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


def apart(policy: Policy, detector: Detector) -> ApartRedactor:
    """Build what redacts under a policy in a process of its own, which begins."""
    from summarizer.pii.presidio import PresidioAnonymizer  # noqa: PLC0415 - loads Presidio

    return ApartRedactor(
        detector=detector,
        anonymizer=PresidioAnonymizer(),
        policy=policy,
        build=partial(_tried, policy),
        tried_on=canary_case(),
    )


def _tried(policy: Policy) -> Redactor:
    redactor, _ = redactor_of(policy)
    check_canary(redactor, policy)
    return redactor
