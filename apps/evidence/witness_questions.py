"""The questions of a witness statement: what a court asks about video that nobody watched while it was recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

YES, NO, UNKNOWN = "yes", "no", "unknown"
CHOICES = ((YES, _("Yes")), (NO, _("No")), (UNKNOWN, _("I do not know")))


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `choices` is false for an answer in the person's own words; `follows` says that it asks for more
    about the question before it."""

    key: str
    words: Any
    choices: bool = True
    hint: Any = ""
    follows: bool = False


# Wagner v. State, 707 So. 2d 827: date and time, editing, condition of the equipment, procedure and security,
# identification. s. 90.803(6)(c), F.S.: made at the time, by a regular practice.
QUESTIONS = (
    Question("keeper", _("Who looks after the cameras and the recorder?"), choices=False),
    Question("regular", _("Does the recorder record by itself, as a regular practice?")),
    Question("working", _("Did it work as usual at that time?")),
    Question("working_more", _("If not: what was wrong?"), choices=False, follows=True),
    Question("place", _("Do you know the place, and does the video show it as it is?")),
    Question(
        "exporter",
        _("Who copied the video out of the recorder, and how?"),
        choices=False,
        hint=_("For example: I did, with the recorder's app, on my phone."),
    ),
    Question("changed", _("Was anything cut or changed in the files?")),
    Question("changed_more", _("If so: what, and why?"), choices=False, follows=True),
)
BY_KEY = {question.key: question for question in QUESTIONS}
