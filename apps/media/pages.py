"""Pages of a PDF as pictures: drawn by a confined pdftoppm, then written anew from pixels by another program.

A PDF is never opened in the portal's own process nor sent to a browser: it may hold scripts, forms and addresses.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings

from apps.media import launcher
from apps.media.errors import Undecodable
from apps.media.produce import clean_still
from apps.media.scratch import job_folder

PAGES_SHOWN = 3
LONGEST_SIDE = 1600
BUDGET = launcher.Budget(seconds=40, processor=20, memory=1 * launcher.GIB, output=32 * launcher.MIB)
_FONTS = ("/etc/fonts", "/usr/share/fonts", "/usr/share/poppler", "/usr/local/share/fonts", "/var/cache/fontconfig")


def page_program() -> str:
    """Path of pdftoppm, or empty where this computer has none: then no PDF has a preview."""
    return shutil.which(settings.PDFTOPPM_BINARY) or ""


def make_page(source: Path, target: Path, number: int, *, scratch: Path) -> None:
    """Write page `number` (from 1) of the PDF as a JPEG to `target`.

    Raises `Undecodable` (`no_preview`) where there is no such program, page or document; else as `make_poster`.
    """
    program = page_program()
    if not program:
        raise Undecodable("no_preview")
    with job_folder(scratch) as folder:
        raw = folder / "page.jpg"
        command = [program, "-q", "-jpeg", "-scale-to", str(LONGEST_SIDE), "-f", str(number), "-l", str(number)]
        command += ["-singlefile", str(source.resolve()), str(raw.with_suffix(""))]
        launcher.run_ffmpeg(command, source=source, folder=folder, budget=BUDGET, readable=_FONTS)
        clean_still(raw, target, scratch=scratch, longest_side=LONGEST_SIDE)
