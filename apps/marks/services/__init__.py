"""The verbs of marks: add one, change it, remove it, put it back."""

from apps.marks.services.marking import NOTE_MAX, MarkWords, add_mark, change_mark, remove_mark, restore_mark

__all__ = ["NOTE_MAX", "MarkWords", "add_mark", "change_mark", "remove_mark", "restore_mark"]
