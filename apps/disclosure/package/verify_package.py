#!/usr/bin/env python3
"""Check a package of evidence, offline, on a machine that never saw the portal.

    python3 verify_package.py --key KEY PACKAGE

PACKAGE is the ZIP as it was downloaded, or the folder that it was unpacked to; without it, the folder of this script.
KEY is the verifier key of the portal's ledger (`name+id+base64`). Take it from somewhere else than this package: from
the portal's page /ledger/, from a paper, from somebody who kept it. A key that comes with a package proves nothing.

Needs Python 3.9 or later. For the signature it needs the package `cryptography`; all else works without it.

Exit code 0: everything holds. 1: something is wrong, and each line WRONG names it. 2: nothing is wrong, but something
could not be checked, and each line NOT CHECKED says what.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import io
import json
import os
import re
import stat
import struct
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, BinaryIO

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:  # all but the signature can be checked without it
    Ed25519PublicKey = None  # type: ignore[assignment,misc]

PIECE = 256 * 1024
TEXT_MOST = 64 * 1024 * 1024  # bytes of one file that is read as a whole
FILES_MOST = 100_000
PATH_MOST = 200
# A package has no other names, so that there is nothing to escape and no two names that a system takes for one.
PATH = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*", re.ASCII)
LINE = re.compile(r"([0-9a-f]{64})  (\S+)", re.ASCII)
MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
TAGS = ("bagit.txt", "bag-info.txt", "README.txt", "verify_package.py", MANIFEST)
DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
PROOFS = "data/proofs/"
ENTRIES, CHECKPOINT, SEALED = (f"{PROOFS}{name}" for name in ("entries.json", "checkpoint.txt", "sealed-manifest.txt"))
# Which act of the ledger states the digest of a file, by the folder in which the file lies.
STATED_BY = {
    "data/originals/": "evidence_item.sealed",
    "data/working-copies/": "evidence_item.playable",
    "data/redacted/": "evidence_item.redacted",
}
PREPARED = "export.prepared"
ENDINGS = (
    "Everything holds: the files are what the ledger says, and the ledger is signed by this key.",
    "This package is not what it should be.",
    "Nothing is wrong, but not everything could be checked.",
)


class Refused(Exception):
    """The container is not one that this program reads any further: it could do harm, or is no package at all."""


class Findings:
    """What is wrong, what could not be checked, and what was found right."""

    def __init__(self) -> None:
        self.wrong, self.unchecked, self.right = list[str](), list[str](), list[str]()


def check_path(path: str) -> str:
    """The path, if it is one that a package may have. Raises Refused."""
    if len(path) > PATH_MOST or not PATH.fullmatch(path):
        raise Refused(f"{path!r}: no path of a package. It may lead out of its folder.")
    return path


def check_count(files: int) -> None:
    """Raise Refused for more files than a package has."""
    if files > FILES_MOST:
        raise Refused(f"It has more than {FILES_MOST} files.")


def check_names(names: list[str]) -> None:
    """Raise Refused for a name that some system takes for that of another file, or of a folder."""
    taken: set[str] = set()
    for name in (one.lower() for one in names):
        if name in taken:
            raise Refused(f"{name}: there are two files of this name.")
        taken.add(name)
    for name in taken:
        if any(name[:place] in taken for place, sign in enumerate(name) if sign == "/"):
            raise Refused(f"{name}: a folder of its path is a file.")


class Bag:
    """A package: of each file by its path the size, and the file that holds its bytes with where they begin there."""

    def __init__(self) -> None:
        self.sizes: dict[str, int] = {}
        self.places: dict[str, tuple[Path, int]] = {}


class Folder(Bag):
    """A package that was unpacked. Links and anything that is no file or folder are refused; nothing is followed."""

    def __init__(self, root: Path) -> None:
        super().__init__()
        waiting = [""]
        while waiting:
            below = waiting.pop()
            with os.scandir(root / below) as entries:
                for entry in entries:
                    path = check_path(f"{below}/{entry.name}".lstrip("/"))
                    mode = entry.stat(follow_symlinks=False).st_mode
                    if stat.S_ISDIR(mode):
                        waiting.append(path)
                    elif stat.S_ISREG(mode):
                        self.sizes[path] = entry.stat(follow_symlinks=False).st_size
                        self.places[path] = (root / path, 0)
                    else:
                        raise Refused(f"{path}: a link or a device. A package has only files and folders.")
            check_count(len(self.sizes) + len(waiting))
        check_names(list(self.sizes))


class Zip(Bag):
    """A package as it was downloaded. Nothing is unpacked: files are read where they lie, uncompressed."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        try:
            with zipfile.ZipFile(path) as archive:
                members, directory, comment = archive.infolist(), archive.start_dir, archive.comment
        except (zipfile.BadZipFile, NotImplementedError, struct.error, ValueError, OverflowError) as error:
            raise Refused(f"It is no ZIP that can be read: {error}") from error
        check_count(len(members))
        roots = {member.filename.split("/", 1)[0] for member in members}
        if len(roots) != 1:
            raise Refused("A package has one folder at its top, with everything in it.")
        check_path(roots.pop())
        end = 0
        with path.open("rb") as handle:
            handle.seek(-22, os.SEEK_END)
            if comment or handle.read(4) != b"PK\5\6":
                raise Refused("There is something behind the end of the ZIP.")
            for member in sorted(members, key=lambda one: one.header_offset):
                end = self._take(handle, member, end)
        if end != directory:
            raise Refused("There are bytes between the files and the list of the ZIP.")
        check_names([member.filename for member in members])

    def _take(self, handle: BinaryIO, member: zipfile.ZipInfo, begins: int) -> int:
        """Note where the member's bytes lie; returns where they end. Files follow each other without a gap."""
        name = member.filename
        kind = stat.S_IFMT(member.external_attr >> 16)
        if kind not in (0, stat.S_IFREG) or name.endswith("/") or "/" not in name:
            raise Refused(f"{name!r}: a link, a folder or a device. A package has only files, in one folder.")
        check_path(name)
        if member.compress_type != zipfile.ZIP_STORED or member.file_size != member.compress_size:
            raise Refused(f"{name}: compressed. A package never is, so that it cannot swell when it is read.")
        if member.flag_bits:
            raise Refused(f"{name}: encrypted, or written as no file of a package is.")
        handle.seek(member.header_offset)
        head = handle.read(30)
        if member.header_offset != begins or len(head) != 30 or head[:4] != b"PK\3\4":
            raise Refused(f"{name}: the files of the ZIP overlap, or something lies between them.")
        name_length, extra_length = struct.unpack("<HH", head[26:])
        if handle.read(name_length) != name.encode("ascii"):
            raise Refused(f"{name}: the file itself has another name than the list of the ZIP.")
        start: int = begins + 30 + name_length + extra_length
        inner = name.split("/", 1)[1]
        self.sizes[inner] = member.file_size
        self.places[inner] = (self.path, start)
        return start + member.file_size


