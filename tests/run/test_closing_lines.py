"""How `make test` ends: what did not run is said with its reason, and under CI it is a failure."""

from __future__ import annotations

import pytest

from scripts.bench import bench, names
from scripts.terminal import Stop
from scripts.test import Part, _close

RAN = Part("units", passed=7, skipped=1, seconds=2.0)
ABSENT = Part("browser journeys", missing="no Chromium was found")


@pytest.mark.parametrize(("ci", "code"), [("", 0), ("false", 0), ("true", 1), ("1", 1)])
def test_a_part_that_could_not_run_is_named_and_fails_under_ci_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], ci: str, code: int
) -> None:
    monkeypatch.setenv("CI", ci)
    assert _close([RAN, ABSENT], 2.0) == code
    said = capsys.readouterr().out
    assert "DID NOT RUN: browser journeys, because no Chromium was found." in said
    assert said.splitlines()[-1] == f"7 passed, {code} failed, 1 skipped"


def test_a_part_that_may_miss_is_named_and_fails_nowhere(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CI", "true")
    assert _close([RAN, Part("object store", missing="Ceph is not here", may_miss=True)], 2.0) == 0
    assert "DID NOT RUN: object store, because Ceph is not here." in capsys.readouterr().out


def test_a_failure_fails_with_or_without_ci(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CI", raising=False)
    assert _close([RAN, Part("real queue", passed=1, failed=2)], 2.0) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "8 passed, 2 failed, 1 skipped"
    assert _close([RAN], 2.0) == 0


@pytest.mark.parametrize("name", ["", "nonsense", "../upload"])
def test_a_bench_that_does_not_exist_is_answered_with_those_that_do(name: str) -> None:
    with pytest.raises(Stop) as refusal:
        bench(name)
    assert {"upload", "uplinks", "process", "match", "ledger"} <= set(names())
    assert all(one in str(refusal.value) for one in names())
