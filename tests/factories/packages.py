"""A package as a stranger gets it: files, tag files, and a small ledger of its own with a key of its own."""

from __future__ import annotations

import json
import zlib
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from apps.disclosure.package.bag import PROOFS, SEALED_MANIFEST, Listed, sealed_manifest, tag_files
from apps.disclosure.package.zip_layout import Member, ZipLayout
from apps.ledger import merkle
from apps.ledger.canonical import canonical
from apps.ledger.signed_notes import ED25519, VerifierKey, sign

ORIGIN = "portal.example.org/ledger"
SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = str(VerifierKey.of(ORIGIN, ED25519, SIGNER))
ROOT = "package-1"
EXPORT, ITEM = "7f0a3c1e-0000-4000-8000-000000000001", "7f0a3c1e-0000-4000-8000-000000000002"
ORIGINAL, COPY = "data/originals/0001-Driveway.mp4", "data/working-copies/0001-Driveway.mp4"


def leaf(action: str, kind: str, public_id: str, **facts: str) -> bytes:
    """An entry of the ledger."""
    subject = {"id": public_id, "kind": kind}
    return canonical({"v": 1, "action": action, "subject": subject, "facts": facts})


def package_files(payload: dict[str, bytes] | None = None) -> dict[str, bytes]:
    """All files of a whole package, by path below its folder."""
    payload = payload or {ORIGINAL: b"original " * 1000, COPY: b"copy " * 1000, "data/custody/custody.pdf": b"%PDF"}
    listed = [Listed.of(path, content) for path, content in payload.items()]
    digests = {one.path: one.digest for one in listed}
    sealed = sealed_manifest(listed)
    leaves = [
        *(leaf("camera.registered", "camera", str(number)) for number in range(300)),
        leaf("evidence_item.sealed", "evidence_item", ITEM, digest=digests.get(ORIGINAL, "")),
        leaf("evidence_item.playable", "evidence_item", ITEM, digest=digests.get(COPY, "")),
        leaf("export.prepared", "export", EXPORT, manifest=Listed.of("", sealed).digest),
    ]
    files = dict(payload)
    files[SEALED_MANIFEST] = sealed
    files[f"{PROOFS}checkpoint.txt"], files[f"{PROOFS}entries.json"] = _proofs(leaves)
    return with_tags(files)


def with_tags(files: dict[str, bytes]) -> dict[str, bytes]:
    """The same payload with tag files that fit it."""
    payload = {path: content for path, content in files.items() if path.startswith("data/")}
    listed = [Listed.of(path, content) for path, content in payload.items()]
    return payload | tag_files(listed, {"Source-Organization": "TPD"}, "Read me.\n")


def _proofs(leaves: list[bytes]) -> tuple[bytes, bytes]:
    hashes = [merkle.leaf_hash(one) for one in leaves]

    def full(height: int, position: int) -> bytes:
        nodes = hashes[position << height : (position + 1) << height]
        while len(nodes) > 1:
            nodes = [merkle.node_hash(*pair) for pair in zip(nodes[::2], nodes[1::2], strict=True)]
        return nodes[0]

    root = b64encode(merkle.range_root(0, len(leaves), full)).decode()
    text = f"{ORIGIN}\n{len(leaves)}\n{root}\nnumber 1\n"
    entries = [
        {
            "index": index,
            "leaf": leaves[index].decode(),
            "proof": [b64encode(step).decode() for step in merkle.inclusion_proof(index, len(leaves), full)],
        }
        for index in range(300, len(leaves))
    ]
    files = [{"path": path, "item": ITEM} for path in (ORIGINAL, COPY)]
    given = {"export": EXPORT, "files": files, "entries": entries}
    return f"{text}\n{sign(text, ORIGIN, SIGNER)}".encode(), json.dumps(given).encode()


def unpacked(folder: Path, files: dict[str, bytes]) -> Path:
    """The package as a folder."""
    for path, content in files.items():
        target = folder / ROOT / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return folder / ROOT


def zipped(folder: Path, files: dict[str, bytes]) -> Path:
    """The package as the portal sends it."""
    contents = list(files.values())
    members = [Member(f"{ROOT}/{path}", len(one), zlib.crc32(one)) for path, one in files.items()]
    layout = ZipLayout(members, datetime(2026, 11, 29, 12, 0, tzinfo=UTC))
    target = folder / f"{ROOT}.zip"
    with target.open("wb") as out:
        for part in layout.parts(0, layout.size):
            out.write(part.data if part.member < 0 else contents[part.member][part.start : part.end])
    return target
