"""The nginx of the tests: the machine's own, or Debian's package unpacked below .cache without root."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from scripts import family
from scripts.debian import unpack
from scripts.places import CACHE

UNPACKED = CACHE / "nginx"
_OWN = UNPACKED / "usr" / "sbin" / "nginx"
PATIENCE_S = 60
# Everything that Debian's build would put below /var or /etc goes into the run's own folder.
FRAME = """
{user}daemon off;
worker_processes 1;
pid nginx.pid;
error_log error.log notice;
events {{ worker_connections 512; }}
http {{
    access_log access.log;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    {inside}
}}
"""


class NoNginx(Exception):
    """Why there is none."""


def fetch() -> str:
    """Have the program: the machine's, from an earlier run, or now. Returns why there is none, or nothing."""
    program = _program()
    if program is None:
        said = unpack("nginx", ["nginx"], UNPACKED, alone=True)
        program = _program()
        if said or program is None:
            return said or "the package holds no nginx"
    done = subprocess.run([program, "-v"], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else f"nginx does not run: {done.stderr.strip()[-200:]}"


def _program() -> str | None:
    return shutil.which("nginx") or (str(_OWN) if _OWN.exists() else None)


@contextlib.contextmanager
def nginx(inside: str, port: int) -> Iterator[Path]:
    """A running nginx with these lines in its `http` part, which listens on `port`; `fetch` comes first.

    Yields the folder with its logs. Raises NoNginx.
    """
    folder = Path(tempfile.mkdtemp(prefix="portal-nginx-"))
    program = _program()
    if program is None:
        raise NoNginx("there is no nginx")
    (folder / "nginx.conf").write_text(FRAME.format(user="user root;\n" if os.geteuid() == 0 else "", inside=inside))
    with (folder / "out").open("wb") as log:
        server = family.start([program, "-p", str(folder), "-c", "nginx.conf"], env=os.environ, cwd=folder, output=log)
    try:
        _await(port, server, folder)
        yield folder
    finally:
        server.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(5)
        server.kill()
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _await(port: int, server: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise NoNginx(f"nginx does not answer: {(folder / 'out').read_text(errors='replace')[-300:]}")
