"""The tree against the published vectors and the definitions of RFC 9162, written out naively."""

from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import sha256
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.audit.tree import (
    EMPTY_ROOT,
    FANOUT,
    Frontier,
    StoredNode,
    check_consistency,
    check_inclusion,
    completed,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
)

# The inputs, roots and proofs of the Merkle tree tests of Certificate Transparency.
INPUTS = tuple(
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
)
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
LEAF_1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
LEAF_4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
LEAVES_2_3 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
LEAVES_4_5 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
LEAVES_6_7 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
LEAVES_4_7 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
PATHS = (
    (0, 1, ()),
    (0, 8, (LEAF_1, LEAVES_2_3, LEAVES_4_7)),
    (5, 8, (LEAF_4, LEAVES_6_7, ROOTS[4])),
    (2, 3, (ROOTS[2],)),
    (1, 5, (ROOTS[1], LEAVES_2_3, LEAF_4)),
)
PROOFS = (
    (1, 1, ()),
    (1, 8, (LEAF_1, LEAVES_2_3, LEAVES_4_7)),
    (6, 8, (LEAVES_4_5, LEAVES_6_7, ROOTS[4])),
    (2, 5, (LEAVES_2_3, LEAF_4)),
)

# Sizes and numbers at which stored levels begin and end.
EDGES = (255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537)
POSITIONS = (0, 1, 127, 128, 254, 255, 256, 257, 510, 511, 512, 4_095, 32_768, 65_280, 65_535)


def _data(number: int) -> bytes:
    return f"leaf {number}".encode()


@cache
def _mth(start: int, stop: int) -> bytes:
    """RFC 9162, 2.1.1: MTH(D[start:stop])."""
    if start == stop:
        return sha256().digest()
    if stop - start == 1:
        return sha256(b"\x00" + _data(start)).digest()
    k = _k(stop - start)
    return sha256(b"\x01" + _mth(start, start + k) + _mth(start + k, stop)).digest()


def _k(n: int) -> int:
    """The largest power of two smaller than n."""
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def _path(m: int, start: int, stop: int) -> list[bytes]:
    """RFC 9162, 2.1.3.1: PATH(m, D[start:stop])."""
    if stop - start == 1:
        return []
    k = _k(stop - start)
    if m < k:
        return [*_path(m, start, start + k), _mth(start + k, stop)]
    return [*_path(m - k, start + k, stop), _mth(start, start + k)]


def _subproof(m: int, start: int, stop: int, *, whole: bool) -> list[bytes]:
    """RFC 9162, 2.1.4.1: SUBPROOF(m, D[start:stop], whole)."""
    if m == stop - start:
        return [] if whole else [_mth(start, stop)]
    k = _k(stop - start)
    if m <= k:
        return [*_subproof(m, start, start + k, whole=whole), _mth(start + k, stop)]
    return [*_subproof(m - k, start + k, stop, whole=False), _mth(start, start + k)]


class Stored:
    """A log of a given size over `_mth`; it has no hash of a run that is not full."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.reads: list[tuple[int, int, int]] = []

    def hashes(self, level: int, start: int, stop: int) -> Sequence[bytes]:
        self.reads.append((level, start, stop))
        width = FANOUT**level
        return [
            _mth(i * width, (i + 1) * width) for i in range(start, min(stop, self.size // width))
        ]


class Given:
    """A log of leaf hashes given as a list, of less than 256."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.leaves = leaves

    def hashes(self, level: int, start: int, stop: int) -> Sequence[bytes]:
        assert level == 0
        return self.leaves[start:stop]


class Sparse:
    """A log of any size whose leaves are alike but for a few."""

    def __init__(self, odd: frozenset[int]) -> None:
        self.odd = odd
        self.alike = [leaf_hash(b"alike")]
        for _ in range(64):
            self.alike.append(node_hash(self.alike[-1], self.alike[-1]))
        self.rows: dict[int, int] = {}

    def perfect(self, height: int, idx: int) -> bytes:
        if not any(one >> height == idx for one in self.odd):
            return self.alike[height]
        if height == 0:
            return leaf_hash(_data(idx))
        return node_hash(self.perfect(height - 1, idx * 2), self.perfect(height - 1, idx * 2 + 1))

    def root(self, start: int, stop: int) -> bytes:
        k = _k(stop - start)
        if k * 2 == stop - start or stop - start == 1:
            height = (stop - start).bit_length() - 1
            return self.perfect(height, start >> height)
        return node_hash(self.root(start, start + k), self.root(start + k, stop))

    def hashes(self, level: int, start: int, stop: int) -> Sequence[bytes]:
        self.rows[level] = self.rows.get(level, 0) + stop - start
        return [self.perfect(8 * level, idx) for idx in range(start, stop)]


