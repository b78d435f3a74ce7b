"""Shapes of consent: the form of its page and the resource of its API. What is right or wrong, the services say."""

from __future__ import annotations

from datetime import time
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.accounts.models import User
from apps.agencies.models import Agency
from apps.core.forms import ServiceForm
from apps.partners.contact import MOST_REQUESTS, ContactTier
from apps.partners.models import Partner
from apps.partners.selectors import consented_agencies, contact_rules_of
from apps.partners.services import ContactWish
from apps.portal.forms import AgencyField

ANY, BETWEEN = "any", "between"
# What the page offers for whoever wants limits: the waking hours of most people.
USUAL = (time(8), time(21))
OFFERED = (1, 2, 4, 8)


def zone_of(user: User) -> str:
    """The IANA zone by whose clock this person's hours are meant."""
    return user.time_zone or settings.PORTAL_TIME_ZONE


class ConsentForm(ServiceForm):
    """Who may ask, how, when, how often. Each question has an answer that asks for nothing more."""

    version = forms.IntegerField(widget=forms.HiddenInput, initial=0, min_value=0)
    agencies = AgencyField(
        label=_("Who may ask you for video?"),
        queryset=Agency.objects.filter(is_active=True),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Only these can send you a request. With none chosen, nobody asks you anything."),
    )
    tier = forms.ChoiceField(
        label=_("How may they reach you?"),
        choices=[
            (ContactTier.REGISTERED, _("By e-mail")),
            (ContactTier.PHONE, _("By e-mail, and an officer may call me")),
            (ContactTier.TEXT, _("By e-mail, and an officer may text me")),
        ],
        widget=forms.RadioSelect,
        help_text=_("A request always comes by e-mail."),
    )
    phone = forms.CharField(
        label=_("Phone number"),
        max_length=40,
        required=False,
        help_text=_("Only if an officer may call or text. Kept encrypted; each look at it is recorded."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    when = forms.ChoiceField(
        label=_("When may a request come?"),
        choices=[(ANY, _("At any hour")), (BETWEEN, _("Only between these hours"))],
        widget=forms.RadioSelect,
        help_text=_("Outside of your hours a request waits, without exception. Your recorder may overwrite by then."),
    )
    opens_at = forms.TimeField(
        label=_("From"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "input-short"}),
    )
    closes_at = forms.TimeField(
        label=_("Until"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "input-short"}),
    )
    most_requests = forms.TypedChoiceField(
        label=_("How many requests in 30 days, at most?"),
        choices=[("", _("As many as there are"))] + [(str(number), str(number)) for number in OFFERED],
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("After that nobody can ask you until 30 days have passed. There is no exception for emergencies."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.initial.get("most_requests")
        if chosen and chosen not in OFFERED:  # chosen by a program through the API
            self.fields["most_requests"].choices += [(str(chosen), str(chosen))]  # type: ignore[attr-defined]

    @staticmethod
    def initial_of(partner: Partner) -> dict[str, Any]:
        """The partner's choices as the form shows them, or the defaults."""
        rules = contact_rules_of(partner)
        opens, closes = (rules.opens_at, rules.closes_at) if rules and rules.hours else USUAL
        return {
            "agencies": consented_agencies(partner),
            "version": rules.version if rules else 0,
            "tier": rules.tier if rules else ContactTier.REGISTERED,
            "phone": rules.phone if rules else "",
            "when": BETWEEN if rules and rules.hours else ANY,
            "opens_at": opens,
            "closes_at": closes,
            "most_requests": rules.most_requests if rules else None,
        }

    def wish(self, zone: str) -> ContactWish:
        """What the service takes; hours by the clock of `zone`."""
        data = self.cleaned_data
        limited = data["when"] == BETWEEN
        return ContactWish(
            tier=data["tier"],
            phone=data["phone"],
            opens_at=data["opens_at"] if limited else None,
            closes_at=data["closes_at"] if limited else None,
            time_zone=zone,
            most_requests=data["most_requests"],
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name in ("opens_at", "closes_at"):
            if data.get("when") == BETWEEN and data.get(name) is None and name not in self.errors:
                self.add_error(name, _("Give an hour, for instance 08:00."))
        return data


class ConsentSerializer(serializers.Serializer[Any]):
    """A partner's consent. Hours are those of a clock on the wall in `time_zone`; null means at any hour."""

    version = serializers.IntegerField(min_value=0, help_text=_("The one that you read; 0 before the first choice."))
    agencies = serializers.SlugRelatedField(
        slug_field="short_name",
        many=True,
        queryset=Agency.objects.filter(is_active=True),
        help_text=_("Short names of the agencies that may ask."),
    )
    tier = serializers.ChoiceField(choices=ContactTier.choices)
    phone = serializers.CharField(allow_blank=True, default="", help_text=_("Kept only with a tier that uses it."))
    opens_at = serializers.TimeField(allow_null=True, default=None)
    closes_at = serializers.TimeField(
        allow_null=True, default=None, help_text=_("Before `opens_at`: the hours go across midnight.")
    )
    time_zone = serializers.CharField(max_length=64, help_text=_("IANA name."))
    most_requests = serializers.IntegerField(
        allow_null=True, default=None, min_value=1, max_value=MOST_REQUESTS, help_text=_("In 30 days; null: no limit.")
    )

    def to_representation(self, instance: Partner) -> dict[str, Any]:
        rules = contact_rules_of(instance)
        return {
            "version": rules.version if rules else 0,
            "agencies": [agency.short_name for agency in consented_agencies(instance).order_by("short_name")],
            "tier": rules.tier if rules else ContactTier.REGISTERED,
            "phone": (rules.phone or "") if rules else "",
            "opens_at": rules.opens_at.isoformat() if rules and rules.opens_at else None,
            "closes_at": rules.closes_at.isoformat() if rules and rules.closes_at else None,
            "time_zone": rules.time_zone if rules else settings.PORTAL_TIME_ZONE,
            "most_requests": rules.most_requests if rules else None,
        }
