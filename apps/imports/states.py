"""States of an import and of its rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.transitions import Transitions


class ImportState(models.TextChoices):
    COLUMNS = "columns", _("columns to confirm")  # the file was read; somebody says what its columns mean
    CHECKING = "checking", _("being checked")  # a worker reads each row, nothing is registered
    CHECKED = "checked", _("checked")  # the dry run: each row's problems can be seen and mended
    IMPORTING = "importing", _("being imported")  # a worker registers row after row
    IMPORTED = "imported", _("imported")
    UNDOING = "undoing", _("being undone")
    UNDONE = "undone", _("undone")
    STOPPED = "stopped", _("stopped")  # three workers died at the same rows; somebody may try again
    DISCARDED = "discarded", _("discarded")  # thrown away before anything was imported


BUSY = (ImportState.CHECKING, ImportState.IMPORTING, ImportState.UNDOING)

IMPORT_TRANSITIONS = Transitions(
    {
        ImportState.COLUMNS: {ImportState.CHECKING, ImportState.DISCARDED},
        ImportState.CHECKING: {ImportState.CHECKED, ImportState.STOPPED},
        ImportState.CHECKED: {ImportState.CHECKING, ImportState.IMPORTING, ImportState.DISCARDED},
        ImportState.IMPORTING: {ImportState.IMPORTED, ImportState.STOPPED},
        # Again when rows that were wrong have been mended.
        ImportState.IMPORTED: {ImportState.IMPORTING, ImportState.UNDOING},
        ImportState.UNDOING: {ImportState.UNDONE, ImportState.STOPPED},
        ImportState.STOPPED: {ImportState.CHECKING, ImportState.IMPORTING, ImportState.UNDOING, ImportState.DISCARDED},
    }
)


class RowState(models.TextChoices):
    NEW = "new", _("not yet checked")
    READY = "ready", _("ready")
    WRONG = "wrong", _("needs a correction")
    LEFT_OUT = "left_out", _("left out")  # by the person who imports
    DONE = "done", _("imported")
    REFUSED = "refused", _("not imported")  # a service said no when its turn came
    UNDONE = "undone", _("undone")
    KEPT = "kept", _("kept")  # somebody acted on it since, so the undo left it


# What a dry run looks at again when columns or cells change.
OPEN_ROWS = (RowState.NEW, RowState.READY, RowState.WRONG, RowState.REFUSED)


class RowOutcome(models.TextChoices):
    REGISTERED = "registered", _("registered")
    CHANGED = "changed", _("changed")
    UNCHANGED = "unchanged", _("unchanged")
    PRE_REGISTERED = "pre_registered", _("waits for its owner")
