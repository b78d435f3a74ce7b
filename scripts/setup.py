"""`make setup`: virtual environment, pinned and hashed packages, front-end files, compiled translations.

Runs before the virtual environment exists. Each part leaves a stamp with the digest of what it was made from, so that a
second run only compares digests.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from scripts.places import CACHE, NODE_MODULES, PYTHON, REQUIREMENTS, ROOT, VENV
from scripts.stylesheet import make_stylesheet
from scripts.terminal import ending, step, stop

MIB = 1024 * 1024
FIRST_TIME_MIB = {"local": 900, "test": 1800}  # what the set-up itself writes, rounded up
OLDEST_NODE = (20, 19)  # which the linter of the scripts needs
OLDEST_FFMPEG = 6
OWN_NODE = str(VENV / "bin" / "node")
LOG = CACHE / "setup.log"


def set_up(profile: str) -> None:
    """Make everything that `make run` (`local`) or `make test` (`test`) needs; a part that is fresh is left alone."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this runs on whatever Python was found
        stop(f"Python 3.11 or newer is needed; {sys.executable} is {sys.version.split()[0]}.")
    if VENV.is_symlink():
        stop(f"{VENV} is a link to {VENV.resolve()}, which the set-up would empty: remove the link.")
    with _disk_errors(), _only_one():
        if not _is_fresh(*_python_stamp(profile)):
            need_space(ROOT, FIRST_TIME_MIB[profile] if not VENV.exists() else 200)
            _virtual_environment()
            _python_packages(profile)
        if not _has_ffmpeg():
            need_space(ROOT, 400)
            with step("Installing ffmpeg"):
                _pip_install(REQUIREMENTS / "ffmpeg.txt")
        # The tests run on Node as well, and a virtual environment that was made anew has lost ours.
        if not _is_fresh(*_node_stamp(profile)) or (profile == "test" and not _has_node()):
            need_space(ROOT, 150)
            _front_end_files(profile)
        make_stylesheet()
        _translations()


def need_space(folder: Path, mib: int) -> None:
    """Stop unless the disk of `folder` has `mib` MiB free."""
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free // MIB
    if free < mib:
        stop(f"The disk that holds {folder} is full: {free} MiB are free, {mib} MiB are needed.")


@contextlib.contextmanager
def _disk_errors() -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        if problem.errno in (errno.ENOSPC, errno.EDQUOT):
            stop(f"The disk that holds {ROOT} is full; make room and run the same command again.")
        if problem.errno in (errno.EACCES, errno.EROFS):
            stop(f"{problem.filename or ROOT} cannot be written to; the set-up writes below {ROOT}.")
        raise


@contextlib.contextmanager
def _only_one() -> Iterator[None]:
    """Two set-ups in one folder take turns."""
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _digest(*parts: Path | str) -> str:
    total = hashlib.sha256()
    for part in parts:
        total.update(part.read_bytes() if isinstance(part, Path) else part.encode())
        total.update(b"\0")
    return total.hexdigest()


def _is_fresh(stamp: Path, digest: str) -> bool:
    try:
        return digest in stamp.read_text().split()
    except OSError:
        return False


def _python_stamp(profile: str) -> tuple[Path, str]:
    # The folder is part of it: a virtual environment does not survive being moved.
    strangers = [REQUIREMENTS / "strangers.txt"] if profile == "test" else []
    return VENV / f".{profile}.stamp", _digest(REQUIREMENTS / f"{profile}.txt", *strangers, str(VENV), sys.version)


def _node_stamp(profile: str) -> tuple[Path, str]:
    return NODE_MODULES / f".{profile}.stamp", _digest(ROOT / "package.json", ROOT / "package-lock.json")


def _virtual_environment() -> None:
    made_for = VENV / ".made-for"
    if _is_fresh(made_for, _digest(str(VENV), sys.version)):
        return
    with step("Making the virtual environment"):
        if importlib.util.find_spec("venv") is None:
            stop(f"Python's venv module is missing: install it (Debian: python3-venv) for {sys.executable}.")
        if importlib.util.find_spec("ensurepip") is not None:
            pip_from = ["-m", "venv", "--clear", str(VENV)]
        elif importlib.util.find_spec("pip") is not None:
            pip_from = ["-m", "venv", "--clear", "--without-pip", str(VENV)]
        else:
            stop(f"pip is missing: install it (Debian: python3-pip or python3-venv) for {sys.executable}.")
        _do([sys.executable, *pip_from], "The virtual environment could not be made")
        made_for.write_text(_digest(str(VENV), sys.version))


