"""Known holes in the packages that production installs, asked for at most once a day; part of `make check`.

pip-audit and npm ask the public advisories. A machine without a network uses what was learned last, or the advisories
in OSV_DATA (a folder with OSV's PyPI.zip and npm.zip), and else says that nothing was checked: that never fails.
A hole fails the check, unless requirements/audit-ignored.toml names it with a reason and a day that is not over.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version

from scripts.places import CACHE, REQUIREMENTS, ROOT, VENV
from scripts.sbom import locked_python, locked_scripts

IGNORED = REQUIREMENTS / "audit-ignored.toml"
KEPT = CACHE / "audit.json"
LONGEST_S = 60


@dataclass(frozen=True, slots=True)
class Hole:
    """One advisory about one package that is installed."""

    package: str
    version: str
    id: str
    words: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known, from where, and of which day; `holes` is None where nothing could be learned."""

    holes: list[Hole] | None
    source: str
    on: str


def audit(*, today: date, kept: Path = KEPT, ignored: Path = IGNORED) -> tuple[bool, list[str]]:
    """Whether the packages pass, and what to say in plain lines."""
    answer = _answer(today, kept)
    if answer.holes is None:
        return True, ["Not checked for known holes: no advisories could be reached, and none are kept. See OSV_DATA."]
    excused = {(one["package"], one["id"]): one for one in _ignored(ignored)}
    lines, passed = [f"Checked for known holes: {answer.source}, {answer.on}."], True
    for hole in answer.holes:
        excuse = excused.get((hole.package, hole.id))
        if excuse and excuse["until"] >= today:
            lines.append(f"Ignored until {excuse['until']}: {hole.package} {hole.id}: {excuse['reason']}")
            continue
        passed = False
        again = " (it was ignored until then)" if excuse else ""
        lines.append(f"HOLE  {hole.package} {hole.version}: {hole.id}{again}: {hole.words}")
    return passed, lines


def _ignored(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(path.read_text()).get("ignored", []) if path.exists() else []
    for one in found:
        if not isinstance(one.get("until"), date) or not one.get("reason") or not one.get("package"):
            raise ValueError(f"{path.name}: each entry needs package, id, until (a day) and reason.")
    return found


def _answer(today: date, kept: Path) -> Answer:
    """Today's answer if there is one, else a fresh one, else the last one about the same packages."""
    digest = hashlib.sha256()
    for path in (REQUIREMENTS / "production.txt", ROOT / "package-lock.json"):
        digest.update(path.read_bytes())
    locks = digest.hexdigest()
    before = json.loads(kept.read_text()) if kept.exists() else {}
    same = before.get("locks") == locks
    if not (same and before.get("asked") == str(today)):
        holes, source = _ask()
        fresh: dict[str, Any] = {"locks": locks, "asked": str(today)}
        if holes is not None:
            fresh |= {"holes": [asdict(hole) for hole in holes], "source": source, "on": str(today)}
        elif same:
            fresh |= {name: before[name] for name in ("holes", "source", "on") if name in before}
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(fresh))
        before = fresh
    if "holes" not in before:
        return Answer(None, "", "")
    return Answer([Hole(**hole) for hole in before["holes"]], before["source"], before["on"])


def _ask() -> tuple[list[Hole] | None, str]:
    python, scripts = _python_holes(), _script_holes()
    if python is not None and scripts is not None:
        return [*python, *scripts], "public advisories"
    folder = os.environ.get("OSV_DATA", "")
    if folder:
        kept = [
            *_offline(Path(folder) / "PyPI.zip", _python_versions()),
            *_offline(Path(folder) / "npm.zip", _others()),
        ]
        return kept, f"advisories in {folder}"
    return None, ""


def _python_holes() -> list[Hole] | None:
    """By pip-audit; None where not one package could be looked up."""
    options = ["--no-deps", "--disable-pip", "--progress-spinner", "off", "--format", "json"]
    for service in ("osv", "pypi"):
        said = _json([_tool("pip-audit"), *options, "-s", service, "-r", str(REQUIREMENTS / "production.txt")])
        looked_up = [one for one in (said or {}).get("dependencies", []) if "skip_reason" not in one]
        if looked_up:
            return [
                Hole(one["name"], one["version"], found["id"], found.get("description", "").partition("\n")[0][:200])
                for one in looked_up
                for found in one["vulns"]
            ]
    return None


def _script_holes() -> list[Hole] | None:
    said = _json([_tool("npm"), "audit", "--omit=dev", "--json"])
    if said is None or "vulnerabilities" not in said:
        return None
    return [
        Hole(name, _others().get(name, ""), via["url"].rpartition("/")[2], via["title"])
        for name, found in said["vulnerabilities"].items()
        for via in found["via"]
        if isinstance(via, dict)
    ]


def _tool(name: str) -> str:
    """Ours, where the set-up installed it; else the machine's."""
    return str(VENV / "bin" / name) if (VENV / "bin" / name).exists() else name


def _json(command: list[str]) -> Any:
    """What a tool says; None for one that is missing, takes too long or says something else."""
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LONGEST_S, check=False)
        return json.loads(done.stdout)
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return None


def _python_versions() -> dict[str, str]:
    return {name.lower().replace("_", "-"): version for name, (version, _) in locked_python().items()}


def _others() -> dict[str, str]:
    return {name: package["version"] for name, package in locked_scripts().items()}


def _offline(archive: Path, versions: dict[str, str]) -> Iterator[Hole]:
    """Holes by OSV's own records, one JSON file each."""
    with zipfile.ZipFile(archive) as opened:
        for name in opened.namelist():
            record = json.loads(opened.read(name))
            if "withdrawn" in record:
                continue
            for affected in record.get("affected", []):
                package = affected.get("package", {}).get("name", "")
                version = versions.get(package) or versions.get(package.lower().replace("_", "-"))
                if version and _is_affected(version, affected):
                    yield Hole(package, version, record["id"], record.get("summary", ""))


def _is_affected(version: str, affected: dict[str, Any]) -> bool:
    if version in affected.get("versions", []):
        return True
    try:
        return any(_in_range(Version(version), one.get("events", [])) for one in affected.get("ranges", []))
    except InvalidVersion:
        return False


def _in_range(version: Version, events: list[dict[str, str]]) -> bool:
    """Introduced at or before it, and neither mended at or before it nor last seen before it."""
    inside = False
    for event in events:
        if "introduced" in event and version >= Version(event["introduced"]):
            inside = True
        if "fixed" in event and version >= Version(event["fixed"]):
            inside = False
        if "last_affected" in event and version > Version(event["last_affected"]):
            inside = False
    return inside


if __name__ == "__main__":
    fine, said = audit(today=datetime.now(UTC).date())
    print("\n".join(said))
    sys.exit(0 if fine else 1)
