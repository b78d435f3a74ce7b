"""RFC 6962 Merkle trees: hashing, a tree that grows by its frontier alone, proofs and their verification.

Pure functions over bytes. A *full subtree* of height h at position p covers the leaves p·2^h … (p+1)·2^h − 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

FullSubtree = Callable[[int, int], bytes]
"""Gives the root of the full subtree of (height, position)."""


def leaf_hash(leaf: bytes) -> bytes:
    """Hash of one entry's bytes."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """A tree reduced to the roots of its full subtrees, the largest first: all that growing and the root need."""

    def __init__(self, size: int = 0, roots: bytes = b"") -> None:
        if len(roots) != size.bit_count() * HASH_BYTES:
            raise ValueError("A frontier has one root for each bit of its size.")
        self.size = size
        self._roots = [roots[start : start + HASH_BYTES] for start in range(0, len(roots), HASH_BYTES)]

    def extend(self, hashes: Iterable[bytes], *, keep_from: int) -> list[tuple[int, int, bytes]]:
        """Add leaves by their hashes; returns (height, position, root) of each subtree completed, from that height."""
        completed = []
        for node in hashes:
            height = 0
            while self.size >> height & 1:
                node = node_hash(self._roots.pop(), node)
                height += 1
                if height >= keep_from:
                    completed.append((height, self.size >> height, node))
            self._roots.append(node)
            self.size += 1
        return completed

    def root(self, *, right: bytes | None = None) -> bytes:
        """The root of the whole tree; with `right`, of the tree that a smaller one with this root follows."""
        nodes = self._roots if right is None else [*self._roots, right]
        if not nodes:
            return EMPTY_ROOT
        node = nodes[-1]
        for left in reversed(nodes[:-1]):
            node = node_hash(left, node)
        return node

    def __bytes__(self) -> bytes:
        return b"".join(self._roots)


def range_root(start: int, end: int, full: FullSubtree) -> bytes:
    """The root over leaves `start` to `end`, where `start` is a multiple of the largest power of two that fits."""
    width = end - start
    if width & (width - 1) == 0:
        height = width.bit_length() - 1
        return full(height, start >> height)
    middle = start + _split(width)
    return node_hash(range_root(start, middle, full), range_root(middle, end, full))


def inclusion_proof(index: int, size: int, full: FullSubtree) -> list[bytes]:
    """The hashes that lead from leaf `index` to the root of the first `size` leaves (RFC 6962, 2.1.1)."""
    if not 0 <= index < size:
        raise ValueError("The tree has no such leaf.")
    proof = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(range_root(middle, end, full))
            end = middle
        else:
            proof.append(range_root(start, middle, full))
            start = middle
    return proof[::-1]


def consistency_proof(old: int, new: int, full: FullSubtree) -> list[bytes]:
    """The hashes that show the tree of `old` leaves to be the beginning of that of `new` (RFC 6962, 2.1.2)."""
    if not 0 <= old <= new:
        raise ValueError("A tree never shrinks.")
    if old in (0, new):
        return []
    proof = []
    start, end = 0, new
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            proof.append(range_root(middle, end, full))
            end = middle
        else:
            proof.append(range_root(start, middle, full))
            start = middle
    if start:
        proof.append(range_root(start, end, full))
    return proof[::-1]


def verify_inclusion(*, leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> bool:
    """Say whether `proof` leads from the leaf hash `leaf` at `index` to `root` (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, position, last = leaf, index, size - 1
    for step in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            node = node_hash(step, node)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            node = node_hash(node, step)
        position, last = position >> 1, last >> 1
    return last == 0 and node == root


def verify_consistency(*, old: int, new: int, old_root: bytes, new_root: bytes, proof: list[bytes]) -> bool:
    """Say whether `proof` shows that the tree of `old` leaves begins the tree of `new` (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    steps = ([old_root] if old & (old - 1) == 0 else []) + proof
    if not steps:
        return False
    position, last = old - 1, new - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            before, after = node_hash(step, before), node_hash(step, after)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            after = node_hash(after, step)
        position, last = position >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


def _split(width: int) -> int:
    """The largest power of two below `width`."""
    return 1 << ((width - 1).bit_length() - 1)
