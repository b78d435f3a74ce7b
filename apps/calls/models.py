"""Calls for service, as the agency's dispatch system reports them or as somebody enters them by hand."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency
from apps.calls.states import OPEN_STATES, CallState
from apps.core.fields import EncryptedTextField
from apps.core.models import PublicModel, RequestKeyed

PRIORITIES = (1, 9)


class Call(PublicModel):
    """A call for service of an agency: what happened, where, since when. Its address is confidential."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency"))
    number = models.CharField(_("call number"), max_length=40)
    nature = models.CharField(_("what happened"), max_length=80, help_text=_("For instance: robbery in progress."))
    priority = models.PositiveSmallIntegerField(
        _("priority"),
        default=5,
        validators=[MinValueValidator(PRIORITIES[0]), MaxValueValidator(PRIORITIES[1])],
        help_text=_("1 is the most urgent, 9 the least."),
    )
    state = models.CharField(_("state"), max_length=8, choices=CallState.choices, default=CallState.WAITING)
    address = EncryptedTextField(_("address"), blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True, help_text=_("Degrees."))
    longitude = models.FloatField(_("longitude"), null=True, blank=True, help_text=_("Degrees."))
    case_number = models.CharField(_("case number"), max_length=40, blank=True)
    received_at = models.DateTimeField(_("received at"), help_text=_("UTC."))
    changed_at = models.DateTimeField(
        _("changed at"), help_text=_("UTC, by the clock of dispatch. An older report changes nothing.")
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("entered by"),
        help_text=_("Empty for a call that dispatch reported."),
    )
    forgotten_at = models.DateTimeField(
        _("forgotten at"), null=True, blank=True, help_text=_("UTC. When its address and place were removed.")
    )

    class Meta:
        verbose_name = _("call for service")
        verbose_name_plural = _("calls for service")
        indexes: ClassVar = [models.Index(fields=["agency", "state", "received_at"], name="call_board")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "number"], name="call_unique_number"),
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(latitude__isnull=False, longitude__isnull=False),
                name="call_whole_place",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        """Whether it is on the board."""
        return self.state in OPEN_STATES

    @property
    def has_place(self) -> bool:
        """Whether a map can show it."""
        return self.latitude is not None


class WallScreen(PublicModel, RequestKeyed):
    """A screen in the room of an agency that shows the board of calls, without a person who is signed in there.

    A one-time code opens it (`link_kinds`). It shows the board and nothing else, and only while the person who
    allowed it may still do so.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency"))
    name = models.CharField(
        _("name"), max_length=60, help_text=_("Where it hangs, for instance: dispatch, north wall.")
    )
    allowed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("allowed by")
    )
    ends_at = models.DateTimeField(_("ends at"), help_text=_("UTC."))
    opened_at = models.DateTimeField(
        _("opened at"), null=True, blank=True, help_text=_("UTC. When the code was typed on the screen.")
    )
    seen_at = models.DateTimeField(_("last seen"), null=True, blank=True, help_text=_("UTC, to the minute."))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True, help_text=_("UTC."))

    class Meta:
        verbose_name = _("wall screen")
        verbose_name_plural = _("wall screens")

    def __str__(self) -> str:
        return self.name


class ShiftEntry(PublicModel, RequestKeyed):
    """A line of the shift log of an agency's real-time crime center. It is never changed.

    A hand-over ends a shift. Somebody of the next shift reads and signs it.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("author")
    )
    text = EncryptedTextField(_("text"))
    call = models.ForeignKey(
        Call, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("call for service")
    )
    is_hand_over = models.BooleanField(_("hand-over"), default=False)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("signed by"),
    )
    signed_at = models.DateTimeField(_("signed at"), null=True, blank=True, help_text=_("UTC."))

    class Meta:
        verbose_name = _("entry of the shift log")
        verbose_name_plural = _("shift log")
        indexes: ClassVar = [models.Index(fields=["agency", "-id"], name="shift_newest")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(signed_by__isnull=True)
                | (models.Q(is_hand_over=True) & ~models.Q(signed_by=models.F("author"))),
                name="shift_signed_by_another",
            ),
            models.UniqueConstraint(
                fields=["agency"],
                condition=models.Q(is_hand_over=True, signed_by__isnull=True),
                name="shift_handed_over_once",
            ),
        ]

    def __str__(self) -> str:
        return f"shift entry {self.public_id}"
