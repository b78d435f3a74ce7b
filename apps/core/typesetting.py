"""Sheets that are set by typst: tagged PDF (PDF/UA-1), or a picture of one page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

_PRACTICE = """#set page(foreground: rotate(-30deg, text(26pt, weight: "bold", fill: rgb("14261f").transparentize(75%))[
  Practice. Nothing here is real. \\ #text(lang: "es")[Práctica. Nada de esto es real.]
]))
""".encode()


def typeset_pdf(source: Path, data: Mapping[str, Any]) -> bytes:
    """The document as PDF. The source reads `data` as JSON from `sys.inputs.data`, and files of its own folder."""
    given = _given(source, data) | {"format": "pdf"}
    try:
        return bytes(typst.compile(_marked(source), pdf_standards=["ua-1"], **given))
    except typst.TypstError:
        # A name in a script that no font here has: still tagged and printed, only without the standard's promise.
        return bytes(typst.compile(_marked(source), **given))


def typeset_png(source: Path, data: Mapping[str, Any]) -> bytes:
    """The document's one page as PNG, two pixels for each point."""
    return bytes(typst.compile(_marked(source), **_given(source, data), format="png", ppi=144.0))


def _marked(source: Path) -> Path | bytes:
    """In a practice portal, the same with words across each sheet that nothing in it is real."""
    return _PRACTICE + source.read_bytes() if settings.PRACTICE else source


def _given(source: Path, data: Mapping[str, Any]) -> dict[str, Any]:
    return {"root": source.parent, "font_paths": _fonts(), "sys_inputs": {"data": json.dumps(data)}}


def _fonts() -> list[Path]:
    """Where the portal's own typeface lies: beside the front-end packages, or among the collected static files."""
    folders = (
        settings.NODE_MODULES / "@uswds/uswds/dist/fonts/public-sans",
        Path(settings.STATIC_ROOT) / "vendor/uswds/fonts/public-sans",
    )
    return [folder for folder in folders if folder.is_dir()]
