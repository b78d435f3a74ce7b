"""What a decoder that has been taken over can still do: nothing that matters. Tried for real, through the launcher."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import sysconfig
import threading
import time
from pathlib import Path

import pytest
from django.conf import settings

from apps.media import launcher
from apps.media.errors import MediaInterrupted, MediaTimeout, Undecodable
from apps.media.scratch import job_folder
from tests.media import samples
from tests.waiting import wait_until

# Stands in for a decoder that an attacker controls: started as the launcher starts ffmpeg, under the same rules, with
# the interpreter's own library readable so that it can run at all.
BURGLAR = """
import ctypes, errno, json, os, resource, signal, socket, sys, threading
folder, source, other = sys.argv[1:4]
libc = ctypes.CDLL(None, use_errno=True)
found = {}
def attempt(name, act):
    try:
        found[name] = f"done: {act()!r}"
    except OSError as problem:
        found[name] = errno.errorcode.get(problem.errno, str(problem))
    except MemoryError:
        found[name] = "MemoryError"
    except ValueError as problem:
        found[name] = "EPERM" if "not allowed" in str(problem) else repr(problem)
def call(function, *arguments):
    if function(*arguments) < 0:
        raise OSError(ctypes.get_errno(), "")
attempt("read the source", lambda: len(open(source, "rb").read()) > 0)
attempt("write in the folder", lambda: open(folder + "/mine", "w").write("x"))
attempt("start a thread", lambda: threading.Thread(target=int).start())
attempt("read /etc/passwd", lambda: open("/etc/passwd").read())
attempt("read a neighbor", lambda: open(other).read())
attempt("list the parent", lambda: os.listdir(os.path.dirname(folder)))
attempt("read the parent's environment", lambda: open(f"/proc/{os.getppid()}/environ").read())
attempt("write the source", lambda: open(source, "r+b"))
attempt("truncate the source", lambda: os.truncate(source, 0))
attempt("remove the source", lambda: os.unlink(source))
attempt("chmod the source", lambda: os.chmod(source, 0o777))
attempt("set the times of the source", lambda: os.utime(source))
attempt("write outside", lambda: open(os.path.dirname(folder) + "/outside", "w"))
attempt("write a neighbor", lambda: open(other, "a"))
attempt("make a symlink", lambda: os.symlink(other, folder + "/link"))
attempt("link a neighbor", lambda: os.link(other, folder + "/hard"))
attempt("make a folder", lambda: os.mkdir(folder + "/sub"))
attempt("open a socket", lambda: socket.socket())
attempt("open a local socket", lambda: socket.socket(socket.AF_UNIX))
attempt("open a pair of sockets", lambda: socket.socketpair())
attempt("fork", lambda: os.fork())
attempt("vfork and run", lambda: os.posix_spawn("/bin/sh", ["sh"], {}))
attempt("become a shell", lambda: os.execv("/bin/sh", ["sh"]))
attempt("become what it wrote", lambda: os.execv(folder + "/mine", ["mine"]))
attempt("a file without a name", lambda: os.memfd_create("x"))
attempt("kill its parent", lambda: os.kill(os.getppid(), 0))
tgkill = 234 if os.uname().machine == "x86_64" else 131
attempt("signal by a thread's number", lambda: call(libc.syscall, tgkill, os.getppid(), os.getppid(), 0))
attempt("trace its parent", lambda: call(libc.ptrace, 16, os.getppid(), 0, 0))
attempt("mount", lambda: call(libc.mount, b"none", folder.encode(), b"tmpfs", 0, None))
attempt("a new namespace", lambda: call(libc.unshare, 0x10000000))
attempt("change its user", lambda: os.setuid(12345))
attempt("outlive its parent", lambda: call(libc.prctl, 1, 0, 0, 0, 0))
attempt("lift its limits", lambda: resource.setrlimit(resource.RLIMIT_AS, (-1, -1)))
attempt("raise its priority", lambda: os.setpriority(os.PRIO_PROCESS, 0, 0))
attempt("io_uring", lambda: call(libc.syscall, 425, 1, 0))
attempt("a call of tomorrow", lambda: call(libc.syscall, 470, 0))
attempt("eight gigabytes", lambda: len(bytearray(8 << 30)))
attempt("a huge file", lambda: open(folder + "/huge", "wb").write(bytes(6 << 20)))
attempt("many files", lambda: [open(source) for _ in range(200)] and None)
attempt("environment", lambda: sorted(os.environ))
with open(folder + "/mine", "w") as out:
    json.dump(found, out)
