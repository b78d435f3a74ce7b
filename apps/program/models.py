"""How the program does: a figure a day for each measure and place, what it should reach, and what the public reads."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency, Zone
from apps.core.models import PublicModel, RequestKeyed, Versioned
from apps.program.states import UpdateState

PROGRAM = "program"


def scope_of(agency: Agency | None = None, zone: Zone | None = None) -> str:
    """The key of what a figure is about: a zone, an agency, or the whole program."""
    if zone is not None:
        return f"zone {zone.pk}"
    return f"agency {agency.pk}" if agency is not None else PROGRAM


class Snapshot(models.Model):
    """One measure on one day. Written again while the day lasts, never afterwards; a day without a row is a gap."""

    day = models.DateField(_("day"), help_text=_("In the time zone of the agency; the program's in the portal's."))
    measure = models.CharField(_("measure"), max_length=24)
    part = models.CharField(_("part"), max_length=24, blank=True, help_text=_("A role, where a measure has parts."))
    scope = models.CharField(
        _("scope"), max_length=30, help_text=_("“program”, an agency or a zone: one text, so that a row is unique.")
    )
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("agency")
    )
    zone = models.ForeignKey(
        Zone, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("zone")
    )
    value = models.FloatField(_("figure"), null=True, help_text=_("Empty where there was nothing to count."))
    base = models.PositiveIntegerField(
        _("counted"), help_text=_("How many things the figure is made of: small ones are not published.")
    )
    taken_at = models.DateTimeField(_("taken at"), help_text=_("UTC."))

    class Meta:
        verbose_name = _("daily figure")
        constraints = [
            models.UniqueConstraint(fields=["scope", "day", "measure", "part"], name="snapshot_once"),
            models.CheckConstraint(
                condition=models.Q(zone__isnull=True) | models.Q(agency__isnull=False), name="snapshot_zone_has_agency"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.day}"


class Target(PublicModel, RequestKeyed):
    """What a measure should reach, by when and why. Never changed: the newest number of a measure and scope holds.

    One without a value says that there is no target any more.
    """

    measure = models.CharField(_("measure"), max_length=24)
    scope = models.CharField(_("scope"), max_length=30)
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("agency")
    )
    number = models.PositiveIntegerField(_("number"), help_text=_("From 1, for each measure and scope."))
    value = models.FloatField(_("target"), null=True, blank=True)
    due_on = models.DateField(_("by"), null=True, blank=True)
    start = models.FloatField(
        _("figure then"), null=True, blank=True, help_text=_("The newest figure on the day on which it was set.")
    )
    reason = models.CharField(_("reason"), max_length=500)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("set by")
    )

    class Meta:
        verbose_name = _("target")
        constraints = [
            models.UniqueConstraint(fields=["measure", "scope", "number"], name="target_number_once"),
            models.CheckConstraint(
                condition=models.Q(value__isnull=True, due_on__isnull=True)
                | models.Q(value__isnull=False, due_on__isnull=False),
                name="target_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return f"target {self.number} of {self.measure}"


class QuarterlyUpdate(PublicModel, Versioned):
    """What the public reads about a quarter. A published one never changes; a correction is the next number.

    `figures` are written once, when the draft begins, as they may be published. People write the words.
    """

    year = models.PositiveSmallIntegerField(_("year"))
    quarter = models.PositiveSmallIntegerField(_("quarter"))
    number = models.PositiveIntegerField(
        _("number"), null=True, blank=True, help_text=_("Given at publishing, from 1 in each quarter.")
    )
    state = models.CharField(_("state"), max_length=10, choices=UpdateState.choices, default=UpdateState.DRAFT)
    figures = models.JSONField(_("figures"), help_text=_("For each measure: its public figure, its day, its target."))
    intro = models.JSONField(_("introduction"), default=dict, help_text=_("By language code."))
    changes = models.JSONField(_("what changed"), default=dict, help_text=_("Of a correction, by language code."))
    notes = models.JSONField(_("notes"), default=dict, help_text=_("By measure, then by language code."))
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, help_text=_("UTC."))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("published by"),
    )
    digest = models.CharField(
        _("digest"), max_length=64, blank=True, help_text=_("SHA-256 of figures and words as they were published.")
    )

    class Meta:
        verbose_name = _("quarterly update")
        ordering = ["-year", "-quarter", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["year", "quarter", "number"], name="update_number_once"),
            models.UniqueConstraint(
                fields=["year", "quarter"], condition=models.Q(state="draft"), name="update_one_draft"
            ),
            models.CheckConstraint(condition=models.Q(quarter__gte=1, quarter__lte=4), name="update_quarter_is_one"),
            models.CheckConstraint(
                condition=~models.Q(state="published")
                | models.Q(number__isnull=False, published_at__isnull=False, digest__gt=""),
                name="update_published_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} Q{self.quarter}"


class ZonePopulation(PublicModel):
    """How many people live in a zone, as a program manager entered it."""

    zone = models.OneToOneField(Zone, on_delete=models.PROTECT, related_name="+", verbose_name=_("zone"))
    residents = models.PositiveIntegerField(_("residents"))
    source = models.CharField(_("source"), max_length=200, help_text=_("Where the number comes from, and its year."))
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("set by")
    )
    set_at = models.DateTimeField(_("set at"), help_text=_("UTC."))

    class Meta:
        verbose_name = _("population of a zone")

    def __str__(self) -> str:
        return f"{self.residents} in zone {self.zone_id}"
