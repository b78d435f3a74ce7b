"""The verbs of a canvass: begin, join, remove and readmit a colleague, record and correct a visit, end."""

from apps.canvass.services.going import (
    WHERE_MAX,
    begin_canvass,
    end_canvass,
    join_canvass,
    readmit_officer,
    remove_officer,
)
from apps.canvass.services.visiting import ADDRESS_MAX, NOTE_MAX, Told, correct_visit, record_visit

__all__ = [
    "ADDRESS_MAX",
    "NOTE_MAX",
    "WHERE_MAX",
    "Told",
    "begin_canvass",
    "correct_visit",
    "end_canvass",
    "join_canvass",
    "readmit_officer",
    "record_visit",
    "remove_officer",
]
