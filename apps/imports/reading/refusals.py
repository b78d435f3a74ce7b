"""Why a file cannot be read at all, each with what to do."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from apps.core.errors import InvalidInput


def refused(code: str, *, row: int = 0, column: str = "") -> InvalidInput:
    """The refusal of a file; its sentence stands beside the file field. `row` and `column` say where, if known."""
    sentences = {
        "empty": _("This file is empty."),
        "spreadsheet": _(
            "This is a spreadsheet (XLSX or XLS), not a CSV file, whatever its name says."
            " Open it in your spreadsheet program, choose “Save as”, then “CSV UTF-8”, and upload that file."
        ),
        "archive": _("This is a ZIP archive. Please unpack it and upload the CSV or GeoJSON file that is in it."),
        "binary": _("This is no text file. Please upload a CSV or GeoJSON file."),
        "too_large": _("This file is larger than %(mb)d MB. Please split it into several files.")
        % {"mb": settings.IMPORT_MAX_BYTES // 1_000_000},
        "too_many_rows": _("This file has more than %(most)d rows. Please split it into several files.")
        % {"most": settings.IMPORT_MAX_ROWS},
        "long_line": _(
            "A row of this file is longer than any row of cameras can be. Perhaps a quotation mark is never closed,"
            " or it is not a CSV file."
        ),
        "long_cell": _(
            "Row %(row)d, column %(column)s: the text of this cell is longer than any cell of a spreadsheet. Perhaps a"
            " quotation mark is never closed. Please correct the cell and upload the file again."
        )
        % {"row": row, "column": column},
        "many_columns": _("This file has more than 100 columns. Please keep only those about cameras."),
        "one_column": _(
            "We found only one column. Please separate the columns by commas, semicolons or tabs;"
            " the template shows how."
        ),
        "no_rows": _("This file has a header, but no row below it."),
        "not_json": _("This GeoJSON file cannot be read: it ends in the middle or is damaged. Please export it again."),
        "too_deep": _("This GeoJSON file nests its values too deep to be read."),
        "not_features": _("This is JSON, but no GeoJSON FeatureCollection. The template shows how one looks."),
    }
    return InvalidInput(sentences[code], fields={"file": sentences[code]}, code=code)
