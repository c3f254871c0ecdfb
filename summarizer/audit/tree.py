"""Leaf hashes -> roots, proofs and their checks: the Merkle tree of RFC 6962 and RFC 9162.

Nothing is stored here. The hashes of leaves and of full runs of 256, 65,536, ... leaves come from
a `HashReader`; every hash between them is made anew. RFC numbers below are those of RFC 9162,
whose tree with SHA-256 is the tree of RFC 6962.
"""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import NamedTuple, Protocol, Self

__all__ = [
    "EMPTY_ROOT",
    "FANOUT",
    "HASH_SIZE",
    "Frontier",
    "HashReader",
    "StoredNode",
    "check_consistency",
    "check_inclusion",
    "completed",
    "consistency_proof",
    "inclusion_proof",
    "leaf_hash",
    "node_hash",
    "root",
]

HASH_SIZE = 32
"""Bytes in a hash."""
FANOUT = 256
"""Hashes of one stored level that make one hash of the next; as wide as a C2SP tile."""
EMPTY_ROOT = sha256().digest()
"""The root of a tree without leaves: the hash of nothing (2.1.1)."""

_STEP = FANOUT.bit_length() - 1
"""Levels of the binary tree between two stored levels."""


class HashReader(Protocol):
    """Gives the hashes that a log stores."""

    def hashes(self, level: int, start: int, stop: int) -> Sequence[bytes]:
        """Return the hashes `start` to `stop`, without `stop`, of a level.

        Level 0 holds the leaf hashes, level k the roots of the full runs of 256**k leaves.
        """
        ...


class StoredNode(NamedTuple):
    """The root of the `idx`-th full run of 256**`level` leaves; `level` is at least 1."""

    level: int
    idx: int
    hash: bytes


class _Span(NamedTuple):
    """The leaves `start` to `stop`, without `stop`, under one node of the tree."""

    start: int
    stop: int


class _Perfect(NamedTuple):
    """The node `idx` of a level of the binary tree, over 2**`height` leaves."""

    height: int
    idx: int

    @property
    def level(self) -> int:
        """The highest stored level that lies at or below this node."""
        return self.height // _STEP

    @property
    def rows(self) -> _Span:
        """The stored hashes of `level` that this node is made of."""
        width = self.height % _STEP
        return _Span(self.idx << width, (self.idx + 1) << width)


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf's data: SHA-256(0x00 || data) (2.1.1)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two children: SHA-256(0x01 || left || right) (2.1.1)."""
    return sha256(b"\x01" + left + right).digest()


def root(reader: HashReader, size: int) -> bytes:
    """Return the root of the first `size` leaves (2.1.1); reads at most 255 hashes a level.

    Raises:
        ValueError: if `size` is negative.
        LookupError: if the reader does not give a hash it should.
    """
    if size < 0:
        msg = f"size is {size}; it must be at least 0"
        raise ValueError(msg)
    return _hashes(reader, [_Span(0, size)])[0] if size else EMPTY_ROOT


def inclusion_proof(reader: HashReader, seq: int, size: int) -> list[bytes]:
    """Return the hashes that lead from leaf `seq` to the root of `size` leaves (2.1.3.1).

    Reads at most 510 hashes a level: the siblings of the path, and the last ones of the tree.

    Raises:
        ValueError: if there is no such leaf.
        LookupError: if the reader does not give a hash it should.
    """
    if not 0 <= seq < size:
        msg = f"seq is {seq}; it must be at least 0 and below the size {size}"
        raise ValueError(msg)
    start, stop = 0, size
    path = []
    while stop - start > 1:
        split = _split(start, stop)
        if seq < split:
            path.append(_Span(split, stop))
            stop = split
        else:
            path.append(_Span(start, split))
            start = split
    return _hashes(reader, path[::-1])