def _cases() -> Iterator[tuple[int, int]]:
    """Every number within every size up to 70, and those at the edges of stored levels."""
    yield from ((seq, size) for size in range(1, 71) for seq in range(size))
    for size in EDGES:
        yield from ((seq, size) for seq in {*POSITIONS, size - 2, size - 1} if seq < size)


CASES = tuple(_cases())


def test_hashes_of_leaves_and_nodes_are_those_of_the_published_vectors() -> None:
    assert leaf_hash(b"").hex() == ROOTS[1]
    assert leaf_hash(b"\x00").hex() == LEAF_1
    assert node_hash(leaf_hash(b""), leaf_hash(b"\x00")).hex() == ROOTS[2]
    assert EMPTY_ROOT.hex() == ROOTS[0]


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_the_published_vectors(size: int) -> None:
    leaves = [leaf_hash(data) for data in INPUTS[:size]]
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)

    assert root(Given(leaves), size).hex() == ROOTS[size]
    assert frontier.root().hex() == ROOTS[size]


@pytest.mark.parametrize(("seq", "size", "path"), PATHS)
def test_inclusion_proofs_are_those_of_the_published_vectors(
    seq: int, size: int, path: tuple[str, ...]
) -> None:
    leaves = [leaf_hash(data) for data in INPUTS]
    proof = inclusion_proof(Given(leaves), seq, size)

    assert [one.hex() for one in proof] == list(path)
    assert check_inclusion(leaves[seq], seq, size, proof, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(("old", "size", "path"), PROOFS)
def test_consistency_proofs_are_those_of_the_published_vectors(
    old: int, size: int, path: tuple[str, ...]
) -> None:
    proof = consistency_proof(Given([leaf_hash(data) for data in INPUTS]), old, size)

    assert [one.hex() for one in proof] == list(path)
    assert check_consistency(
        old, bytes.fromhex(ROOTS[old]), size, bytes.fromhex(ROOTS[size]), proof
    )


def test_every_inclusion_proof_is_the_one_the_rfc_defines_and_holds() -> None:
    for seq, size in CASES:
        proof = inclusion_proof(Stored(size), seq, size)

        assert proof == _path(seq, 0, size), (seq, size)
        assert check_inclusion(_mth(seq, seq + 1), seq, size, proof, _mth(0, size)), (seq, size)


def test_every_consistency_proof_is_the_one_the_rfc_defines_and_holds() -> None:
    for old, size in ((seq + 1, size) for seq, size in CASES):
        proof = consistency_proof(Stored(size), old, size)

        assert proof == _subproof(old, 0, size, whole=True), (old, size)
        assert check_consistency(old, _mth(0, old), size, _mth(0, size), proof), (old, size)


@pytest.mark.parametrize("size", [*range(71), *EDGES])
def test_the_root_is_the_one_the_rfc_defines(size: int) -> None:
    assert root(Stored(size), size) == _mth(0, size)


@pytest.mark.parametrize("size", EDGES)
def test_a_row_is_read_once_and_rows_that_adjoin_are_read_together(size: int) -> None:
    for seq in {0, 200, size // 2, size - 1}:
        log = Stored(size)
        inclusion_proof(log, seq, size)
        ordered = sorted(log.reads)

        assert all(a[0] < b[0] or a[2] < b[1] for a, b in pairwise(ordered)), ordered


@given(st.data())
def test_a_proof_of_any_size_holds_and_reads_few_rows(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 2**62), label="size")
    seq = data.draw(st.integers(0, size - 1), label="seq")
    old = data.draw(st.integers(1, size), label="old")
    odd = data.draw(st.frozensets(st.integers(0, size - 1), max_size=3), label="odd") | {seq}
    log = Sparse(odd)
    whole = log.root(0, size)

    assert root(log, size) == whole
    assert max(log.rows.values()) <= 255
    log.rows.clear()
    proof = inclusion_proof(log, seq, size)
    assert max(log.rows.values(), default=0) <= 510
    assert check_inclusion(leaf_hash(_data(seq)), seq, size, proof, whole)
    log.rows.clear()
    proof = consistency_proof(log, old, size)
    assert max(log.rows.values(), default=0) <= 511
    assert check_consistency(old, log.root(0, old), size, whole, proof)


def _forged(proof: Sequence[bytes]) -> Iterator[list[bytes]]:
    """Every proof with one bit flipped in each byte, one hash dropped, doubled, added or cut."""
    for i, one in enumerate(proof):
        for byte in range(32):
            flipped = bytearray(one)
            flipped[byte] ^= 1 << byte % 8
            yield [*proof[:i], bytes(flipped), *proof[i + 1 :]]
        yield [*proof[:i], *proof[i + 1 :]]
        yield [*proof[:i], one, *proof[i:]]
        yield [*proof[:i], one[:-1], *proof[i + 1 :]]
        yield [*proof[:i], one + b"\x00", *proof[i + 1 :]]
    yield [*proof, bytes(32)]
    yield [bytes(32), *proof]
    yield [*proof, b""]
    if len(set(proof)) > 1:
        yield list(proof[::-1])


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 21, 64, 257])
def test_a_forged_inclusion_proof_is_refused(size: int) -> None:
    for seq in {0, size // 3, size // 2, size - 1}:
        leaf, whole = _mth(seq, seq + 1), _mth(0, size)
        proof = inclusion_proof(Stored(size), seq, size)

        assert not any(check_inclusion(leaf, seq, size, bad, whole) for bad in _forged(proof))
        assert not check_inclusion(leaf_hash(b"other"), seq, size, proof, whole)
        assert not check_inclusion(leaf, seq, size, proof, leaf_hash(b"other"))
        assert not check_inclusion(leaf[:-1], seq, size, proof, whole)
        assert not check_inclusion(leaf, seq, size, proof, whole[:-1])


@pytest.mark.parametrize("size", range(1, 40))
def test_an_inclusion_proof_holds_for_its_own_number_alone(size: int) -> None:
    for seq in range(size):
        proof = inclusion_proof(Stored(size), seq, size)
        held = [
            other
            for other in range(-1, 2 * size)
            if check_inclusion(_mth(seq, seq + 1), other, size, proof, _mth(0, size))
        ]

        assert held == [seq]


def test_an_inclusion_proof_is_refused_against_the_root_of_another_size() -> None:
    for size, seq in ((n, i) for n in range(1, 40) for i in range(n)):
        proof = inclusion_proof(Stored(size), seq, size)

        assert not any(
            check_inclusion(_mth(seq, seq + 1), seq, other, proof, _mth(0, other))
            for other in range(40)
            if other != size
        )


@pytest.mark.parametrize("size", [2, 3, 7, 8, 9, 21, 64, 257])
def test_a_forged_consistency_proof_is_refused(size: int) -> None:
    for old in {1, size // 3 + 1, size // 2, size - 1, size}:
        before, after = _mth(0, old), _mth(0, size)
        proof = consistency_proof(Stored(size), old, size)

        assert not any(check_consistency(old, before, size, after, bad) for bad in _forged(proof))
        other = leaf_hash(b"other")
        assert not check_consistency(old, other, size, after, proof)
        assert not check_consistency(old, before, size, other, proof)
        assert not check_consistency(old, before[:-1], size, after, proof)
        assert not check_consistency(old, before, size, after[:-1], proof)


def test_a_consistency_proof_holds_for_its_own_roots_alone() -> None:
    for size, old in ((n, m) for n in range(1, 30) for m in range(1, n + 1)):
        proof = consistency_proof(Stored(size), old, size)
        held = [
            (a, b)
            for a in range(1, 30)
            for b in range(1, 30)
            if check_consistency(a, _mth(0, a), b, _mth(0, b), proof)
        ]

        assert (old, size) in held
        # The empty proof is the proof of every tree to itself.
        assert held == ([(old, size)] if proof else [(n, n) for n in range(1, 30)])


def test_a_proof_from_the_empty_tree_is_empty_and_needs_its_root() -> None:
    whole = _mth(0, 5)

    assert consistency_proof(Stored(5), 0, 5) == []
    assert check_consistency(0, EMPTY_ROOT, 5, whole, [])
    assert check_consistency(0, EMPTY_ROOT, 0, EMPTY_ROOT, [])
    assert not check_consistency(0, whole, 5, whole, [])
    assert not check_consistency(0, EMPTY_ROOT, 0, whole, [])
    assert not check_consistency(0, whole, 0, whole, [])
    assert not check_consistency(0, EMPTY_ROOT, 5, whole, [whole])


def test_a_smaller_tree_is_never_consistent_with_a_larger_one() -> None:
    assert not check_consistency(5, _mth(0, 5), 4, _mth(0, 4), [])
    assert not check_consistency(-1, EMPTY_ROOT, 4, _mth(0, 4), [])


def test_a_size_or_number_that_cannot_be_is_refused_by_name() -> None:
    log = Stored(5)
    for call, name in (
        (lambda: root(log, -1), "size"),
        (lambda: Frontier.resume(log, -1), "size"),
        (lambda: inclusion_proof(log, 5, 5), "seq"),
        (lambda: inclusion_proof(log, -1, 5), "seq"),
        (lambda: inclusion_proof(log, 0, 0), "seq"),
        (lambda: consistency_proof(log, 6, 5), "old"),
        (lambda: consistency_proof(log, -1, 5), "old"),
        (lambda: completed(-1, 5), "first"),
        (lambda: completed(0, -5), "count"),
        (lambda: Frontier().append(b"short"), "leaf"),
    ):
        with pytest.raises(ValueError, match=f"^{name} "):
            call()


def test_a_log_that_lacks_a_hash_gives_no_root() -> None:
    with pytest.raises(LookupError, match="level 0 must hold the hashes 256 to 258"):
        root(Stored(258), 259)
    with pytest.raises(LookupError, match="level 0"):
        root(Given([b"short"]), 1)


@pytest.mark.parametrize("size", EDGES)
def test_the_frontier_gives_the_root_and_the_stored_nodes_as_they_become_full(size: int) -> None:
    frontier = Frontier()
    full = [node for seq in range(size) for node in frontier.append(_mth(seq, seq + 1))]

    assert (frontier.size, frontier.root()) == (size, _mth(0, size))
    assert sorted(node[:2] for node in full) == list(completed(0, size))
    for level, idx, made in full:
        assert made == _mth(idx * FANOUT**level, (idx + 1) * FANOUT**level)


@given(st.integers(0, 1_500), st.integers(0, 600))
def test_a_frontier_resumed_from_what_is_stored_goes_on_as_if_it_had_not_stopped(
    first: int, count: int
) -> None:
    frontier = Frontier.resume(Stored(first), first)
    full = [
        node for seq in range(first, first + count) for node in frontier.append(_mth(seq, seq + 1))
    ]

    assert (frontier.size, frontier.root()) == (first + count, _mth(0, first + count))
    assert [node[:2] for node in full] == list(completed(first, count))


def test_the_leaf_that_fills_two_levels_gives_both_lower_first() -> None:
    frontier = Frontier.resume(Stored(65_535), 65_535)

    assert frontier.append(_mth(65_535, 65_536)) == (
        StoredNode(1, 255, _mth(65_280, 65_536)),
        StoredNode(2, 0, _mth(0, 65_536)),
    )


@given(st.integers(0, 200_000), st.integers(0, 200_000))
def test_nodes_become_full_once_however_leaves_are_batched(first: int, count: int) -> None:
    before, added = list(completed(0, first)), list(completed(first, count))

    assert sorted(before + added) == list(completed(0, first + count))
    assert all((idx + 1) * FANOUT**level <= first + count for level, idx in added)
    assert all((idx + 1) * FANOUT**level > first for level, idx in added)
