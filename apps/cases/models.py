"""Notes on a case, with every text that they ever had."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Case
from apps.core.fields import EncryptedTextField
from apps.core.models import PublicModel, RequestKeyed, Versioned


class CaseNote(PublicModel, RequestKeyed, Versioned):
    """What a staff member writes on a case. `version` is the number of its last text."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", verbose_name=_("case"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("author")
    )

    class Meta:
        verbose_name = _("note")

    def __str__(self) -> str:
        return f"note {self.public_id}"


class NoteText(PublicModel):
    """One text of a note. Append-only: a change adds the next one."""

    note = models.ForeignKey(CaseNote, on_delete=models.PROTECT, related_name="texts", verbose_name=_("note"))
    number = models.PositiveIntegerField(_("number"), help_text=_("From 1, in the order in which they were written."))
    text = EncryptedTextField(_("text"))
    work_product = models.BooleanField(_("work product"), help_text=_("Stays out of every records request."))

    class Meta:
        verbose_name = _("text of a note")
        constraints = [models.UniqueConstraint(fields=["note", "number"], name="note_text_number_once")]

    def __str__(self) -> str:
        return f"text {self.number} of note {self.note_id}"
