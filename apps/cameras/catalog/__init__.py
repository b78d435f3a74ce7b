"""The catalog that a city starts with, and what an entry of it may say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FIRST = Path(__file__).parent / "first.json"


def read_entries(path: Path = FIRST) -> list[dict[str, Any]]:
    """The entries in a file, unchecked. Raises OSError or ValueError."""
    entries: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ValueError("A catalog is a list of entries.")
    return entries
