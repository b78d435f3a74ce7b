"""The tag files of a bag (BagIt 1.0, RFC 8493): what says which files there are, and what their digests are."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

VERIFIER = Path(__file__).with_name("verify_package.py")
PROOFS = "data/proofs/"
SEALED_MANIFEST = f"{PROOFS}sealed-manifest.txt"


@dataclass(frozen=True, slots=True)
class Listed:
    """A file of the bag: its path below the bag's folder, its size in bytes, its SHA-256 in hexadecimal."""

    path: str
    size: int
    digest: str

    @classmethod
    def of(cls, path: str, content: bytes) -> Listed:
        """What a manifest says of a file with this content."""
        return cls(path, len(content), hashlib.sha256(content).hexdigest())


def manifest(files: Iterable[Listed]) -> bytes:
    """A manifest by SHA-256, in the order of the paths. Paths hold nothing that BagIt would have to escape."""
    return "".join(f"{one.digest}  {one.path}\n" for one in sorted(files, key=lambda one: one.path)).encode()


def sealed_manifest(files: Iterable[Listed]) -> bytes:
    """The payload without the proofs, which are made after the ledger has taken this list's digest."""
    return manifest(one for one in files if not one.path.startswith(PROOFS))


def tag_files(payload: list[Listed], info: Mapping[str, str], readme: str) -> dict[str, bytes]:
    """Every tag file by name, for a bag with this payload. `info` are lines of bag-info.txt."""
    tags = {
        "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": _bag_info(payload, info),
        "README.txt": readme.encode(),
        "verify_package.py": VERIFIER.read_bytes(),
        "manifest-sha256.txt": manifest(payload),
    }
    tags["tagmanifest-sha256.txt"] = manifest(Listed.of(name, content) for name, content in tags.items())
    return tags


def _bag_info(payload: list[Listed], info: Mapping[str, str]) -> bytes:
    size = sum(one.size for one in payload)
    lines = {**info, "Payload-Oxum": f"{size}.{len(payload)}"}
    # A line break in a value would begin another label.
    return "".join(f"{label}: {' '.join(value.split())}\n" for label, value in lines.items()).encode()