def digest(bag: Bag, path: str) -> str:
    """The SHA-256 of a file's bytes: of as many as the file is said to have."""
    (source, start), left, found = bag.places[path], bag.sizes[path], hashlib.sha256()
    room = memoryview(bytearray(PIECE))
    with open(source, "rb", buffering=0) as handle:  # noqa: PTH123
        handle.seek(start)
        while left:
            count = handle.readinto(room[: min(PIECE, left)])
            if not count:
                return "cut short"
            found.update(room[:count])
            left -= count
    return found.hexdigest()


def content(bag: Bag, path: str) -> bytes:
    """A small file as a whole. Raises Refused for a large one, KeyError for one that is not there."""
    if bag.sizes[path] > TEXT_MOST:
        raise Refused(f"{path}: too large to be what its name says.")
    source, start = bag.places[path]
    with source.open("rb") as handle:
        handle.seek(start)
        return handle.read(bag.sizes[path])


def check_bag(bag: Bag, findings: Findings) -> dict[str, str]:
    """The structure of the bag and every digest (RFC 8493); returns what the payload's manifest says."""
    wrong = findings.wrong
    for path in bag.sizes:
        if path == "fetch.txt":
            wrong.append("fetch.txt: a package is complete and fetches nothing.")
        elif not path.startswith("data/") and path not in (*TAGS, TAG_MANIFEST):
            wrong.append(f"{path}: does not belong to a package.")
    wrong.extend(f"{path}: is missing." for path in (*TAGS, TAG_MANIFEST) if path not in bag.sizes)
    if "bagit.txt" in bag.sizes and content(bag, "bagit.txt") != DECLARATION:
        wrong.append("bagit.txt: is not the declaration of BagIt 1.0 in UTF-8.")
    listed, tags = read_manifest(bag, MANIFEST, wrong), read_manifest(bag, TAG_MANIFEST, wrong)
    payload = {path for path in bag.sizes if path.startswith("data/")}
    if not payload:
        wrong.append("data: there is no payload.")
    compare(listed, payload, MANIFEST, wrong)
    compare(tags, set(TAGS) & set(bag.sizes), TAG_MANIFEST, wrong)
    check_bag_info(bag, payload, wrong)
    check_digests(bag, {**listed, **tags}, wrong)
    return listed


