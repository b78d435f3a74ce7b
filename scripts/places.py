"""Where things lie."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
CACHE = ROOT / ".cache"
REQUIREMENTS = ROOT / "requirements"
NODE_MODULES = ROOT / "node_modules"


def data_dir() -> Path:
    """The folder that holds everything the portal keeps."""
    return Path(os.environ.get("DATA_DIR") or ROOT / "var").resolve()