def consistency_proof(reader: HashReader, old: int, size: int) -> list[bytes]:
    """Return the hashes that show the first `old` of `size` leaves to be unchanged (2.1.4.1).

    The proof from the empty tree, and from a tree to itself, is empty. Reads at most 511 hashes a
    level: the siblings of the old tree's last node, that node, and the last ones of the tree.

    Raises:
        ValueError: if `old` is negative or above `size`.
        LookupError: if the reader does not give a hash it should.
    """
    if not 0 <= old <= size:
        msg = f"old is {old}; it must be at least 0 and at most the size {size}"
        raise ValueError(msg)
    if old == 0:
        return []
    start, stop = 0, size
    path = []
    while stop != old:
        split = _split(start, stop)
        if old <= split:
            path.append(_Span(split, stop))
            stop = split
        else:
            path.append(_Span(start, split))
            start = split
    if start:  # Else the node is the old root, which the verifier has.
        path.append(_Span(start, stop))
    return _hashes(reader, path[::-1])


def check_inclusion(leaf: bytes, seq: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Tell whether a leaf hash is number `seq` of the `size` leaves under a root (2.1.3.2).

    Any input gives an answer; what is malformed gives False.
    """
    if not 0 <= seq < size or not _well_formed((leaf, root, *proof)):
        return False
    node, last = seq, size - 1
    made = leaf
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            made = node_hash(sibling, made)
            node, last = _climb(node, last)
        else:
            made = node_hash(made, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and made == root


def check_consistency(
    old: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]
) -> bool:
    """Tell whether the tree of `old` leaves is a prefix of the tree of `size` (2.1.4.2).

    Every tree has the empty one as a prefix; two trees of one size must be the same. Any input
    gives an answer; what is malformed gives False.
    """
    if not 0 <= old <= size or not _well_formed((old_root, root, *proof)):
        return False
    if old == 0 and old_root != EMPTY_ROOT:
        return False
    if old == size:
        return not proof and old_root == root
    if old == 0:
        return not proof
    if old & (old - 1) == 0:  # A full tree is a node of the new one, so its root is not sent.
        proof = (old_root, *proof)
    if not proof:
        return False
    return _proves(old, size, proof) == (old_root, root)


def _proves(old: int, size: int, proof: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """Return the two roots that a consistency proof leads to (2.1.4.2, steps 3 to 6)."""
    node, last = old - 1, size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old_made = made = proof[0]
    for sibling in proof[1:]:
        if last == 0:
            return None
        if node & 1 or node == last:
            old_made = node_hash(sibling, old_made)
            made = node_hash(sibling, made)
            node, last = _climb(node, last)
        else:
            made = node_hash(made, sibling)
        node, last = node >> 1, last >> 1
    return (old_made, made) if last == 0 else None


def completed(first: int, count: int) -> Iterator[tuple[int, int]]:
    """Yield level and index of each stored node that becomes full with the leaves added.

    The leaves are `first` to `first + count`; lower levels come first, so that each node can be
    made of those before it.

    Raises:
        ValueError: if either is negative.
    """
    for name, value in (("first", first), ("count", count)):
        if value < 0:
            msg = f"{name} is {value}; it must be at least 0"
            raise ValueError(msg)
    return _completed(first, first + count)


def _completed(start: int, stop: int) -> Iterator[tuple[int, int]]:
    level = 0
    while stop:
        level, start, stop = level + 1, start // FANOUT, stop // FANOUT
        for idx in range(start, stop):
            yield level, idx


class Frontier:
    """The right edge of a growing tree: its root in constant memory, leaf by leaf.

    It holds the roots of the full binary subtrees that the leaves so far are made of, the widest
    first: one for each bit that is set in their number.
    """

    __slots__ = ("_edge", "_size")

    def __init__(self) -> None:
        self._edge: list[bytes] = []
        self._size = 0

    @classmethod
    def resume(cls, reader: HashReader, size: int) -> Self:
        """Return the edge of a stored tree; reads at most 255 hashes a level.

        Raises:
            ValueError: if `size` is negative.
            LookupError: if the reader does not give a hash it should.
        """
        if size < 0:
            msg = f"size is {size}; it must be at least 0"
            raise ValueError(msg)
        edge = [
            _Span(node.idx << node.height, (node.idx + 1) << node.height)
            for node in _perfect(_Span(0, size))
        ]
        frontier = cls()
        frontier._edge, frontier._size = _hashes(reader, edge), size
        return frontier

    def copy(self) -> "Frontier":
        """Return the same edge, which grows on its own."""
        frontier = Frontier()
        frontier._edge, frontier._size = list(self._edge), self._size
        return frontier

    @property
    def size(self) -> int:
        """The number of leaves so far."""
        return self._size

    def append(self, leaf: bytes) -> tuple[StoredNode, ...]:
        """Take the next leaf hash, in O(1) amortised; return the stored nodes it makes full.

        Raises:
            ValueError: if `leaf` is not a hash.
        """
        if len(leaf) != HASH_SIZE:
            msg = f"leaf has {len(leaf)} bytes; a hash has {HASH_SIZE}"
            raise ValueError(msg)
        self._size = size = self._size + 1
        full: tuple[StoredNode, ...] = ()
        made = leaf
        # Every trailing zero of the new size closes one more full subtree.
        for height in range(1, (size & -size).bit_length()):
            # `node_hash`, without a call for each leaf.
            made = sha256(b"\x01" + self._edge.pop() + made).digest()
            if height % _STEP == 0:
                full += (StoredNode(height // _STEP, (size >> height) - 1, made),)
        self._edge.append(made)
        return full

    def root(self) -> bytes:
        """Return the root of the leaves so far (2.1.1)."""
        return _join(self._edge) if self._edge else EMPTY_ROOT


def _split(start: int, stop: int) -> int:
    """Return where a node's right child starts: the largest power of two below its width."""
    return start + (1 << (stop - start - 1).bit_length() - 1)


def _climb(node: int, last: int) -> tuple[int, int]:
    """Go up to where the node is a right child, or to the left edge (2.1.3.2, step 4)."""
    while node and not node & 1:
        node, last = node >> 1, last >> 1
    return node, last


def _well_formed(hashes: Iterable[bytes]) -> bool:
    return all(len(one) == HASH_SIZE for one in hashes)


def _perfect(span: _Span) -> Iterator[_Perfect]:
    """Yield the full binary subtrees a node is made of, from the left.

    Each is the left child of what remains, so their widths fall and each starts at a multiple of
    its own width.
    """
    start = span.start
    while start < span.stop:
        height = (span.stop - start).bit_length() - 1
        yield _Perfect(height, start >> height)
        start += 1 << height


def _hashes(reader: HashReader, spans: Sequence[_Span]) -> list[bytes]:
    """Return the hashes of nodes that do not overlap; each row is read once."""
    parts = [list(_perfect(span)) for span in spans]
    rows = _read(reader, [node for nodes in parts for node in nodes])
    return [_join([_fold(rows[node]) for node in nodes]) for nodes in parts]


def _read(reader: HashReader, nodes: Sequence[_Perfect]) -> dict[_Perfect, Sequence[bytes]]:
    """Read the rows of each node, those that adjoin in one go."""
    rows: dict[_Perfect, Sequence[bytes]] = {}
    run: list[_Perfect] = []
    for node in sorted(nodes, key=lambda node: (node.level, node.rows)):
        if run and (node.level, node.rows.start) != (run[-1].level, run[-1].rows.stop):
            rows |= _read_run(reader, run)
            run = []
        run.append(node)
    return rows | _read_run(reader, run) if run else rows


def _read_run(reader: HashReader, run: Sequence[_Perfect]) -> dict[_Perfect, Sequence[bytes]]:
    level, start, stop = run[0].level, run[0].rows.start, run[-1].rows.stop
    read = reader.hashes(level, start, stop)
    if len(read) != stop - start or not _well_formed(read):
        msg = f"level {level} must hold the hashes {start} to {stop - 1}; it does not"
        raise LookupError(msg)
    return {node: read[node.rows.start - start : node.rows.stop - start] for node in run}


def _fold(hashes: Sequence[bytes]) -> bytes:
    """Return the root over a full run, whose length is a power of two."""
    while len(hashes) > 1:
        pairs = zip(hashes[::2], hashes[1::2], strict=True)
        hashes = [node_hash(left, right) for left, right in pairs]
    return hashes[0]


def _join(edge: Sequence[bytes]) -> bytes:
    """Return the root over full subtrees, the widest first."""
    made = edge[-1]
    for left in edge[-2::-1]:
        made = node_hash(left, made)
    return made
