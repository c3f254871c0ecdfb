"""Hypotheses: leaves, some of which are in doubt -> the tree that agrees with what was signed.

An entry's header, its leaf in the entry and its leaf in the log say the same thing three times.
Where they differ, two trees are carried on; the next checkpoint says which one is right, and
thereby what was changed.
"""

from collections.abc import Callable, Sequence

from summarizer.audit.tree import Frontier, StoredNode

__all__ = ["Hypotheses"]


class Hypotheses:
    """One tree, and beside it another while there is a doubt."""

    def __init__(self) -> None:
        """Start with an empty tree."""
        self._likely = Frontier()
        self._other: Frontier | None = None
        self._doubts: list[tuple[Callable[[], None], Callable[[], None]]] = []
        self.known = True
        """Whether every leaf so far is known; if not, there is no root to compare."""

    def root(self) -> bytes:
        """Return the likely root."""
        return self._likely.root()

    def append(self, leaf: bytes) -> Sequence[StoredNode]:
        """Take a leaf that is in no doubt; return the nodes it makes full, in either tree."""
        if not self.known:
            return ()
        made = self._likely.append(leaf)
        return made if self._other is None else (*made, *self._other.append(leaf))

    def doubt(
        self,
        likely: bytes,
        other: bytes,
        *,
        if_likely: Callable[[], None],
        if_other: Callable[[], None],
    ) -> Sequence[StoredNode]:
        """Take a leaf that may be one of two, and what to call when it is settled."""
        self._doubts.append((if_likely, if_other))
        if not self.known:
            return ()
        if self._other is None:
            self._other = self._likely.copy()
        return (*self._likely.append(likely), *self._other.append(other))

    def agree(self, root: bytes) -> bool:
        """Compare with a signed root of this size; a tree that agrees is the right one."""
        if self._likely.root() == root:
            self.settle()
            return True
        if self._other is not None and self._other.root() == root:
            self._likely = self._other
            self._settled(1)
            return True
        return False

    def settle(self) -> None:
        """Take the likely tree for the right one."""
        self._settled(0)

    def _settled(self, which: int) -> None:
        self._other = None
        for doubt in self._doubts:
            doubt[which]()
        self._doubts.clear()
