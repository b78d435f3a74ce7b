"""What an owner says once a year of a camera: does it hang there, is its recorder's clock right, can it export."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.cameras.models.register import Camera
from apps.cameras.states import ClockSource, Said
from apps.core.fields import EncryptedBinaryField
from apps.core.models import PublicModel, RequestKeyed


class CameraCheck(PublicModel, RequestKeyed):
    """One look at a camera and its recorder. Never changed: a later one adds a row, and per question the newest counts.

    Both times are kept as they were read, by the clock on the wall of PORTAL_TIME_ZONE. The picture shows the
    recorder's screen, and so what cameras see: as confidential as a place (s. 119.071(3)(a), F.S.).
    """

    camera = models.ForeignKey(Camera, on_delete=models.PROTECT, related_name="checks", verbose_name=_("camera"))
    hangs = models.CharField(_("hangs there"), max_length=3, choices=Said.choices, blank=True)
    exports = models.CharField(_("can export"), max_length=3, choices=Said.choices, blank=True)
    plays = models.CharField(
        _("plays"),
        max_length=3,
        choices=Said.choices,
        blank=True,
        help_text=_("Whether a test clip of it plays here. Empty: none was sent with this check."),
    )
    problem = models.CharField(
        _("problem"), max_length=24, blank=True, help_text=_("Why the test clip does not play: a code of media.errors.")
    )
    recorder_time = models.CharField(
        _("recorder showed"), max_length=19, blank=True, help_text=_("ISO 8601 without a zone.")
    )
    portal_time = models.CharField(
        _("our time code showed"), max_length=19, blank=True, help_text=_("ISO 8601 without a zone.")
    )
    offset_s = models.IntegerField(
        _("clock offset"), null=True, blank=True, help_text=_("Seconds by which the recorder is ahead of true time.")
    )
    source = models.CharField(_("source of the offset"), max_length=10, choices=ClockSource.choices, blank=True)
    exact_ms = models.PositiveIntegerField(
        _("exact to"),
        null=True,
        blank=True,
        help_text=_("Milliseconds by which our time code may have been wrong, as the browser measured."),
    )
    same_recorder = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("same recorder"),
        help_text=_("The check of another camera of this recorder that its owner made for all. It holds the picture."),
    )
    picture = EncryptedBinaryField(
        _("picture"), null=True, blank=True, editable=False, help_text=_("JPEG without metadata, of both clocks.")
    )

    class Meta:
        verbose_name = _("check of a camera")
        verbose_name_plural = _("checks of cameras")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(offset_s__isnull=True, source="") | models.Q(offset_s__isnull=False, source__gt=""),
                name="camera_check_offset_has_source",
            )
        ]

    def __str__(self) -> str:
        return f"check {self.public_id}"