"""

ALLOWED = {"read the source", "write in the folder", "start a thread", "environment"}


def _run_python(script: str, *arguments: str, source: Path, folder: Path, budget: launcher.Budget) -> None:
    program = str(Path(sys.executable).resolve())
    launcher._run(
        {"kind": "ffmpeg", "command": [program, "-S", "-E", "-c", script, *arguments]},
        source=source,
        folder=folder,
        budget=budget,
        readable=(*launcher.LIBRARIES, sysconfig.get_paths()["stdlib"], sys.base_prefix + "/lib"),
        programs=(program, *(str(Path(loader).resolve()) for loader in launcher.LOADERS if Path(loader).exists())),
    )


def test_a_decoder_that_was_taken_over_reaches_nothing(tmp_path: Path, scratch: Path) -> None:
    source, other = tmp_path / "source", tmp_path / "other"
    source.write_bytes(b"evidence")
    other.write_text("somebody else's evidence")
    with job_folder(scratch) as folder:
        _run_python(
            BURGLAR,
            str(folder),
            str(source),
            str(other),
            source=source,
            folder=folder,
            budget=launcher.Budget(seconds=30, output=4 * launcher.MIB),
        )
        found = json.loads((folder / "mine").read_text())
    assert {name: result for name, result in found.items() if result.startswith("done")}.keys() == ALLOWED
    assert {found[name] for name in found.keys() - ALLOWED} <= {
        "EACCES", "EPERM", "ENOSYS", "MemoryError", "EFBIG", "EMFILE", "EXDEV",
    }  # fmt: skip
    assert found["eight gigabytes"] == "MemoryError"
    assert found["a huge file"] == "EFBIG"
    assert "SECRET" not in found["environment"]
    assert "DJANGO" not in found["environment"]
    assert source.read_bytes() == b"evidence"


def test_our_own_readers_may_start_no_program_at_all(tmp_path: Path) -> None:
    script = (
        "import os, sys\n"
        "from apps.media import confinement\n"
        "limits = confinement.Limits(1 << 30, 10, 1 << 20)\n"
        "confinement.confine(confinement.Rules(['/lib', '/usr/lib'], sys.argv[1], [], limits))\n"
        "try:\n    os.execv('/bin/true', ['true'])\n"
        "except PermissionError as problem:\n    print(problem.errno)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, tmp_path],
        env={"PYTHONPATH": str(settings.BASE_DIR), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "1"


# A kernel without Landlock, as a program under seccomp sees it.
WITHOUT_LANDLOCK = """
import ctypes, os, struct, sys
from apps.media import syscalls
code = b"".join(struct.pack("<HBBI", *step) for step in (
    (0x20, 0, 0, 0), (0x15, 0, 1, 444), (0x06, 0, 0, 0x00050000 | 38), (0x06, 0, 0, 0x7FFF0000)))
buffer = ctypes.create_string_buffer(code, len(code))
program = ctypes.create_string_buffer(struct.pack("<HxxxxxxQ", 4, ctypes.addressof(buffer)), 16)
libc = ctypes.CDLL(None)
assert libc.prctl(38, 1, 0, 0, 0) == 0
assert libc.prctl(22, 2, ctypes.c_void_p(ctypes.addressof(program))) == 0
import django
django.setup()
from pathlib import Path
from apps.media.errors import Unconfined
from apps.media.probe import probe
try:
    print(probe(Path(sys.argv[1]), scratch=Path(sys.argv[2])).container)
except Unconfined as problem:
    print(problem.code)
