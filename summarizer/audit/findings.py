"""Findings: what a verification comes upon -> a bounded list in the order of the log."""

from summarizer.audit import Finding, FindingKind

__all__ = ["Findings"]

_LISTED = 1_000


class Findings:
    """Collects findings; a log that is damaged everywhere does not fill the memory."""

    def __init__(self) -> None:
        """Start with none."""
        self._listed: dict[Finding, None] = {}
        self._more = 0
        self.damaged: set[int] = set()
        """Numbers about which something was found."""

    def add(self, kind: FindingKind, seq: int | None, detail: str) -> None:
        """Take a finding; the same one twice counts once."""
        if len(self._listed) < _LISTED:
            self._listed[Finding(kind, seq, detail)] = None
            if seq is not None:
                self.damaged.add(seq)
        else:
            self._more += 1

    def __len__(self) -> int:
        return len(self._listed)

    def has(self, *kinds: FindingKind) -> bool:
        """Say whether anything of these kinds was found."""
        return any(finding.kind in kinds for finding in self._listed)

    def result(self) -> tuple[Finding, ...]:
        """Return them by number; those about the whole log come first."""
        found = sorted(self._listed, key=lambda one: -1 if one.seq is None else one.seq)
        if self._more:
            found.append(Finding(found[-1].kind, None, f"{self._more:,} more are not listed"))
        return tuple(found)
