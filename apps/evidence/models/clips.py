"""A few seconds of video that an owner sends once a year to see whether the recorder's export plays here."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.cameras.models import Camera, CameraCheck
from apps.core.models import Claimable, PublicModel
from apps.evidence.states import ClipState
from apps.uploads.models import Upload


class TestClip(PublicModel, Claimable):
    """No evidence, and of no request. Its bytes stay in staging until it is checked, a day at most.

    What staff may know of it is in the camera's check. Here is what only its owner reads, and nothing of the picture.
    """

    __test__ = False

    camera = models.ForeignKey(Camera, on_delete=models.PROTECT, related_name="+", verbose_name=_("camera"))
    upload = models.OneToOneField(Upload, on_delete=models.PROTECT, related_name="+", verbose_name=_("upload"))
    state = models.CharField(_("state"), max_length=10, choices=ClipState.choices, default=ClipState.RECEIVED)
    received_at = models.DateTimeField(_("received at"), help_text=_("UTC, of the last byte."))
    check_made = models.OneToOneField(
        CameraCheck, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("check")
    )
    facts = models.JSONField(
        _("facts"), default=dict, blank=True, help_text=_("What the probe found, if the clip plays.")
    )
    beginning = models.CharField(
        _("beginning"), max_length=64, blank=True, help_text=_("First bytes in hexadecimal, if it does not play.")
    )
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True, help_text=_("UTC. Its bytes are gone."))

    class Meta:
        verbose_name = _("test clip")
        indexes = [
            models.Index(fields=["received_at"], condition=models.Q(removed_at=None), name="test_clip_with_bytes")
        ]

    def __str__(self) -> str:
        return f"test clip {self.public_id}"
