"""The policy: what is held back and how, which limits, models and checks hold.

A policy is a folder: `policy.yaml`, perhaps `models.yaml` and `review.yaml`, and the taxonomy and
the rules it names, its own or those of a policy beside it. Its version is the hash of all its YAML
files and of those, so that any change shows in every audit record.
"""

from summarizer.policy.folder import Policy

__all__ = ["Policy"]
