"""Agencies, their zones and staff roles, and cases."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import PublicModel


class Role(models.TextChoices):
    """What a staff member may be, per agency."""

    DETECTIVE = "detective", _("detective")
    SUPERVISOR = "supervisor", _("supervisor")
    ANALYST = "analyst", _("analyst (RTCC)")
    PROGRAM_MANAGER = "program_manager", _("program manager")
    RECORDS_CUSTODIAN = "records_custodian", _("records custodian")
    AUDITOR = "auditor", _("auditor")


class Agency(PublicModel):
    """A law-enforcement body."""

    name = models.CharField(_("name"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=20, unique=True)
    ori = models.CharField(_("ORI"), max_length=9, unique=True, help_text=_("The agency's nine-character code."))
    time_zone = models.CharField(_("time zone"), max_length=64, help_text=_("IANA name."))
    is_active = models.BooleanField(_("active"), default=True)
    case_mask = models.CharField(
        _("case numbers"),
        max_length=40,
        blank=True,
        help_text=_("How case numbers are written: # is a digit, @ a letter. Empty: any number is taken."),
    )
    phone = models.CharField(_("published number"), max_length=40, blank=True)
    email = models.EmailField(_("published address"), blank=True)
    training_months = models.PositiveSmallIntegerField(
        _("training lasts"),
        null=True,
        blank=True,
        help_text=_("Months. A role without a training that holds gives no rights. Empty: no training is asked for."),
    )

    request_area_m2 = models.PositiveIntegerField(
        _("widest area of a request"),
        null=True,
        blank=True,
        help_text=_("Square meters. A supervisor decides about wider ones knowing so. Empty: the portal's limit."),
    )
    request_hours = models.PositiveSmallIntegerField(
        _("longest window of a request"), null=True, blank=True, help_text=_("Hours. Empty: the portal's limit.")
    )
    requests_per_case = models.PositiveSmallIntegerField(
        _("open requests of a case"),
        null=True,
        blank=True,
        help_text=_("At most, with those that wait for a supervisor. Empty: the portal's limit."),
    )
    contacts_per_partner = models.PositiveSmallIntegerField(
        _("requests to a partner in 30 days"),
        null=True,
        blank=True,
        help_text=_("Of this agency, at most. Empty: the portal's limit."),
    )
    sound_in_copies = models.BooleanField(
        _("sound in working copies"),
        default=False,
        help_text=_("Whether a working copy has its sound where the giver said yes to it (s. 934.03, F.S.)."),
    )
    features_off = models.JSONField(
        _("switched off"),
        default=dict,
        blank=True,
        help_text=_("Feature: the day on which it opens, or empty. As the newest version says; each page asks for it."),
    )

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        ordering = ["short_name"]

    def __str__(self) -> str:
        return self.short_name


class Zone(PublicModel):
    """A part of an agency's area; public counts are given by zone."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency"))
    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=80)
    ring = models.JSONField(_("ring"), help_text=_("Closed ring of [longitude, latitude] pairs, degrees."))

    class Meta:
        verbose_name = _("zone")
        ordering = ["agency", "code"]
        constraints = [models.UniqueConstraint(fields=["agency", "code"], name="zone_unique_code")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class RoleGrant(PublicModel):
    """A staff member's role in one agency."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("person")
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    training = models.CharField(_("training"), max_length=120, blank=True, help_text=_("The last one recorded."))
    trained_on = models.DateField(_("trained on"), null=True, blank=True)
    trained_until = models.DateTimeField(
        _("trained until"), null=True, blank=True, help_text=_("UTC. It counts where the agency asks for training.")
    )
    cleared_at = models.DateTimeField(
        _("cleared at"),
        null=True,
        blank=True,
        help_text=_("UTC. Since then the person may open restricted evidence of the agency. Empty: may not."),
    )

    class Meta:
        verbose_name = _("role")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "agency", "role"], condition=models.Q(ended_at__isnull=True), name="role_granted_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} at {self.agency_id}"


class Case(PublicModel):
    """A case of an agency; requests and evidence hang from it."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency"))
    number = models.CharField(_("case number"), max_length=40)
    cad_number = models.CharField(_("CAD number"), max_length=30, blank=True, help_text=_("Computer-aided dispatch."))
    rms_number = models.CharField(_("RMS number"), max_length=30, blank=True, help_text=_("Records management system."))

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        constraints = [models.UniqueConstraint(fields=["agency", "number"], name="case_unique_number")]

    def __str__(self) -> str:
        return self.number
