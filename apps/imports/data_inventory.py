"""What imports hold about a person: files that still lie here, and own numbers of cameras."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from apps.core.data_inventory import (
    Row,
    Section,
    Whose,
    register,
)
from apps.imports.models import CameraImport, ColumnMemory, ExternalId, ImportRow
from apps.imports.selectors import cells_of


def _imports(whose: Whose) -> Iterator[Row]:
    for row in CameraImport.objects.filter(partner__in=whose.managed).order_by("pk").iterator(500):
        yield {
            "id": str(row.public_id),
            "state": str(row.get_state_display()),
            "rows": row.rows_total,
            "started": row.created_at,
            "finished": row.finished_at,
            "erased": row.erased_at,
        }


def _rows(whose: Whose) -> Iterator[Row]:
    rows = ImportRow.objects.filter(camera_import__partner__in=whose.managed).exclude(cells="")
    for row in rows.select_related("camera_import").order_by("pk").iterator(500):
        yield {"import": str(row.camera_import.public_id), "row": row.number, "cells": cells_of(row)}


def _numbers(whose: Whose) -> Iterator[Row]:
    rows = ExternalId.objects.filter(partner__in=whose.managed).select_related("camera")
    for row in rows.order_by("pk").iterator(500):
        yield {"camera": str(row.camera.public_id), "number": row.value}


def _columns(whose: Whose) -> Iterator[Row]:
    for row in ColumnMemory.objects.filter(partner__in=whose.managed).order_by("pk").iterator(500):
        yield {"columns": [f"{name}: {place + 1}" for name, place in sorted(row.mapping.items())], "used": row.used_at}


register(
    Section(
        key="imports",
        title=_("Imports of cameras"),
        rows=_imports,
        labels={
            "id": _("number"),
            "state": _("state"),
            "rows": _("rows"),
            "started": _("started"),
            "finished": _("finished at"),
            "erased": _("erased at"),
        },
        covers=("imports.CameraImport",),
    )
)
register(
    Section(
        key="import_rows",
        title=_("Rows of files that still lie here, for seven days at most"),
        rows=_rows,
        labels={"import": _("import"), "row": _("row"), "cells": _("cells")},
        covers=("imports.ImportRow",),
    )
)
register(
    Section(
        key="own_numbers",
        title=_("Your own numbers of cameras"),
        rows=_numbers,
        labels={"camera": _("camera"), "number": _("number")},
        covers=("imports.ExternalId",),
    )
)
register(
    Section(
        key="remembered_columns",
        title=_("What the columns of your files mean"),
        rows=_columns,
        labels={"columns": _("columns"), "used": _("used at")},
        covers=("imports.ColumnMemory",),
    )
)
