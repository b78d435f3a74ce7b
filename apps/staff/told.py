"""“What I am told”: each kind of letter that the person's roles can get, and how they want it."""

from __future__ import annotations

from datetime import time
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.actors import actor_for
from apps.accounts.models import User
from apps.agencies.policies import agencies_served
from apps.core.errors import InvalidInput, Stale, TooMany, WrongState
from apps.core.forms import ServiceForm
from apps.notifications.choices import rules_of
from apps.notifications.models import TellingRules, UnreachableAddress, Way
from apps.notifications.services import Wish, choose_telling, digest_of_address, stopped_for, try_address_again
from apps.notifications.topics import Topic, topics_for

WAYS = [
    (Way.AT_ONCE, gettext_lazy("By mail, at once")),
    (Way.DIGEST, gettext_lazy("By mail, once a day")),
    (Way.PAGE, gettext_lazy("Only here in the portal")),
]


def _clock() -> forms.TimeInput:
    return forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "input-short"})


class ToldForm(ServiceForm):
    """A way for each topic that the person may choose, the hour of the digest, quiet hours, and whose clock."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    digest_at = forms.TimeField(
        label=gettext_lazy("Hour of the daily letter"),
        help_text=gettext_lazy("It says what still waits at that hour. If nothing does, there is none."),
        widget=_clock(),
    )
    quiet_from = forms.TimeField(label=gettext_lazy("Quiet from"), required=False, widget=_clock())
    quiet_until = forms.TimeField(label=gettext_lazy("Quiet until"), required=False, widget=_clock())

    def __init__(self, rules: TellingRules, topics: list[Topic], zones: list[str], data: Any = None) -> None:
        zone = rules.time_zone if rules.pk else zones[0]
        initial = {
            "version": rules.version,
            "digest_at": rules.digest_at,
            "quiet_from": rules.quiet_from,
            "quiet_until": rules.quiet_until,
            "time_zone": zone,
        }
        super().__init__(data, initial=initial)
        self.topics = topics
        for topic in topics:
            self.fields[topic.name] = forms.ChoiceField(
                label=str(topic.title), choices=WAYS, initial=rules.ways.get(topic.name, topic.default)
            )
        offered = sorted({*zones, zone})
        self.zone = offered[0] if len(offered) == 1 else ""
        if not self.zone:
            self.fields["time_zone"] = forms.ChoiceField(
                label=gettext_lazy("By the clock of"), choices=[(one, one.replace("_", " ")) for one in offered]
            )

    @property
    def zone_words(self) -> str:
        """The only zone as people write it; empty where there is a choice."""
        return self.zone.replace("_", " ")

    def ways(self) -> list[BoundField]:
        """The fields of the topics."""
        return [self[topic.name] for topic in self.topics]

    def hours(self) -> list[BoundField]:
        """The fields of the clock."""
        names = ("digest_at", "quiet_from", "quiet_until", "time_zone")
        return [self[name] for name in names if name in self.fields]

    def wish(self) -> Wish:
        """What the service takes."""
        data = self.cleaned_data
        return Wish(
            ways={topic.name: data[topic.name] for topic in self.topics},
            digest_at=cast(time, data["digest_at"]),
            quiet_from=data["quiet_from"],
            quiet_until=data["quiet_until"],
            time_zone=self.zone or data["time_zone"],
        )


def mail_trouble_of(user: User) -> UnreachableAddress | None:
    """Why the person's address gets no letters of ours; None if it does."""
    return stopped_for(digest_of_address(user.email))


def urls(site: Any) -> list[URLPattern]:
    """The page, below /admin/told/. It is each person's own: there is none for somebody else's choice."""

    @require_http_methods(["GET", "HEAD", "POST"])
    def page(request: HttpRequest) -> HttpResponse:
        return _page(request, site)

    return [
        path("told/", site.admin_view(page), name="told"),
        path("told/try/", site.admin_view(require_POST(_try_again)), name="told_try"),
    ]


def _try_again(request: HttpRequest) -> HttpResponse:
    """The person says that the mailbox works."""
    user = cast(User, request.user)
    try:
        try_address_again(user=user, actor=actor_for(user))
        messages.success(request, _("We write to you again. What waits stands on your pages here."))
    except (TooMany, WrongState) as refusal:
        messages.error(request, str(refusal.message))
    return redirect("admin:told")


def _page(request: HttpRequest, site: Any) -> HttpResponse:
    user = cast(User, request.user)
    rules, topics = rules_of(user), topics_for(user)
    zones = [agency.time_zone for agency in agencies_served(user)] or [rules.time_zone]
    form = ToldForm(rules, [topic for topic in topics if not topic.fixed], zones, request.POST or None)
    status = 200
    if request.method == "POST":
        if form.is_valid() and _choose(user, form):
            messages.success(request, _("Saved. Letters that wait follow it too."))
            return redirect("admin:told")
        status = 422
    context = {
        **site.each_context(request),
        "title": _("What I am told"),
        "mail_trouble": mail_trouble_of(user),
        "form": form,
        "fixed": [topic for topic in topics if topic.fixed],
    }
    return TemplateResponse(request, "admin/told.html", context, status=status)


def _choose(user: User, form: ToldForm) -> bool:
    try:
        choose_telling(user=user, wish=form.wish(), version=form.cleaned_data["version"])
    except InvalidInput as error:
        form.refuse(error)
        return False
    except Stale as error:
        form.add_error(None, str(error.message))
        return False
    return True
