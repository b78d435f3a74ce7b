"""The verbs of marks: add one, change it, remove it, put it back; prepare and write a case story."""

from apps.marks.services.marking import NOTE_MAX, MarkWords, add_mark, change_mark, remove_mark, restore_mark
from apps.marks.services.telling import (
    MARKS_MOST,
    TITLE_MAX,
    chosen_marks,
    make_story,
    may_show_places,
    prepare_story,
    stills_of,
)

__all__ = [
    "MARKS_MOST",
    "NOTE_MAX",
    "TITLE_MAX",
    "MarkWords",
    "add_mark",
    "change_mark",
    "chosen_marks",
    "make_story",
    "may_show_places",
    "prepare_story",
    "remove_mark",
    "restore_mark",
    "stills_of",
]
