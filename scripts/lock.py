"""`make lock`: compile requirements/*.in to pinned, hashed files; all of them agree with the widest one, `test`."""

from __future__ import annotations

import subprocess

from scripts.places import REQUIREMENTS, ROOT, VENV
from scripts.setup import set_up
from scripts.terminal import ending, step, stop

NARROWER = ("base", "local", "production")


def lock() -> None:
    """Write every lock file anew. Raises `Stop` where the resolver finds no set that fits."""
    set_up("test")
    _compile("test")
    for name in NARROWER:
        _compile(name, "-c", "requirements/test.txt")
    _compile("node")
    _compile("ffmpeg")
    _compile("strangers", "--no-deps", "--python-version", "3.12")


def _compile(name: str, *more: str) -> None:
    options = ["--quiet", "--universal", "--generate-hashes", "--no-header", "--upgrade"]
    if "--python-version" not in more:
        options += ["--python-version", "3.11"]
    with step(f"Pinning {name}"):
        source, target = (REQUIREMENTS / f"{name}{end}" for end in (".in", ".txt"))
        command = [str(VENV / "bin" / "uv"), "pip", "compile", *options, *more]
        command += [str(source.relative_to(ROOT)), "-o", str(target.relative_to(ROOT))]
        if subprocess.run(command, cwd=ROOT, check=False).returncode:
            stop(f"No set of versions fits requirements/{name}.in.")


if __name__ == "__main__":
    with ending():
        lock()