def _python_packages(profile: str) -> None:
    with step("Installing Python packages"):
        _pip_install(REQUIREMENTS / f"{profile}.txt")
        if profile == "test":
            _pip_install(REQUIREMENTS / "strangers.txt", "--no-deps", "--ignore-requires-python")
        # Nothing that decodes files may write beside its code.
        packages = next(VENV.glob("lib/python*/site-packages"))
        folders = [str(packages / name) for name in ("av", "PIL")]
        _do([str(PYTHON), "-m", "compileall", "-q", *folders], "Python packages could not be compiled")
        # What the tests need contains what running needs, pinned alike.
        for kind in {"local", profile}:
            stamp, digest = _python_stamp(kind)
            stamp.write_text(digest)


def _pip_install(lock: Path, *more: str) -> None:
    own_pip = subprocess.run([PYTHON, "-c", "import pip"], capture_output=True, check=False).returncode == 0
    pip = [str(PYTHON), "-m", "pip"] if own_pip else [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    # Python compiles what is used when it is used: a fifth of what is installed.
    options = ["--require-hashes", "--quiet", "--disable-pip-version-check", "--no-input", "--no-compile"]
    _do([*pip, "install", *options, *more, "-r", str(lock)], "Python packages could not be installed")


def _has_ffmpeg() -> bool:
    """The machine's own that can do what is asked of it, or else one in the virtual environment."""
    if next(VENV.glob("lib/python*/site-packages/imageio_ffmpeg/binaries/ffmpeg*"), None):
        return True
    return _ffmpeg_version() >= OLDEST_FFMPEG and "libx264" in _said("ffmpeg", "-hide_banner", "-encoders")


def _ffmpeg_version() -> int:
    found = re.match(r"ffmpeg version n?(\d+)\.", _said("ffmpeg", "-version"))
    return int(found[1]) if found else 0


def _said(*command: str) -> str:
    """What a program of the machine says; nothing where there is none."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout
    except OSError:
        return ""


def _front_end_files(profile: str) -> None:
    """What pages need, and for the tests the tools of package.json's devDependencies as well."""
    npm = _npm()
    omit = [] if profile == "test" else ["--omit=dev"]
    with step("Installing front-end files"):
        _do([*npm, "ci", *omit, "--no-progress", "--loglevel=error"], "Front-end files could not be installed")
        for kind in {"local", profile}:
            stamp, digest = _node_stamp(kind)
            stamp.write_text(digest)


def _npm() -> list[str]:
    """The npm of the machine, or else one of our own."""
    found = shutil.which("npm")
    if found and _node_version("node") >= OLDEST_NODE:
        return [found]
    if _node_version(OWN_NODE) < OLDEST_NODE:
        with step("Installing Node"):
            _pip_install(REQUIREMENTS / "node.txt")
    return [str(VENV / "bin" / "npm")]


def _has_node() -> bool:
    return any(_node_version(node) >= OLDEST_NODE for node in ("node", OWN_NODE))


def _node_version(node: str) -> tuple[int, int]:
    found = re.match(r"v(\d+)\.(\d+)", _said(node, "--version"))
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _translations() -> None:
    sources = sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po"))
    stamp, digest = VENV / ".translations.stamp", _digest(*sources)
    if _is_fresh(stamp, digest) and all(source.with_suffix(".mo").exists() for source in sources):
        return
    for domain in sorted({source.stem for source in sources}):
        command = [str(PYTHON), "-m", "babel.messages.frontend", "compile", "-d", "locale", "-D", domain]
        _do(command, "The translations could not be compiled")
    stamp.write_text(digest)


def _do(command: Sequence[str], failure: str) -> None:
    """Run one command of the set-up with its words in the log; say `failure` and its last words if it fails."""
    # Node of our own is found by npm through PATH.
    env = {**os.environ, "PATH": f"{os.environ.get('PATH', os.defpath)}{os.pathsep}{VENV / 'bin'}"}
    with LOG.open("w") as log:
        done = subprocess.run(
            command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, check=False
        )
    if done.returncode == 0:
        return
    said = LOG.read_text(errors="replace")
    # A full disk may have kept even the log from being written.
    nothing_free = shutil.disk_usage(ROOT).free < 4 * MIB
    if nothing_free or re.search(r"No space left on device|ENOSPC|Disk quota exceeded", said):
        raise OSError(errno.ENOSPC, "full")
    last = next((line.strip() for line in reversed(said.splitlines()) if line.strip()), "nothing was said")
    stop(f"{failure} ({last}); the whole log is {LOG.relative_to(ROOT)}.")


if __name__ == "__main__":
    with ending():
        set_up(sys.argv[1] if len(sys.argv) > 1 else "local")
        print("The set-up is complete.")
