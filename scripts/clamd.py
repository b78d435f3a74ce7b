"""A real clamd for the tests: Debian's packages unpacked below .cache, without root, with signatures of our own."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import io
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from scripts.places import CACHE

PACKAGES = ("clamav-daemon",)
NEEDED = re.compile(r"clamav-daemon|libclamav|libmspack")
UNPACKED = CACHE / "clamd"
WHOLE = UNPACKED / "whole"  # written last: what was interrupted is unpacked anew
PATIENCE_S = 30
# A string that every scanner knows as a test, in two parts, so that this file is not taken for it.
TEST_STRING = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"

_TEST_SIGNATURE = f"Portal.Test.Signature:0:*:{TEST_STRING.hex()}\n"
NOTHING_OF_IT = f"Portal.Other.Signature:0:*:{b'nobody sends this'.hex()}\n"


class NoClamd(Exception):
    """Why there is no scanner."""


def fetch() -> str:
    """Have the packages unpacked, from an earlier run or now. Returns why they are not, or nothing."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "clamd.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if WHOLE.exists():
            return ""
        if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
            return "clamd is not here, and this machine has no apt-get to fetch it"
        return _unpack()


def _unpack() -> str:
    plan = subprocess.run(
        ["apt-get", "install", "--simulate", "--no-install-recommends", *PACKAGES],
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.findall(r"^Inst (\S+) (?:\[\S+\] )?\((\S+)", plan.stdout, re.MULTILINE)
    wanted = [f"{name}={version}" for name, version in found if NEEDED.match(name)]
    if not wanted:
        return "apt-get has no plan for clamd's packages"
    shutil.rmtree(UNPACKED, ignore_errors=True)
    debs = UNPACKED / "packages"
    debs.mkdir(parents=True)
    commands = [["apt-get", "download", "-qq", *wanted]]
    for command in commands:
        done = subprocess.run(command, cwd=debs, capture_output=True, text=True, check=False)
        if done.returncode:
            return f"clamd could not be fetched: {done.stderr.strip()[-200:]}"
    for package in sorted(debs.glob("*.deb")):
        done = subprocess.run(
            ["dpkg-deb", "--extract", str(package), str(UNPACKED)], capture_output=True, text=True, check=False
        )
        if done.returncode:
            return f"clamd could not be unpacked: {done.stderr.strip()[-200:]}"
    said = subprocess.run([_program(), "--help"], env=_environment(), capture_output=True, check=False)
    if said.returncode:
        return f"clamd does not start: {said.stderr.decode(errors='replace').strip()[-200:]}"
    shutil.rmtree(debs)
    WHOLE.touch()
    return ""


@contextlib.contextmanager
def clamd(*, most: str = "25M", daily: int | None = None, knows: str = "") -> Iterator[str]:
    """The address of a scanner that knows one thing, TEST_STRING, and takes `most` bytes. Raises NoClamd.

    With `daily`, it has a daily database of that number, which its version names, and which holds `knows` instead.
    """
    with tempfile.TemporaryDirectory(prefix="portal-clamd-") as name:
        folder = Path(name)
        signatures = folder / "signatures"
        signatures.mkdir()
        if daily is None:
            (signatures / "test.ndb").write_text(_TEST_SIGNATURE)
        else:
            write_daily(signatures, daily, knows=knows or _TEST_SIGNATURE)
        line = folder / "clamd.ctl"
        settings = folder / "clamd.conf"
        settings.write_text(
            f"LocalSocket {line}\nDatabaseDirectory {signatures}\nTemporaryDirectory {folder}\n"
            f"Foreground yes\nStreamMaxLength {most}\n"
        )
        with (folder / "said").open("wb") as log:
            process = subprocess.Popen(
                [_program(), "-c", str(settings)], env=_environment(), stdout=log, stderr=subprocess.STDOUT
            )
        try:
            ends = time.monotonic() + PATIENCE_S
            while not line.exists():
                if process.poll() is not None or time.monotonic() > ends:
                    raise NoClamd((folder / "said").read_text(errors="replace")[-300:])
                time.sleep(0.1)
            yield f"unix://{line}"
        finally:
            process.terminate()
            process.wait()


def write_daily(folder: Path, number: int, *, knows: str) -> None:
    """A daily database without a signature of its maker, as clamd reads it: a header, its list of files, signatures."""
    header = f"ClamAV-VDB:30 Nov 2026 00-00 +0000:{number}:1:90:{'0' * 32}:{'A' * 100}:portal:1796000000"
    listed = f"{header}\ndaily.ndb:{len(knows)}:{hashlib.sha256(knows.encode()).hexdigest()}\n"
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz", format=tarfile.USTAR_FORMAT) as archive:
        for name, text in (("daily.info", listed), ("daily.ndb", knows)):
            entry = tarfile.TarInfo(name)
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))
    (folder / "daily.cud").write_bytes(header.ljust(512).encode() + packed.getvalue())


def _program() -> str:
    return str(UNPACKED / "usr/sbin/clamd")


def _environment() -> dict[str, str]:
    folders = sorted({str(one.parent) for one in (UNPACKED / "usr/lib").glob("*/lib*.so*")})
    return {**os.environ, "LD_LIBRARY_PATH": ":".join(folders)}
