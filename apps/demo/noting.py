"""Third chapter: what detective and analyst wrote on the case of the open request."""

from __future__ import annotations

from apps.cases.models import CaseNote
from apps.cases.services import add_note, change_note, set_cad_number, set_rms_number
from apps.demo.asking import the_open_request
from apps.demo.clock import Calendar, as_of
from apps.demo.founding import staff
from apps.demo.keys import key


def note_on_the_case(calendar: Calendar) -> None:
    """Two notes, one of them changed, and the numbers that dispatch and the records system use."""
    if CaseNote.objects.exists():
        return
    case, detective, analyst = the_open_request().case, staff("detective@tpd.example"), staff("analyst@tpd.example")
    with as_of(calendar.at(-1, 8, 40)):
        set_cad_number(case=case, number="2026-0114877", known="", user=analyst)
        text = "Caller on 6th Avenue heard car doors about 21:45 and saw one person walk east."
        add_note(case=case, text=text, work_product=False, user=analyst, request_key=key("note:caller"))
    with as_of(calendar.at(-1, 10, 5)):
        set_rms_number(case=case, number="26-R-88213", known="", user=detective)
        text = "Same hours as the two entries on Glenway last month."
        note = add_note(case=case, text=text, work_product=True, user=detective, request_key=key("note:pattern"))
    with as_of(calendar.at(-1, 11, 30)):
        text = "Same hours as the three entries on Glenway last month. Compare shoes with the porch video."
        change_note(note=note, version=note.version, text=text, work_product=True, user=detective)
