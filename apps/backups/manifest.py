"""The manifest of a backup: what was written, of which portal, when, and where the ledger stood.

It carries a code that only who has DIGEST_KEY can make. So neither a file nor the manifest can be changed later by
somebody who has the backups alone.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac

NAME = "manifest.json"
FORMAT = 1


class NotWhole(Exception):
    """Something that was kept is not what was written. The message says what, in a sentence."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself."""

    made_at: str
    """UTC, when it was begun: nothing that was committed before is missing."""
    portal: str
    database: str
    """`sqlite` or `postgresql`."""
    server: str
    """Its version."""
    migrations: dict[str, str]
    """The newest of each app."""
    entries: int
    checkpoint: str
    """The ledger's newest checkpoint then. It proves nothing of the backup: for that there are those kept elsewhere."""
    files: dict[str, tuple[int, str]]
    """Size in bytes and SHA-256 by name."""
    format: int = FORMAT


def digest_of(path: Path) -> tuple[int, str]:
    """Size in bytes and SHA-256. Raises OSError."""
    with path.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
        return handle.tell(), digest


def compare(path: Path, name: str, size: int, digest: str) -> None:
    """Raise `NotWhole` if a file is not the one of that size and SHA-256."""
    try:
        found_size, found = digest_of(path)
    except OSError as error:
        raise NotWhole(f"“{name}” of the backup cannot be read: {error.strerror}.") from error
    if found_size < size:
        raise NotWhole(f"“{name}” of the backup has {found_size} bytes, and {size} were written. It was cut off.")
    if found != digest:
        raise NotWhole(f"“{name}” of the backup is not what was written. Somebody or something changed it.")


def write(folder: Path, manifest: Manifest) -> str:
    """Write it into the backup's folder; returns its SHA-256."""
    said = asdict(manifest)
    text = json.dumps({**said, "code": _code(said)}, indent=1, sort_keys=True) + "\n"
    (folder / NAME).write_text(text)
    return hashlib.sha256(text.encode()).hexdigest()


def read(folder: Path) -> Manifest:
    """The manifest of a backup that is whole: every file is there and is what was written. Raises `NotWhole`."""
    manifest = _opened(folder)
    for name, (size, digest) in sorted(manifest.files.items()):
        compare(folder / name, name, size, digest)
    return manifest


def _opened(folder: Path) -> Manifest:
    try:
        said: dict[str, Any] = json.loads((folder / NAME).read_text())
        code = said.pop("code")
        manifest = Manifest(**{**said, "files": {name: (size, sha) for name, (size, sha) in said["files"].items()}})
    except FileNotFoundError as error:
        raise NotWhole("This is no whole backup: it has no manifest.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotWhole("The manifest of the backup cannot be read. It was cut off or changed.") from error
    if manifest.format != FORMAT:
        raise NotWhole("The backup was made by another version of the portal, which writes it differently.")
    if not hmac.compare_digest(code, _code(said)):
        raise NotWhole("The manifest was changed, or the portal that made it had another DIGEST_KEY.")
    return manifest


def _code(said: dict[str, Any]) -> str:
    text = json.dumps(said, sort_keys=True, separators=(",", ":"))
    return salted_hmac("backups.manifest", text, secret=settings.DIGEST_KEY, algorithm="sha256").hexdigest()
