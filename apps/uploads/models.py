"""Bytes on their way in. An upload knows nothing of evidence; `scope` is an opaque string of its owner's."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import PublicModel
from apps.uploads.states import UploadState


class Upload(PublicModel):
    """One file that arrives resumably (tus 1.0). `offset` is what the database has committed after fsync."""

    scope = models.CharField(_("scope"), max_length=120, help_text=_("Whose upload this is, for quotas and access."))
    holder = models.CharField(_("holder"), max_length=64, blank=True, help_text=_("Who owns the scope, for shares."))
    source = models.CharField(_("source"), max_length=64, blank=True, help_text=_("Digest of the sender's address."))
    state = models.CharField(_("state"), max_length=12, choices=UploadState.choices, default=UploadState.RECEIVING)
    length = models.BigIntegerField(
        _("length"), null=True, blank=True, help_text=_("Declared size in bytes; empty until its sender knows it.")
    )
    offset = models.BigIntegerField(_("offset"), default=0, help_text=_("Bytes that are durable."))
    filename = models.CharField(_("file name"), max_length=255, help_text=_("As sent, made safe to show."))
    content_type = models.CharField(_("declared type"), max_length=100, blank=True)
    metadata = models.JSONField(_("metadata"), default=dict, blank=True)
    received_at = models.DateTimeField(_("received at"), null=True, blank=True, help_text=_("UTC, of the last byte."))
    expires_at = models.DateTimeField(_("expires at"), help_text=_("UTC. An unfinished upload is given up then."))

    class Meta:
        verbose_name = _("upload")
        constraints = [
            models.CheckConstraint(condition=models.Q(length__gt=0), name="upload_length_positive"),
            models.CheckConstraint(
                condition=models.Q(offset__gte=0) & models.Q(offset__lte=models.F("length")),
                name="upload_offset_within",
            ),
        ]
        indexes = [
            models.Index(fields=["scope", "state"], name="upload_scope_state"),
            # What is under way is counted whenever one opens, and stays few among all that ever came.
            models.Index(
                fields=["expires_at"], condition=models.Q(state=UploadState.RECEIVING), name="upload_under_way"
            ),
        ]

    def __str__(self) -> str:
        return f"upload {self.public_id}"

    @property
    def is_complete(self) -> bool:
        """Whether every declared byte is durable. Never while the sender has not told how many there are."""
        return self.length is not None and self.offset == self.length

    @property
    def size(self) -> int:
        """The declared size in bytes. Raises ValueError while it was not told."""
        if self.length is None:
            raise ValueError(f"the length of upload {self.public_id} was not told yet")
        return self.length
