"""A task of `make run` that fails (the demo's loader, say) is told once and not tried again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.demo.management.commands import load_demo
from tests.run.terminal import ROOT

# The first service goes on until it is ended; the second fails. Others wait for it in the first case only. The third
# ends all once the second is gone: a zombie still answers `kill -0`, so by then the supervisor has seen its end.
PROGRAM = """
import sys
from scripts.supervise import Household, Service, supervise
services = [
    Service("queue", "sleep 60"),
    Service("demo", "sh -c 'echo $$ > {demo}; echo The demo could not be loaded.; exit 3'"),
    Service("beat", "sh -c 'until [ -s {demo} ] && ! kill -0 $(cat {demo}); do sleep .1; done; kill -TERM {front}'"),
]
sys.exit(supervise(lambda: Household(
    services=services, env={{"PATH": "{path}"}}, folder="/", alone_first=("demo",), once=frozenset({{"demo"}}),
    others_may=lambda: {others_may},
)))
"""


def run(demo: Path, *, others_may: bool) -> tuple[int, list[str]]:
    """Exit code and what was said."""
    front = "$(ps -o ppid= -p $PPID)"
    program = PROGRAM.format(path="/usr/bin:/bin", others_may=others_may, front=front, demo=demo)
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    return done.returncode, [line.split("| ")[-1] for line in done.stdout.splitlines() if line]


def test_if_others_wait_for_it_everything_stops(tmp_path: Path) -> None:
    code, said = run(tmp_path / "demo", others_may=False)
    assert code == 1
    assert sorted(said) == [
        "Everything has stopped.",
        "Stopping …",
        "The demo could not be loaded.",
        "The process “demo” failed: everything stops.",
    ]


def test_if_nobody_waits_for_it_the_rest_goes_on(tmp_path: Path) -> None:
    code, said = run(tmp_path / "demo", others_may=True)
    assert code == 0
    assert said.count("The process “demo” failed and is not started again; the rest goes on.") == 1
    assert "The demo could not be loaded." in said


def test_the_demo_says_why_it_could_not_be_loaded_and_keeps_the_report(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings
) -> None:
    settings.DATA_DIR = tmp_path

    def fails(**_options: object) -> None:
        raise ValueError("the city has no streets\nand no river")

    monkeypatch.setattr(load_demo, "load_demo", fails)
    with pytest.raises(CommandError) as failure:
        call_command("load_demo", verbosity=0)
    report = tmp_path / "run" / "demo-failure.log"
    assert str(failure.value) == (
        f"The demo could not be loaded (the city has no streets); the whole report is {report}. "
        "Without the demo the portal starts with DEMO=false."
    )
    assert "Traceback" in report.read_text()
