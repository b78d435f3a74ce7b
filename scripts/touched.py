"""Which tests a change touches, for `make test FAST=1`: by name and by folder, so it may err on the long side."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from scripts.places import ROOT

ALWAYS = "tests/architecture"
EVERYTHING = "tests"
# A change here may break anything.
BROAD = re.compile(r"^(config/|requirements/|pyproject\.toml|manage\.py|apps/core/|tests/(?!.*\btest_\w+\.py$).*\.py$)")


def touched_tests() -> list[str]:
    """Paths for pytest: what the uncommitted change touches, or the last commit if there is none."""
    tests = {str(path.relative_to(ROOT)): path.read_text() for path in sorted((ROOT / "tests").rglob("test_*.py"))}
    return choose(changed_files(), tests)


def changed_files() -> list[str]:
    """Paths that differ from the last commit, new ones too; after a commit, those that it changed."""
    changed = _git("diff", "--name-only", "HEAD") + _git("ls-files", "--others", "--exclude-standard")
    return changed or _git("diff", "--name-only", "HEAD~1", "HEAD")


def choose(changed: list[str], tests: dict[str, str]) -> list[str]:
    """The tests (path and text) that name a changed module or lie in the folder of its app or template."""
    if any(BROAD.match(path) for path in changed):
        return [EVERYTHING]
    chosen = {path for path in changed if path in tests}
    for path in changed:
        module, folder = _module(path), _folder(path)
        chosen |= {
            test
            for test, text in tests.items()
            if (folder and test.startswith(f"tests/{folder}/")) or (module and re.search(rf"\b{module}\b", text))
        }
    return [ALWAYS, *sorted(path for path in chosen if not path.startswith(f"{ALWAYS}/"))]


def _module(path: str) -> str:
    """As an import names it: `apps.cameras.services`, and `from apps.cameras import services`."""
    if not path.endswith(".py") or path.startswith("tests/"):
        return ""
    above, _, name = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".").rpartition(".")
    return rf"(?:{re.escape(above)}\.{name}|from {re.escape(above)} import [^\n]*\b{name})"


def _folder(path: str) -> str:
    """`cameras` for `apps/cameras/…`, `templates/cameras/…` and `templates/emails/cameras/…`."""
    parts = [part for part in Path(path).parts[:-1] if part != "emails"]
    return parts[1] if len(parts) > 1 and parts[0] in ("apps", "templates") else ""


def _git(*words: str) -> list[str]:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.splitlines() if done.returncode == 0 else []
