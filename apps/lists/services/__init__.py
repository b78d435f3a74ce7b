"""The verbs of lists: record an export; save, rename and delete a view."""

from apps.lists.services.exports import REASON_MAX, record_export
from apps.lists.services.saving import NAME_MAX, Shown, delete_view, rename_view, save_view

__all__ = ["NAME_MAX", "REASON_MAX", "Shown", "delete_view", "record_export", "rename_view", "save_view"]
