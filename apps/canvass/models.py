"""Canvasses, who goes from door to door, the doors, and each visit to one."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency, Case
from apps.canvass.states import CanvassState, Late, Outcome
from apps.core.fields import EncryptedTextField
from apps.core.models import PublicModel, RequestKeyed
from apps.footage_requests.models import FootageRequest


class Canvass(PublicModel, RequestKeyed):
    """Officers ask at the doors around a scene. `sealing_key` opens what their phones seal (`canvass.sealing`)."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency"))
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", verbose_name=_("case"))
    request = models.ForeignKey(
        FootageRequest,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("request"),
    )
    began_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("began by")
    )
    state = models.CharField(_("state"), max_length=8, choices=CanvassState.choices, default=CanvassState.OPEN)
    where = EncryptedTextField(_("where"))
    area = models.JSONField(_("area"), null=True, blank=True, help_text=_("As of a request: see geo.parse_area."))
    sealing_key = EncryptedTextField(_("sealing key"), help_text=_("P-256, PKCS #8 in base64."))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True, help_text=_("UTC."))

    class Meta:
        verbose_name = _("canvass")
        verbose_name_plural = _("canvasses")

    def __str__(self) -> str:
        return f"canvass {self.public_id}"


class CanvassOfficer(PublicModel):
    """A colleague who goes from door to door. Somebody removed, as after a theft of the phone, sees nothing of it."""

    canvass = models.ForeignKey(Canvass, on_delete=models.PROTECT, related_name="officers", verbose_name=_("canvass"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("officer")
    )
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True, help_text=_("UTC."))

    class Meta:
        verbose_name = _("officer at the doors")
        constraints: ClassVar = [models.UniqueConstraint(fields=["canvass", "user"], name="canvass_officer_once")]

    def __str__(self) -> str:
        return f"officer {self.public_id}"


class Door(PublicModel):
    """An address at which somebody asked. Two officers who type the same address mean the same door."""

    canvass = models.ForeignKey(Canvass, on_delete=models.PROTECT, related_name="doors", verbose_name=_("canvass"))
    address = EncryptedTextField(_("address"))
    place = EncryptedTextField(_("place"), blank=True, help_text=_("Latitude and longitude in degrees, if known."))

    class Meta:
        verbose_name = _("door")

    def __str__(self) -> str:
        return f"door {self.public_id}"


class Visit(PublicModel, RequestKeyed):
    """What an officer found at a door. Never changed: a correction is a further visit that names what it corrects.

    `request_key` is the id that the phone gave it, so a visit that is sent twice is one row.
    """

    door = models.ForeignKey(Door, on_delete=models.PROTECT, related_name="visits", verbose_name=_("door"))
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("officer")
    )
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="correction", verbose_name=_("corrects")
    )
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices)
    note = EncryptedTextField(_("note"), blank=True)
    come_back_at = models.DateTimeField(_("come back at"), null=True, blank=True, help_text=_("UTC."))
    told_at = models.DateTimeField(
        _("told at"), null=True, blank=True, help_text=_("UTC, by the clock of the phone. Empty without one.")
    )
    skew_s = models.BigIntegerField(
        _("phone's clock"), default=0, help_text=_("Seconds by which the phone's clock was behind the portal's.")
    )
    happened_at = models.DateTimeField(_("happened at"), help_text=_("UTC, by the portal's clock."))
    received_at = models.DateTimeField(_("received at"), help_text=_("UTC."))
    late = models.CharField(_("late"), max_length=8, choices=Late.choices, blank=True)

    class Meta:
        verbose_name = _("visit to a door")
        verbose_name_plural = _("visits to doors")

    def __str__(self) -> str:
        return f"visit {self.public_id}"
