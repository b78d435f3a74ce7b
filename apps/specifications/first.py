"""The installation specification that a city starts with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FIRST = Path(__file__).parent / "first.json"


def read_checks(path: Path = FIRST) -> list[dict[str, Any]]:
    """The checks in a file. Raises OSError or ValueError."""
    checks: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return checks
