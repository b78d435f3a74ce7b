"""The form of the consent page. What is right or wrong, the services say."""

from __future__ import annotations

from datetime import time
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.agencies.fields import AgencyField
from apps.agencies.models import Agency
from apps.core.forms import ServiceForm
from apps.partners.models import ContactTier, Partner
from apps.partners.selectors import consented_agencies, contact_rules_of
from apps.partners.services import ContactWish

ANY, BETWEEN = "any", "between"
# What the page suggests as limits: the waking hours of most people.
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
        help_text=_("Only if an officer may call or text. Kept encrypted; each access to it is recorded."),
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
