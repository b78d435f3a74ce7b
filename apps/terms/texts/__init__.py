"""The terms that a city starts with, as files that counsel can read and change: a folder for each document."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from apps.terms.states import TermsKind

FOLDER = Path(__file__).parent


def read_texts(folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Summaries and full texts by language code: `summary_<code>.md` and `<code>.md` for each of the portal's.

    Raises OSError if a file is missing.
    """
    codes = [code for code, _name in settings.LANGUAGES]
    summaries = {code: (folder / f"summary_{code}.md").read_text(encoding="utf-8") for code in codes}
    return summaries, {code: (folder / f"{code}.md").read_text(encoding="utf-8") for code in codes}


def folder_of(kind: str) -> Path:
    """Where the first texts of this document are."""
    return FOLDER / TermsKind(kind).value
