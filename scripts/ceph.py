"""A Ceph of our own for the tests: one monitor, one storage daemon that keeps everything in memory, one S3 gateway.

Debian's packages are unpacked below .cache, without root and without installing anything; the servers listen on the
loopback alone and end with us. It is the only S3 on which a lock is tested: mocks accept what a real store refuses.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts import family
from scripts.debian import unpack
from scripts.places import CACHE

PACKAGES = ("radosgw", "ceph-mon", "ceph-osd")
UNPACKED = CACHE / "ceph"
WHOLE = UNPACKED / "whole"  # written last: what was interrupted is unpacked anew
DATA_POOL = "default.rgw.buckets.data"
PATIENCE_S = 60


class NoCeph(Exception):
    """Why there is no store."""


@dataclass(frozen=True, slots=True)
class Ceph:
    """A running store. `folder` holds its configuration and logs."""

    endpoint: str
    folder: Path

    def user(self, name: str, key: str, secret: str) -> None:
        """Make an account with this key."""
        self.admin("user", "create", f"--uid={name}", f"--display-name={name}", f"--access-key={key}",
                   f"--secret-key={secret}")  # fmt: skip

    def admin(self, *words: str) -> str:
        """Run `radosgw-admin` and return what it printed. Raises NoCeph."""
        return self._run("radosgw-admin", *words)

    def rados(self, *words: str) -> str:
        """Act on the stored bytes below the gateway, as a broken or tampered disk would. Raises NoCeph."""
        return self._run("rados", "--pool", DATA_POOL, *words)

    def _run(self, program: str, *words: str) -> str:
        return _run([_program(program), *words], self.folder)


def fetch() -> str:
    """Have the packages unpacked, from an earlier run or now. Returns why they are not, or nothing."""
    if WHOLE.exists():
        return ""
    said = unpack("Ceph", PACKAGES, UNPACKED)
    if said:
        return said
    try:
        _call([_program("radosgw"), "--version"], env=_environment(UNPACKED))
    except NoCeph as problem:
        return str(problem)
    WHOLE.touch()
    return ""


def why_not() -> str:
    """Start a store and end it: why this machine cannot run one, or nothing."""
    try:
        with ceph():
            return ""
    except (NoCeph, OSError) as problem:
        return str(problem).rstrip(".")


@contextlib.contextmanager
def ceph() -> Iterator[Ceph]:
    """A store that answers, empty and without accounts; `fetch` comes first. Raises NoCeph."""
    folder = Path(tempfile.mkdtemp(prefix="portal-ceph-"))
    processes: list[subprocess.Popen[bytes]] = []

    def start(*command: str) -> None:
        with (folder / f"{command[0]}.out").open("wb") as log:
            processes.append(
                family.start([_program(command[0]), *command[1:]], env=_environment(folder), cwd=folder, output=log)
            )

    try:
        monitor, gateway = _free_port(), _free_port()
        store = Ceph(f"http://127.0.0.1:{gateway}", folder)
        disk = str(uuid.uuid4())
        _configure(folder, monitor, gateway)
        _prepare(folder, monitor, disk)
        start("ceph-mon", "-i", "a", "-f")
        _await_port(monitor, folder)
        start("ceph-osd", "-i", "0", "-f", "--osd-uuid", disk)
        # The first command makes the pools; the gateway then finds them.
        store.user("nobody", "NOBODY", "nobody")
        start("radosgw", "-n", "client.rgw", "-f")
        _await_port(gateway, folder)
        yield store
    finally:
        for process in reversed(processes):
            process.kill()
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _configure(folder: Path, monitor: int, gateway: int) -> None:
    libraries = _libraries()[0]
    settings = {
        "fsid": str(uuid.uuid4()),
        "mon host": f"v2:127.0.0.1:{monitor}",
        # Nobody but us reaches the loopback of a test; the accounts of S3 are real all the same.
        "auth cluster required": "none",
        "auth service required": "none",
        "auth client required": "none",
        # The gateway asks for encryption by default, which needs keys between the daemons.
        "ms mon client mode": "crc",
        "ms bind msgr1": "false",
        "public network": "127.0.0.0/8",
        "osd pool default size": "1",
        "osd pool default min size": "1",
        "mon allow pool size one": "true",
        "osd crush chooseleaf type": "0",
        "osd pool default pg num": "4",
        "osd pool default pgp num": "4",
        "osd pool default pg autoscale mode": "off",
        "mon max pg per osd": "1000",
        "mon data avail crit": "1",
        "mon data avail warn": "2",
        # Decisions of one monitor need not be gathered: each would wait a second.
        "paxos propose interval": "0.02",
        "paxos min wait": "0.01",
        "osd objectstore": "memstore",
        "memstore device bytes": "4G",
        "osd class dir": str(libraries / "rados-classes"),
        "plugin dir": str(libraries / "ceph"),
        "erasure code dir": str(libraries / "ceph" / "erasure-code"),
        "run dir": str(folder),
        "admin socket": "",
        "log file": str(folder / "$name.log"),
        "pid file": "",
        "mon data": str(folder / "mon"),
        "osd data": str(folder / "osd"),
        "rgw frontends": f"beast endpoint=127.0.0.1:{gateway} tcp_nodelay=1",
        "rgw thread pool size": "64",
        # A file of a megabyte then has parts enough.
        "rgw multipart min part size": "1024",
        # Requests that one process sends seconds after another changed an account.
        "rgw cache enabled": "false",
    }
    lines = [f"{name} = {value}" for name, value in settings.items()]
    (folder / "ceph.conf").write_text("\n".join(["[global]", *lines, ""]))


def _prepare(folder: Path, monitor: int, disk: str) -> None:
    """What the two daemons find when they start for the first time."""
    for name in ("mon", "osd"):
        (folder / name).mkdir()
    fsid = re.search(r"fsid = (\S+)", (folder / "ceph.conf").read_text())
    assert fsid is not None
    address = f"[v2:127.0.0.1:{monitor}]"
    _run([_program("monmaptool"), "--create", "--fsid", fsid[1], "--addv", "a", address, "monmap"], folder)
    _run([_program("osdmaptool"), "--createsimple", "1", "--clobber", "osdmap"], folder)
    keyring = [_program("ceph-authtool"), "--create-keyring", "keyring", "--gen-key", "-n", "mon."]
    _run([*keyring, "--cap", "mon", "allow *"], folder)
    _run([_program("ceph-mon"), "--mkfs", "-i", "a", "--monmap", "monmap", "--osdmap", "osdmap", "--keyring",
          "keyring"], folder)  # fmt: skip
    _run([_program("ceph-osd"), "--mkfs", "-i", "0", "--osd-uuid", disk, "--no-mon-config"], folder)


def _libraries() -> list[Path]:
    found = [folder for base in ("usr/lib", "lib") for folder in sorted(UNPACKED.glob(f"{base}/*-linux-gnu*"))]
    return [*found, *(folder / "ceph" for folder in found)]


def _program(name: str) -> str:
    return str(UNPACKED / "usr" / "bin" / name)


def _environment(folder: Path) -> dict[str, str]:
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LC_ALL": "C.UTF-8",
        "HOME": str(folder),
        "LD_LIBRARY_PATH": ":".join(map(str, _libraries())),
        "CEPH_CONF": str(folder / "ceph.conf"),
    }


def _run(command: list[str], folder: Path) -> str:
    return _call(command, cwd=folder, env=_environment(folder))


def _call(command: list[str], *, cwd: Path | None = None, env: dict[str, str] | None = None) -> str:
    try:
        done = subprocess.run(
            command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
            timeout=PATIENCE_S * 5,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise NoCeph(f"{Path(command[0]).name} failed: {problem}") from problem
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines() or ["nothing was said"]
        raise NoCeph(f"{Path(command[0]).name} failed: {last[-1]}")
    return done.stdout


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def _await_port(port: int, folder: Path) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    said = {path.name: path.read_text(errors="replace")[-200:] for path in folder.glob("*.out")}
    raise NoCeph(f"a daemon of Ceph does not answer: {said}")
