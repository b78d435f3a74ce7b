"""Packages with a known hole fail the check; a machine without a network is told that nothing was checked."""

from __future__ import annotations

import json
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from scripts import audit, sbom

TODAY = date(2026, 11, 28)
DJANGO = sbom.locked_python()["django"][0]


def hole(package: str, *events: dict[str, str], versions: list[str] | None = None) -> dict[str, Any]:
    """An OSV record."""
    affected = {"package": {"name": package}, "ranges": [{"type": "ECOSYSTEM", "events": list(events)}]}
    return {"id": "GHSA-test", "summary": "A hole.", "affected": [affected | {"versions": versions or []}]}


@pytest.fixture
def offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """No advisories can be reached; `offline(records)` keeps these, and the answer is given."""
    for name in ("pip-audit", "npm"):
        tool(tmp_path, name, "exit 1")
    monkeypatch.setattr(audit, "_tool", lambda name: str(tmp_path / name))
    monkeypatch.delenv("OSV_DATA", raising=False)

    def given(*python: dict[str, Any], scripts: tuple[dict[str, Any], ...] = ()) -> None:
        for name, records in (("PyPI.zip", python), ("npm.zip", scripts)):
            with zipfile.ZipFile(tmp_path / name, "w") as archive:
                for number, record in enumerate(records):
                    archive.writestr(f"{number}.json", json.dumps(record))
        monkeypatch.setenv("OSV_DATA", str(tmp_path))

    return given


def tool(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def asked(tmp_path: Path, *, today: date = TODAY, ignored: str = "") -> tuple[bool, str]:
    (tmp_path / "ignored.toml").write_text(ignored)
    passed, lines = audit.audit(today=today, kept=tmp_path / "audit.json", ignored=tmp_path / "ignored.toml")
    return passed, "\n".join(lines)


def test_without_a_network_it_passes_and_says_that_nothing_was_checked(offline: Any, tmp_path: Path) -> None:
    passed, said = asked(tmp_path)
    assert passed
    assert said.startswith("Not checked for known holes")


@pytest.mark.parametrize(
    ("record", "passes"),
    [
        (hole("Django", {"introduced": "0"}), False),
        (hole("django", {"introduced": "0"}, {"fixed": DJANGO}), True),
        (hole("django", {"introduced": "0"}, {"last_affected": DJANGO}), False),
        (hole("django", {"introduced": "99"}), True),
        (hole("django", versions=[DJANGO]), False),
        (hole("a-stranger", {"introduced": "0"}), True),
        (hole("django", {"introduced": "0"}) | {"withdrawn": "2026-01-01T00:00:00Z"}, True),
    ],
)
def test_kept_advisories_are_held_against_the_locked_versions(
    offline: Any, tmp_path: Path, record: dict[str, Any], passes: bool
) -> None:
    offline(record)
    passed, said = asked(tmp_path)
    assert passed == passes
    assert ("HOLE  " in said) != passes


def test_front_end_packages_are_looked_at_too(offline: Any, tmp_path: Path) -> None:
    offline(scripts=(hole("maplibre-gl", {"introduced": "0"}),))
    assert not asked(tmp_path)[0]


def test_an_excuse_holds_until_its_day(offline: Any, tmp_path: Path) -> None:
    offline(hole("django", {"introduced": "0"}))
    excuse = '[[ignored]]\npackage = "django"\nid = "GHSA-test"\nuntil = 2026-11-28\nreason = "Not called."\n'
    passed, said = asked(tmp_path, ignored=excuse)
    assert passed
    assert "Ignored until 2026-11-28" in said
    passed, said = asked(tmp_path, ignored=excuse, today=TODAY + timedelta(days=1))
    assert not passed
    assert "it was ignored until then" in said


@pytest.mark.parametrize("line", ["until = 2026-11-28", 'reason = "x"', 'until = "soon"\nreason = "x"'])
def test_an_excuse_without_a_day_and_a_reason_is_refused(offline: Any, tmp_path: Path, line: str) -> None:
    offline()
    with pytest.raises(ValueError, match="until"):
        asked(tmp_path, ignored=f'[[ignored]]\npackage = "django"\nid = "GHSA-test"\n{line}\n')


def test_it_asks_once_a_day_and_remembers_where_the_network_is_gone(offline: Any, tmp_path: Path) -> None:
    found = {"dependencies": [{"name": "django", "version": DJANGO, "vulns": [{"id": "PYSEC-1", "description": "x"}]}]}
    (tmp_path / "said.json").write_text(json.dumps(found))
    tool(tmp_path, "pip-audit", f"echo asked >> {tmp_path}/asked; cat {tmp_path}/said.json; exit 1")
    tool(tmp_path, "npm", "echo '{\"vulnerabilities\": {}}'")
    for _ in range(3):
        passed, said = asked(tmp_path)
        assert not passed
        assert "django" in said
    assert (tmp_path / "asked").read_text() == "asked\n"
    tool(tmp_path, "npm", "exit 1")
    passed, said = asked(tmp_path, today=TODAY + timedelta(days=1))
    assert not passed
    assert "2026-11-28" in said


def test_the_bill_is_valid_and_names_what_is_locked() -> None:
    written = sbom.as_json(sbom.bill())
    assert sbom.problem_with(written) == ""
    said = json.loads(written)
    assert (said["bomFormat"], said["specVersion"]) == ("CycloneDX", "1.6")
    named = {(part["name"], part["version"]) for part in said["components"]}
    assert {(name, version) for name, (version, _) in sbom.locked_python().items()} <= named
    assert {(name, package["version"]) for name, package in sbom.locked_scripts().items()} <= named
    assert all(part["hashes"] for part in said["components"])
    assert not {"eslint", "pytest", "axe-core"} & {part["name"] for part in said["components"]}