"""


@pytest.mark.parametrize(("allowed", "answer"), [("", "unconfined"), ("true", "mp4")])
def test_without_landlock_nothing_is_decoded_unless_a_setting_allows_it(
    allowed: str, answer: str, clips: Path, scratch: Path
) -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test", "PYTHONPATH": str(settings.BASE_DIR)}
    environment["MEDIA_ALLOW_UNCONFINED"] = allowed or "false"
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_LANDLOCK, clips / "plain.mp4", scratch],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == answer


def _endless(folder: Path) -> list[str]:
    """ffmpeg that never ends by itself."""
    return [
        launcher.ffmpeg_binary(), "-nostdin", "-loglevel", "error", "-re", "-f", "lavfi", "-i", "testsrc2=s=64x64:r=5",
        "-f", "null", "-",
    ]  # fmt: skip


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += map(int, (task / "children").read_text().split())
    return found


def _wait_for_child(pid: int, *, name: str, known: frozenset[int] = frozenset()) -> int:
    found: list[int] = []

    def has_started() -> bool:
        found.extend(child for child in set(_children(pid)) - known if name in Path(f"/proc/{child}/comm").read_text())
        return bool(found)

    wait_until(has_started, f"no child is called {name}")
    return found[0]


def _is_gone(pid: int) -> bool:
    try:
        return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return True


def test_a_run_that_takes_too_long_is_killed(tmp_path: Path, scratch: Path, clips: Path) -> None:
    before = time.monotonic()
    with job_folder(scratch) as folder, pytest.raises(MediaTimeout):
        launcher.run_ffmpeg(
            _endless(folder), source=clips / "plain.mp4", folder=folder, budget=launcher.Budget(seconds=1)
        )
    assert time.monotonic() - before < 4
    assert _children(os.getpid()) == [] or all(
        "ffmpeg" not in Path(f"/proc/{child}/comm").read_text() for child in _children(os.getpid())
    )


def test_a_run_that_is_killed_from_outside_may_be_tried_again(scratch: Path, clips: Path) -> None:
    known = frozenset(_children(os.getpid()))
    threading.Thread(
        target=lambda: os.kill(_wait_for_child(os.getpid(), name="ffmpeg", known=known), signal.SIGKILL)
    ).start()
    with job_folder(scratch) as folder, pytest.raises(MediaInterrupted):
        launcher.run_ffmpeg(
            _endless(folder), source=clips / "plain.mp4", folder=folder, budget=launcher.Budget(seconds=20)
        )


def test_ffmpeg_dies_with_a_worker_that_is_killed(tmp_path: Path, clips: Path) -> None:
    script = (
        "import sys, django; django.setup()\n"
        "from pathlib import Path\n"
        "from apps.media import launcher\n"
        "folder = Path(sys.argv[1])\n"
        "budget = launcher.Budget(seconds=60)\n"
        "launcher.run_ffmpeg(sys.argv[3:], source=Path(sys.argv[2]), folder=folder, budget=budget)\n"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test", "PYTHONPATH": str(settings.BASE_DIR)}
    worker = subprocess.Popen(
        [sys.executable, "-c", script, tmp_path, clips / "plain.mp4", *_endless(tmp_path)], env=environment
    )
    try:
        ffmpeg = _wait_for_child(worker.pid, name="ffmpeg")
    finally:
        worker.kill()
        worker.wait()
    wait_until(lambda: _is_gone(ffmpeg), "the decoder lives on")


def test_output_without_end_is_cut_off(scratch: Path, clips: Path) -> None:
    with job_folder(scratch) as folder, pytest.raises(Undecodable) as refused:
        launcher.run_ffmpeg(
            [launcher.ffmpeg_binary(), "-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", "testsrc2=s=640x360",
             "-c:v", "rawvideo", "-f", "rawvideo", str(folder / "out")],
            source=clips / "plain.mp4",
            folder=folder,
            budget=launcher.Budget(seconds=20, output=3 * launcher.MIB),
        )  # fmt: skip
    assert refused.value.code == "output_too_large"


def test_memory_without_end_is_refused(scratch: Path, clips: Path) -> None:
    with job_folder(scratch) as folder, pytest.raises(Undecodable) as refused:
        launcher.run_ffmpeg(
            [launcher.ffmpeg_binary(), "-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", "color=s=640x360:d=9999",
             "-vf", "reverse", "-f", "null", "-"],
            source=clips / "plain.mp4",
            folder=folder,
            budget=launcher.Budget(seconds=60, memory=600 * launcher.MIB),
        )  # fmt: skip
    assert refused.value.code in ("memory", "crashed")


def test_no_playlist_makes_ffmpeg_call_out_even_if_every_whitelist_failed(
    tmp_path: Path, scratch: Path, listener: object
) -> None:
    playlist = tmp_path / "clip.mp4"
    playlist.write_bytes(samples.hls(f"http://127.0.0.1:{listener.port}/segment.ts"))  # type: ignore[attr-defined]
    command = [launcher.ffmpeg_binary(), "-nostdin", "-protocol_whitelist", "file,http,tcp", "-f", "hls"]
    command += ["-allowed_extensions", "ALL", "-extension_picky", "0", "-i", str(playlist), "-f", "null", "-"]
    with job_folder(scratch) as folder, pytest.raises(Undecodable):
        launcher.run_ffmpeg(command, source=playlist, folder=folder, budget=launcher.Budget(seconds=20))
    assert listener.calls == 0  # type: ignore[attr-defined]
    # The same command outside the confinement does call: the test would notice.
    subprocess.run(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=20, check=False)
    assert listener.calls > 0  # type: ignore[attr-defined]


def test_no_playlist_shows_another_upload_even_if_every_whitelist_failed(tmp_path: Path, scratch: Path) -> None:
    foreign = samples.video(tmp_path / "foreign.ts", "-c:v", "mpeg2video", seconds=1)
    playlist = tmp_path / "clip.mp4"
    playlist.write_bytes(samples.hls(str(foreign)))
    command = [launcher.ffmpeg_binary(), "-nostdin", "-f", "hls", "-allowed_extensions", "ALL"]
    command += ["-extension_picky", "0", "-i", str(playlist), "-frames:v", "1", "-f", "image2", "-update", "1"]
    with job_folder(scratch) as folder:
        with pytest.raises(Undecodable):
            launcher.run_ffmpeg(
                [*command, str(folder / "out.jpg")],
                source=playlist,
                folder=folder,
                budget=launcher.Budget(seconds=20),
            )
        assert not (folder / "out.jpg").exists()
    subprocess.run([*command, tmp_path / "out.jpg"], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    assert (tmp_path / "out.jpg").stat().st_size > 0
