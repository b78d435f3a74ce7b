"""Acts on imports. Other apps import them from here."""

from apps.imports.services.clearing import (
    discard_import,
    erase_imports_of,
    erase_old_imports,
)
from apps.imports.services.deciding import (
    edit_row,
    leave_row_out,
    set_columns,
    start_import,
    try_again,
    undo_import,
)
from apps.imports.services.receiving import receive_import
from apps.imports.services.working import due_imports, work_on_import

__all__ = [
    "discard_import",
    "due_imports",
    "edit_row",
    "erase_imports_of",
    "erase_old_imports",
    "leave_row_out",
    "receive_import",
    "set_columns",
    "start_import",
    "try_again",
    "undo_import",
    "work_on_import",
]
