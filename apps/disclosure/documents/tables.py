"""A list as tagged PDF (PDF/UA-1), dressed as the documents of a package."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from django.utils.translation import get_language

from apps.core.typesetting import typeset_pdf

_SOURCE = Path(__file__).parent / "table.typ"


@dataclass(frozen=True, slots=True)
class Table:
    """What a sheet with one table says. `code` stands at the foot of each page; `widths` are shares of the line."""

    title: str
    lead: str
    code: str
    agency: str
    facts: Sequence[tuple[str, str]]
    columns: Sequence[str]
    widths: Sequence[int]
    rows: Sequence[Sequence[str]]


def table_sheet(table: Table) -> bytes:
    """The sheet in the reader's language."""
    return typeset_pdf(_SOURCE, {**asdict(table), "language": get_language() or "en"})
