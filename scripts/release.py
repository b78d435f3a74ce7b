"""`release` of the Procfile: the database in the code's shape, and the files that browsers load.

`--files-only` needs no database: for an image. What has not changed since the last release is not made again: 14,500
static files are compressed in more than two minutes and compared in a second.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from scripts.places import CACHE, NODE_MODULES, ROOT
from scripts.stylesheet import make_stylesheet

COLLECTED = ROOT / "staticfiles"
# What the collected files are made from: the lock files stand for the packages.
CONTENTS = ("requirements/production.txt", "package-lock.json", "config/settings/components/static_files.py")
FOLDERS = (ROOT / "static", CACHE / "static")


def release(*, files_only: bool) -> None:
    """Do all of it; raises CalledProcessError where a step fails. Can be killed and repeated."""
    if not files_only:
        _manage("prepare_database")
    sentences = sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po"))
    if _run_if_changed(CACHE / "locale.made-from", _digest(sentences), _translate):
        print("Translations compiled.")
    make_stylesheet()
    if _run_if_changed(COLLECTED / ".made-from", _digest(_sources()), _collect):
        print("Static files collected.")


def _translate() -> None:
    command = [sys.executable, "-m", "babel.messages.frontend", "compile", "-d", "locale", "-D", "django"]
    subprocess.run(command, cwd=ROOT, check=True, stderr=subprocess.DEVNULL)


def _collect() -> None:
    _manage("collectstatic", "--noinput", "--verbosity", "0")


def _manage(*words: str) -> None:
    subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, check=True)


def _run_if_changed(stamp: Path, digest: str, make: Callable[[], None]) -> bool:
    """Whether it was made. The stamp goes first and comes last, so that a half-made folder is made again."""
    try:
        if stamp.read_text() == digest:
            return False
    except OSError:
        pass
    stamp.unlink(missing_ok=True)
    make()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    fresh = stamp.with_suffix(".fresh")
    fresh.write_text(digest)
    fresh.replace(stamp)
    return True


def _sources() -> Iterator[Path]:
    yield from (ROOT / name for name in CONTENTS)
    for folder in FOLDERS:
        yield from sorted(path for path in folder.rglob("*") if path.is_file())


def _digest(files: Iterable[Path]) -> str:
    total = hashlib.sha256(f"{NODE_MODULES.exists()} {os.fspath(ROOT)}".encode())
    for path in files:
        if path.exists():
            total.update(str(path.relative_to(ROOT)).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


if __name__ == "__main__":
    try:
        release(files_only="--files-only" in sys.argv)
    except subprocess.CalledProcessError as failed:
        sys.exit(failed.returncode)