def read_manifest(bag: Bag, name: str, wrong: list[str]) -> dict[str, str]:
    """Digests by path. What is no line of a manifest is named and passed over."""
    found: dict[str, str] = {}
    if name not in bag.sizes:
        return found
    text = content(bag, name).decode("utf-8", "replace")
    if not text.endswith("\n"):
        wrong.append(f"{name}: its last line is cut.")
    for number, line in enumerate(text.split("\n")[:-1], 1):
        parts = LINE.fullmatch(line)
        if parts is None or not PATH.fullmatch(parts[2]):
            wrong.append(f"{name}: line {number} is no digest and path inside of the package.")
        elif parts[2] in found:
            wrong.append(f"{name}: lists {parts[2]} twice.")
        else:
            found[parts[2]] = parts[1]
    return found


def compare(listed: dict[str, str], there: set[str], name: str, wrong: list[str]) -> None:
    """Name files that are listed and missing, and those that are there and not listed."""
    wrong.extend(f"{path}: is listed in {name} and missing." for path in sorted(set(listed) - there))
    wrong.extend(f"{path}: is not listed in {name}." for path in sorted(there - set(listed)))


def check_bag_info(bag: Bag, payload: set[str], wrong: list[str]) -> None:
    """bag-info.txt: lines of label and value, and the sum of the payload."""
    if "bag-info.txt" not in bag.sizes:
        return
    lines = content(bag, "bag-info.txt").decode("utf-8", "replace").split("\n")
    if lines.pop() or not all(re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*: \S.*", line) for line in lines):
        wrong.append("bag-info.txt: a line is no label and value.")
    sums = [line.partition(": ")[2] for line in lines if line.startswith("Payload-Oxum:")]
    if sums != [f"{sum(bag.sizes[path] for path in payload)}.{len(payload)}"]:
        wrong.append("bag-info.txt: Payload-Oxum is not the size and number of the payload's files.")


def check_digests(bag: Bag, listed: dict[str, str], wrong: list[str]) -> None:
    """Read every listed file, several at a time, the largest first."""
    paths = sorted((path for path in listed if path in bag.sizes), key=lambda one: -bag.sizes[one])
    with ThreadPoolExecutor(os.cpu_count() or 1) as readers:
        for path, found in readers.map(lambda one: (one, digest(bag, one)), paths):
            if found != listed[path]:
                wrong.append(f"{path}: its digest is {found}, and the manifest says {listed[path]}.")


def check_ledger(bag: Bag, listed: dict[str, str], key: str, findings: Findings) -> None:
    """Proofs of all entries, what they say of the files, and who signed the checkpoint that they lead to."""
    missing = [path for path in (ENTRIES, CHECKPOINT, SEALED) if path not in bag.sizes]
    if missing:
        findings.wrong.extend(f"{path}: is missing, so nothing proves where the files come from." for path in missing)
        return
    try:
        note = content(bag, CHECKPOINT).decode("utf-8")
        size, root = read_checkpoint(note)
        given = json.loads(content(bag, ENTRIES), object_pairs_hook=no_doubles)
        leaves = check_proofs(given["entries"], size, root, findings.wrong)
        check_statements(bag, listed, given, leaves, findings.wrong)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        findings.wrong.append(f"{PROOFS}: cannot be read ({type(error).__name__}: {str(error)[:200]}).")
        return
    if not findings.wrong:
        origin = note.split("\n", 1)[0]
        findings.right.append(f"{len(leaves)} acts are among the {size} entries of the ledger {origin}.")
    check_signature(note, key, findings)


def read_checkpoint(note: str) -> tuple[int, bytes]:
    """Size and root that the checkpoint states. Raises ValueError."""
    _origin, size, root, *_more = note.split("\n")
    if size != str(int(size)) or int(size) < 1:
        raise ValueError("the checkpoint has no size")
    return int(size), base64.b64decode(root, validate=True)


def check_proofs(entries: list[Any], size: int, root: bytes, wrong: list[str]) -> list[Any]:
    """The entries whose proof leads to the root, parsed; the others are named."""
    held = []
    for entry in entries:
        leaf, index = str(entry["leaf"]).encode(), entry["index"]
        proof = [base64.b64decode(step, validate=True) for step in entry["proof"]]
        if type(index) is int and leads_to(root, leaf, index, size, proof):
            held.append(json.loads(leaf, object_pairs_hook=no_doubles))
        else:
            wrong.append(f"{ENTRIES}: the proof of entry {index} does not lead to the checkpoint.")
    return held


def leads_to(root: bytes, leaf: bytes, index: int, size: int, proof: list[bytes]) -> bool:
    """Whether the proof leads from the leaf at `index` to the root of `size` leaves (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, position, last = hashlib.sha256(b"\0" + leaf).digest(), index, size - 1
    for step in proof:
        if last == 0 or len(step) != 32:
            return False
        if position & 1 or position == last:
            node = hashlib.sha256(b"\1" + step + node).digest()
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            node = hashlib.sha256(b"\1" + node + step).digest()
        position, last = position >> 1, last >> 1
    return last == 0 and node == root


def check_statements(bag: Bag, listed: dict[str, str], given: Any, leaves: list[Any], wrong: list[str]) -> None:
    """The ledger states the digest of each original and copy, and of the list of all files but the proofs."""
    stated = {(leaf["action"], leaf["subject"]["id"], leaf["facts"].get("digest")) for leaf in leaves}
    items = {one["path"]: one["item"] for one in given["files"]}
    for path, found in sorted(listed.items()):
        for folder, action in STATED_BY.items():
            if path.startswith(folder) and (action, items.get(path), found) not in stated:
                wrong.append(f"{path}: no entry of the ledger states this digest.")
    sealed = content(bag, SEALED)
    prepared = [leaf for leaf in leaves if leaf["action"] == PREPARED and leaf["subject"]["id"] == given["export"]]
    if [leaf["facts"]["manifest"] for leaf in prepared[-1:]] != [hashlib.sha256(sealed).hexdigest()]:
        wrong.append(f"{SEALED}: is not the list that the ledger states for this package.")
    lines = sorted(f"{found}  {path}\n" for path, found in listed.items() if not path.startswith(PROOFS))
    if sorted(sealed.decode().splitlines(keepends=True)) != lines:
        wrong.append(f"{MANIFEST}: lists other files, or other digests, than the list that the ledger states.")


def no_doubles(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object of JSON in which no key stands twice: two readers would read two things. Raises ValueError."""
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def check_signature(note: str, key: str, findings: Findings) -> None:
    """Whether the owner of `key` signed the checkpoint (C2SP signed-note, Ed25519)."""
    if not key:
        findings.unchecked.append("Who signed the checkpoint: give the ledger's verifier key with --key.")
        return
    if Ed25519PublicKey is None:
        findings.unchecked.append("Who signed the checkpoint: the Python package “cryptography” is not installed.")
        return
    try:
        name, key_id, encoded = key.strip().split("+", 2)
        raw = base64.b64decode(encoded, validate=True)
        if raw[:1] != b"\1" or hashlib.sha256(f"{name}\n".encode() + raw).digest()[:4].hex() != key_id:
            raise ValueError
        public = Ed25519PublicKey.from_public_bytes(raw[1:])
    except ValueError:
        findings.unchecked.append("Who signed the checkpoint: the key that you gave is no verifier key.")
        return
    text, found, lines = note.rpartition("\n\n\u2014 ")
    for line in lines.splitlines() if found and text.split("\n", 1)[0] == name else []:
        signer, _space, signature = line.removeprefix("\u2014 ").partition(" ")
        try:
            signed = base64.b64decode(signature, validate=True)
            if signer == name and signed[:4].hex() == key_id:
                public.verify(signed[4:], f"{text}\n".encode())
                findings.right.append(f"The checkpoint is signed by {name}.")
                return
        except (ValueError, InvalidSignature):
            continue
    findings.wrong.append(f"{CHECKPOINT}: is not signed by the key that you gave.")


def verify(package: Path, key: str) -> Findings:
    """Check everything; never raises for what is in a package."""
    findings = Findings()
    try:
        bag = Folder(package) if package.is_dir() else Zip(package)
        listed = check_bag(bag, findings)
        check_ledger(bag, listed, key, findings)
        if TAG_MANIFEST in bag.sizes and not findings.wrong:
            count, size = len(bag.sizes), sum(bag.sizes.values())
            findings.right.insert(0, f"All {count} files are as listed, {size} bytes.")
            findings.right.append(f"Digest of this package: {digest(bag, TAG_MANIFEST)}")
    except Refused as refused:
        findings.wrong.append(str(refused))
    except OSError as error:
        findings.unchecked.append(f"The package cannot be read: {error.strerror or error}")
    return findings


def main(words: list[str] | None = None) -> int:
    """Run as a program; returns the exit code."""
    parser = argparse.ArgumentParser(description="Check a package of evidence, offline.")
    parser.add_argument("package", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    parser.add_argument("--key", default="", help="verifier key of the ledger, from elsewhere than the package")
    given = parser.parse_args(words)
    findings = verify(given.package, given.key)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal of Windows knows few letters
    for label, lines in (("RIGHT", findings.right), ("NOT CHECKED", findings.unchecked), ("WRONG", findings.wrong)):
        for line in lines:
            sys.stdout.write(f"{label}  {line if line.isprintable() else ascii(line)}\n")
    code = 1 if findings.wrong else 2 if findings.unchecked else 0
    sys.stdout.write(ENDINGS[code] + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
