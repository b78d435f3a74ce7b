"""`make bench BENCH=name`: ours beside the named peer, on servers of their own; without a name, which there are."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from scripts.places import PYTHON, ROOT, VENV
from scripts.setup import set_up
from scripts.terminal import ending, stop

BENCHES = ROOT / "tests" / "bench"


def names() -> list[str]:
    """The benches: modules that can be run."""
    return sorted(path.stem for path in BENCHES.glob("*.py") if "__main__" in path.read_text())


def bench(name: str, *words: str) -> None:
    """Become the bench called `name`. Raises `Stop` where there is none."""
    if name not in names():
        stop(f"Say which: make bench BENCH=… (there are: {', '.join(names())}).")
    set_up("test")
    os.chdir(ROOT)
    path = f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    os.execve(PYTHON, [str(PYTHON), "-m", f"tests.bench.{name}", *words], {**os.environ, "PATH": path})


if __name__ == "__main__":
    with ending():
        bench(Path(sys.argv[1]).name if len(sys.argv) > 1 else "", *sys.argv[2:])
