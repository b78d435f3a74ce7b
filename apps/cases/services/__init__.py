"""The verbs of a case: write a note, change it, set the numbers that other systems know the case by."""

from apps.cases.services.notes import NOTE_MAX, add_note, change_note
from apps.cases.services.references import set_cad_number, set_rms_number

__all__ = ["NOTE_MAX", "add_note", "change_note", "set_cad_number", "set_rms_number"]
