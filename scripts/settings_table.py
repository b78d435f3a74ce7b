"""docs/settings.md: every setting, its kind and default read from the code. `--check` says if the page is behind."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from typing import Any

from scripts.check import production_environment
from scripts.places import PYTHON, ROOT

PAGE = ROOT / "docs" / "settings.md"
MEANINGS = ROOT / "config" / "settings" / "meanings.toml"
DATA_DIR = "/DATA_DIR"
# In a process of its own, with production's environment: what is asked for while everything loads.
ASK = """
import json
from config.settings.components.environment import env
import config.settings.production, config.worker, config.gunicorn
print(json.dumps([[one.name, one.kind, one.needed, one.default] for one in env.wanted.values()], default=str))
"""
# A platform sets or a Procfile's line defaults these; `-1`, `-2` of two processes are one setting.
PROCFILE = re.compile(r"\$\{([A-Z_]+):-([^}]*)\}")
HEAD = """# Settings

Every setting of the portal: an environment variable of all its processes. This page is made from the code by
`python -m scripts.settings_table`. `manage.py make_keys FILE` makes a file with the keys, and a line for each setting
that is needed.

A process does not start if one is missing or malformed. It then names all of them in one list. A list is separated by
commas. Numbers are 0 or more. Sizes are bytes. An empty value counts as none, except for texts and lists.
"""


def asked_for() -> dict[str, tuple[str, bool, Any]]:
    """Kind, whether it is needed, and default, by name."""
    env = {"PATH": os.environ.get("PATH", os.defpath), **production_environment(), "DATA_DIR": DATA_DIR}
    done = subprocess.run([PYTHON, "-c", ASK], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"The settings do not load:\n{done.stderr}")
    found = {name: (kind, needed, default) for name, kind, needed, default in json.loads(done.stdout.splitlines()[-1])}
    for name, default in PROCFILE.findall((ROOT / "Procfile").read_text()):
        found.setdefault(name, ("text" if not default.isdigit() else "whole number", False, default))
    found["DJANGO_SETTINGS_MODULE"] = ("text", True, None)
    return {name: one for name, one in found.items() if not name.startswith("STAFF_IDP_SECRET_")}


def page(found: dict[str, tuple[str, bool, Any]], meanings: dict[str, dict[str, str]]) -> str:
    """The page's text."""
    lines = [HEAD]
    for heading, settings in meanings.items():
        lines += [f"## {heading}", "", "| setting | kind | default | meaning |", "|---|---|---|---|"]
        for name, meaning in settings.items():
            kind, needed, default = found[name]
            lines.append(f"| `{name}` | {kind} | {'**needed**' if needed else _shown(default)} | {meaning} |")
        lines.append("")
    return "\n".join(lines)


def _shown(default: Any) -> str:
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, list | tuple):
        default = ",".join(map(str, default))
    if isinstance(default, int) and default >= 10_000:
        return f"{default:,}"
    shown = str(default)
    if DATA_DIR in shown or "${" in shown or shown.startswith(str(ROOT)):
        return "see there"
    return f"`{shown}`" if shown else "none"


def problems(found: dict[str, Any], meanings: dict[str, dict[str, str]]) -> list[str]:
    """What the table lacks, and what it has too much."""
    told = {name for settings in meanings.values() for name in settings}
    where = MEANINGS.relative_to(ROOT)
    return [
        *(f"{name} is read and has no meaning in {where}." for name in sorted(found.keys() - told)),
        *(f"{name} stands in {where} and is read nowhere." for name in sorted(told - found.keys())),
    ]


def main() -> int:
    """Write the page, or with --check compare."""
    found, meanings = asked_for(), tomllib.loads(MEANINGS.read_text())
    wrong = problems(found, meanings)
    if not wrong and "--check" in sys.argv and (not PAGE.exists() or PAGE.read_text() != page(found, meanings)):
        wrong = ["docs/settings.md is behind the code: python -m scripts.settings_table"]
    if wrong:
        print("\n".join(wrong))
        return 1
    if "--check" not in sys.argv:
        PAGE.write_text(page(found, meanings))
    return 0


if __name__ == "__main__":
    sys.exit(main())
