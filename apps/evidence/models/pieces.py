"""What an owner's own program found for a request and would send, if its owner says yes."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.fields import EncryptedTextField
from apps.core.models import PublicModel
from apps.evidence.states import PieceState
from apps.footage_requests.models import Match
from apps.uploads.models import Upload


class Piece(PublicModel):
    """One stretch of a recording, proposed by a program for one camera of a request. No byte of it is here yet.

    Sent only after a person who answers for the partner said yes, signed in. The yes can be taken back until then.
    """

    match = models.ForeignKey(Match, on_delete=models.PROTECT, related_name="+", verbose_name=_("match"))
    program_key = models.UUIDField(_("key"), editable=False, help_text=_("Public id of the key that proposed it."))
    program = models.CharField(_("program"), max_length=60, help_text=_("The name of the key."))
    client_id = models.CharField(
        _("id of the program"), max_length=64, help_text=_("Chosen by the program: a repeat finds the first.")
    )
    state = models.CharField(_("state"), max_length=8, choices=PieceState.choices, default=PieceState.PROPOSED)
    begins = models.DateTimeField(_("begins"), help_text=_("UTC, true time as far as the program knows."))
    ends = models.DateTimeField(_("ends"), help_text=_("UTC."))
    size = models.BigIntegerField(_("size"), null=True, blank=True, help_text=_("Bytes, about."))
    note = EncryptedTextField(_("note"), blank=True)
    clock_offset_s = models.IntegerField(
        _("clock offset"), null=True, blank=True, help_text=_("Seconds: the recorder's clock minus the true time.")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True, help_text=_("UTC."))
    upload = models.OneToOneField(
        Upload, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("upload")
    )

    class Meta:
        verbose_name = _("piece from a recorder")
        verbose_name_plural = _("pieces from recorders")
        constraints = [
            models.UniqueConstraint(fields=["match", "client_id"], name="piece_once"),
            models.CheckConstraint(condition=models.Q(ends__gt=models.F("begins")), name="piece_forward"),
            models.CheckConstraint(
                condition=models.Q(state=PieceState.PROPOSED)
                | models.Q(decided_by__isnull=False, decided_at__isnull=False),
                name="piece_decided_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"piece {self.public_id}"
