"""What stops `make run` before it has begun is said in one clear sentence."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.run.terminal import ROOT, Terminal, ended_with, sentences

pytestmark = pytest.mark.run
HEAVY = shutil.ignore_patterns(
    ".git", ".venv", "node_modules", "var", ".cache", "__pycache__", ".*_cache", ".hypothesis"
)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    terminal = Terminal(tmp_path / "var")
    yield terminal
    terminal.end_whatever_is_left()


def test_a_taken_port(terminal: Terminal) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", terminal.port))
        other.listen()
        terminal.type_make_run()
        assert ended_with(terminal) == [
            f"Port {terminal.port} is taken by another program; choose another: make run PORT={terminal.port + 1}"
        ]


def test_a_port_that_is_none(terminal: Terminal) -> None:
    terminal.type_make_run("PORT=many")
    assert ended_with(terminal) == ["“many” is no port: PORT takes a number from 1 to 65535."]


def _small_disk(at: Path, mib: int, command: str) -> subprocess.CompletedProcess[str]:
    """Run a shell command in a mount namespace where `at` is a disk of `mib` MiB."""
    alone = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--mount"]
    script = f"mount -t tmpfs -o size={mib}m none {at} && {command}"
    done = subprocess.run(
        [*alone, "sh", "-c", script], capture_output=True, text=True, check=False, env=_bare(), timeout=120
    )
    if "unshare failed" in done.stderr or "mount:" in done.stderr or "Operation not permitted" in done.stderr:
        pytest.skip(f"no disk of its own can be made here: {done.stderr.strip()}")
    return done


def _bare(**more: str) -> dict[str, str]:
    gone = {"MAKEFLAGS", "MAKELEVEL", "DATA_DIR", "DATABASE_URL", "BROKER_URL"}
    return {**{name: value for name, value in os.environ.items() if name not in gone}, **more}


def test_a_full_disk_under_the_data(terminal: Terminal) -> None:
    terminal.data.mkdir()
    command = f"cd {ROOT} && DATA_DIR={terminal.data} exec make run PORT={terminal.port}"
    done = _small_disk(terminal.data, 20, command)
    (sentence,) = sentences(done.stderr + done.stdout)
    assert sentence == f"The disk that holds {terminal.data} is full: 20 MiB are free, 300 MiB are needed."
    assert done.returncode != 0


@pytest.mark.parametrize("mib", [60, 2000])
def test_a_disk_that_the_set_up_would_fill(tmp_path: Path, mib: int) -> None:
    """Too small from the start; and large enough to begin with, then filled by somebody else meanwhile."""
    copy, disk = tmp_path / "copy", tmp_path / "disk"
    shutil.copytree(ROOT, copy, ignore=HEAVY)
    disk.mkdir()
    filler = "" if mib < 100 else "(sleep 4; exec head -c 3G /dev/zero > filler) 2>/dev/null & "
    done = _small_disk(disk, mib, f"cp -r {copy}/. {disk} && cd {disk} && {{ {filler}exec make setup; }}")
    said = sentences(done.stderr)
    assert len(said) == 1, done
    assert said[0].startswith(f"The disk that holds {disk} is full")
    assert "Traceback" not in done.stdout + done.stderr


def test_no_python(tmp_path: Path) -> None:
    for tool in ("make", "sh"):
        (tmp_path / tool).symlink_to(str(shutil.which(tool)))
    done = subprocess.run(
        [tmp_path / "make", "run"], cwd=ROOT, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert sentences(done.stderr) == ["Python 3.11 or newer is needed, and none was found in PATH."]
    assert done.returncode != 0


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        (["venv"], "Python's venv module is missing: install it (Debian: python3-venv) for"),
        (["ensurepip", "pip"], "pip is missing: install it (Debian: python3-pip or python3-venv) for"),
    ],
)
def test_a_python_without_its_tools(tmp_path: Path, missing: list[str], sentence: str) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(ROOT, copy, ignore=HEAVY)
    lacking = tmp_path / "lacking"
    lacking.mkdir()
    (lacking / "sitecustomize.py").write_text("import sys\n" + "".join(f"sys.modules[{m!r}] = None\n" for m in missing))
    done = subprocess.run(
        ["make", "setup", f"PYTHON={sys.executable}"],
        cwd=copy,
        env=_bare(PYTHONPATH=str(lacking)),
        capture_output=True,
        text=True,
        check=False,
    )
    (said,) = sentences(done.stderr)
    assert said.startswith(sentence)
    assert done.returncode != 0


def test_a_virtual_environment_that_is_a_link(tmp_path: Path) -> None:
    """What it points to belongs to somebody else, and stays as it is."""
    copy, other = tmp_path / "copy", tmp_path / "other"
    shutil.copytree(ROOT, copy, ignore=HEAVY)
    (other / "bin").mkdir(parents=True)
    (copy / ".venv").symlink_to(other)
    done = subprocess.run(["make", "setup"], cwd=copy, capture_output=True, text=True, check=False, env=_bare())
    assert sentences(done.stderr) == [
        f"{copy}/.venv is a link to {other}, which the set-up would empty: remove the link."
    ]
    assert [path.name for path in other.iterdir()] == ["bin"]
