"""What givers stated and signed about their videos, as it goes into a package: one PDF for each statement."""

from __future__ import annotations

from apps.disclosure.documents.dossier import Dossier, statement_path
from apps.evidence.statement_sheet import statement_pdf


def statements(dossier: Dossier) -> dict[str, bytes]:
    """By path. A statement about several files of the package is in it once."""
    found = {one.statement.pk: one.statement for one in dossier.items if one.statement is not None}
    return {statement_path(one): statement_pdf(one.submission, one) for one in found.values()}
