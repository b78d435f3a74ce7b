"""`make check`: linters, types, layers, templates, the pages' scripts, migrations and the deployment settings."""

from __future__ import annotations

import hashlib
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from scripts.places import PYTHON, ROOT, VENV
from scripts.setup import set_up
from scripts.terminal import ending

MANAGE = f"{PYTHON} manage.py"
SCRIPT_TESTS = " ".join(sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("tests/js/*.test.js")))
# The Django plugin remembers where models were: a model that moved needs a cache of its own.
MODELS = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("apps/*/*models*")) + sorted(
    str(path.relative_to(ROOT)) for path in ROOT.glob("apps/*/models/*.py")
)
TYPES_CACHE = f".mypy_cache/{hashlib.sha256('|'.join(MODELS).encode()).hexdigest()[:12]}"
COMMANDS = {
    # The slow one first: it has a core of its own while the others follow each other on the second.
    "types": f"mypy --cache-dir {TYPES_CACHE} apps config scripts",
    "style": "ruff check .",
    "format": "ruff format --check .",
    "layers": "lint-imports",
    "style of scripts": "node_modules/.bin/eslint static tests/js eslint.config.js",
    "types of scripts": "node_modules/.bin/tsc --project .",
    "tests of scripts": f"node --test --test-reporter=spec {SCRIPT_TESTS}",
    "templates": "djlint templates apps --lint --quiet",
    "acts": f"{PYTHON} -m scripts.acts --check",
    "settings": f"{PYTHON} -m scripts.settings_table --check",
    "migrations": f"{MANAGE} makemigrations --check --dry-run",
    "bill of materials": f"{PYTHON} -m scripts.sbom --check",
    "known holes": f"{PYTHON} -m scripts.audit",
    "deployment": f"{MANAGE} check --deploy --fail-level WARNING",
}


# What these say is read also where they pass: without a network nothing was checked.
TOLD = {"known holes"}


class Result(NamedTuple):
    """How one check ended."""

    name: str
    passed: bool
    seconds: float
    said: str


def check() -> list[Result]:
    """Run every check and print what fails; nothing is written below the project."""
    set_up("test")
    with tempfile.TemporaryDirectory(prefix="portal-check-") as folder, ThreadPoolExecutor(2) as pool:
        results = []
        for result in pool.map(lambda name: _run(name, folder), COMMANDS):
            print(f"{'passed' if result.passed else 'FAILED'}  {result.name} ({result.seconds:.0f} s)", flush=True)
            if not result.passed or result.name in TOLD:
                print(result.said, flush=True)
            results.append(result)
        return results


def _run(name: str, folder: str) -> Result:
    began = time.monotonic()
    env = {**os.environ, "DATA_DIR": folder, "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
    env["DJANGO_SETTINGS_MODULE"] = "config.settings.local"
    if name == "deployment":
        env.update(production_environment())
    done = subprocess.run(
        COMMANDS[name].split(),
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Result(name, done.returncode == 0, time.monotonic() - began, done.stdout)


def production_environment() -> Mapping[str, str]:
    """What an operator would set, with keys of this moment and addresses that nobody connects to."""
    return {
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "SECRET_KEY": secrets.token_hex(40),
        "FIELD_KEYS": secrets.token_hex(32),
        "LEDGER_KEY": secrets.token_hex(32),
        "DIGEST_KEY": secrets.token_hex(32),
        "ALLOWED_HOSTS": "portal.example.org",
        "SITE_URL": "https://portal.example.org",
        "DATABASE_URL": "postgres://portal@localhost/portal",
        "BROKER_URL": "redis://localhost/0",
        "CACHE_URL": "redis://localhost/1",
        "EMAIL_URL": "smtp+tls://portal@localhost:587",
        "DEFAULT_FROM_EMAIL": "portal@example.org",
        "SECURITY_CONTACT": "mailto:security@example.org",
    }


if __name__ == "__main__":
    with ending():
        failed = [result.name for result in check() if not result.passed]
        print(f"Checks failed: {', '.join(failed)}." if failed else f"All {len(COMMANDS)} checks passed.")
        sys.exit(1 if failed else 0)
