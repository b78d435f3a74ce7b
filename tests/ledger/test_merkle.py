"""RFC 6962 hashing and proofs, against the reference vectors of Certificate Transparency and against the definition."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.ledger import merkle

LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = [
    (0, 1, []),
    (
        0,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
]
CONSISTENCY = [
    (1, 1, []),
    (
        1,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        [
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]


def definition(leaves):
    """MTH of RFC 6962, 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + definition(leaves[:k]) + definition(leaves[k:])).digest()


def stored(leaves):
    return lambda height, position: definition(leaves[position << height : (position + 1) << height])


def grown(leaves):
    frontier = merkle.Frontier()
    frontier.extend(map(merkle.leaf_hash, leaves), keep_from=8)
    return frontier


@pytest.mark.parametrize("size", range(9))
def test_roots_match_the_reference(size):
    assert grown(LEAVES[:size]).root().hex() == ROOTS[size] == definition(LEAVES[:size]).hex()


@pytest.mark.parametrize(("index", "size", "proof"), INCLUSION)
def test_inclusion_proofs_match_the_reference(index, size, proof):
    found = merkle.inclusion_proof(index, size, stored(LEAVES))
    assert [step.hex() for step in found] == proof


@pytest.mark.parametrize(("old", "new", "proof"), CONSISTENCY)
def test_consistency_proofs_match_the_reference(old, new, proof):
    found = merkle.consistency_proof(old, new, stored(LEAVES))
    assert [step.hex() for step in found] == proof


def test_growing_in_batches_of_any_size_gives_the_same_tree_and_subtrees():
    leaves = [b"%d" % number for number in range(70)]
    frontier, completed = merkle.Frontier(), []
    for start, end in ((0, 1), (1, 8), (8, 33), (33, 70)):
        frontier = merkle.Frontier(frontier.size, bytes(frontier))
        completed += frontier.extend(map(merkle.leaf_hash, leaves[start:end]), keep_from=2)
    assert frontier.root() == definition(leaves)
    assert len({(height, position) for height, position, _ in completed}) == 17 + 8 + 4 + 2 + 1
    assert all(root == stored(leaves)(height, position) for height, position, root in completed)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_every_proof_verifies_and_none_verifies_for_something_else(data):
    new = data.draw(st.integers(1, 70))
    old = data.draw(st.integers(1, new))
    index = data.draw(st.integers(0, new - 1))
    leaves = [b"%d" % number for number in range(new)]
    root, old_root = definition(leaves), definition(leaves[:old])
    leaf = merkle.leaf_hash(leaves[index])
    proof = merkle.inclusion_proof(index, new, stored(leaves))

    def included(**changes):
        return merkle.verify_inclusion(
            **{"leaf": leaf, "index": index, "size": new, "proof": proof, "root": root} | changes
        )

    assert included()
    assert not included(leaf=merkle.leaf_hash(b"forged"))
    assert not included(index=new)
    assert not included(root=bytes(32))
    assert not included(proof=[*proof, bytes(32)])
    assert not proof or not included(proof=proof[:-1])
    steps = merkle.consistency_proof(old, new, stored(leaves))

    def consistent(**changes):
        given = {"old": old, "new": new, "old_root": old_root, "new_root": root, "proof": steps}
        return merkle.verify_consistency(**given | changes)

    assert consistent()
    assert not consistent(new_root=bytes(32))
    assert not consistent(old_root=bytes(32))
    assert not consistent(proof=[*steps, bytes(32)])
    assert not steps or not consistent(proof=steps[:-1])


@pytest.mark.parametrize(("index", "size"), [(-1, 4), (4, 4), (0, 0)])
def test_no_proof_for_a_leaf_outside_the_tree(index, size):
    with pytest.raises(ValueError, match="no such leaf"):
        merkle.inclusion_proof(index, size, stored(LEAVES))


def test_a_proof_for_a_million_entries_is_small():
    proof = merkle.inclusion_proof(123_456, 1_000_001, lambda height, position: bytes(32))
    assert len(b"".join(proof)) <= 1_000
