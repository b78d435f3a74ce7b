"""The demo's page: the mailbox, the people, and the staff's present codes.

It exists in DEBUG with the demo, and in a practice portal behind its door. There is no way round the second factor: the
page shows what a phone would show.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from allauth.mfa import app_settings as mfa_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from apps.accounts.limits import try_again
from apps.demo import door, mailbox, people
from apps.demo.nights import next_reset
from apps.demo.people import PASSWORD, STAFF

View = Callable[..., HttpResponse]


def demo_only(view: View) -> View:
    """404 unless DEBUG and the demo are on, or practice with a code; there, the door comes first."""

    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: str) -> HttpResponse:
        if settings.PRACTICE and settings.PRACTICE_CODE:
            shown = view if door.is_open(request) else enter
        elif settings.DEBUG and settings.DEMO:
            shown = view
        else:
            raise Http404
        return never_cache(shown)(request, **kwargs)

    return guarded


class CodeForm(forms.Form):
    code = forms.CharField(label=_("Practice code"), max_length=200, widget=forms.PasswordInput)


def enter(request: HttpRequest, **_kwargs: str) -> HttpResponse:
    """The door: what is behind it is told to nobody, and the right code leads to the people's page."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        wrong = door.try_code(request, form.cleaned_data["code"])
        if wrong is None:
            response = redirect("demo:page")
            door.open_for(response)
            return response
        if wrong.passes:
            form.add_error("code", gettext("This is not the practice code."))
        else:
            form.add_error("code", f"{gettext('Too many wrong tries from here.')} {try_again(wrong.seconds or 0)}")
    return render(request, "demo/door.html", {"form": form, "hours": door.HOURS}, status=403)


@dataclass(frozen=True, slots=True)
class Person:
    email: str
    name: str
    what: str
    code: str


def codes() -> dict[str, str]:
    """The present TOTP code of each demo staff member, by e-mail."""
    counter = int(time.time()) // mfa_settings.TOTP_PERIOD
    found = Authenticator.objects.filter(
        type=Authenticator.Type.TOTP, user__email__in=[member.email for member in STAFF]
    ).select_related("user")
    return {
        authenticator.user.email: format_hotp_value(hotp_value(decrypt(authenticator.data["secret"]), counter))
        for authenticator in found
    }


@demo_only
def page(request: HttpRequest) -> HttpResponse:
    """People, codes and the newest letters; `?to=` narrows the mailbox."""
    present = codes()
    staff = [
        Person(member.email, member.name, f"{member.agency} · {member.role.label}", present.get(member.email, ""))
        for member in STAFF
    ]
    partners = [
        Person(email, name, str(what), "")
        for (email, name), what in (
            (people.RESIDENT, _("resident, one home; manager of the business too")),
            (people.BUSINESS, _("business, three members")),
            (people.RESPONDER, _("answers for the business")),
            (people.ASSOCIATION, _("association")),
            (people.UNIVERSITY, _("university, eight sites")),
            (people.DUE, _("resident, asked to confirm cameras")),
            (people.LAPSED, _("resident, a camera has lapsed")),
            (people.PAUSED, _("resident, on a pause")),
        )
    ]
    recipient = request.GET.get("to", "").strip()
    return render(
        request,
        "demo/page.html",
        {
            "staff": staff,
            "partners": partners,
            "password": PASSWORD,
            "letters": mailbox.letters(recipient=recipient),
            "recipient": recipient,
            "seconds": mfa_settings.TOTP_PERIOD,
            "practice": settings.PRACTICE,
            "next_reset": next_reset(),
        },
    )


@demo_only
def present_codes(request: HttpRequest) -> HttpResponse:
    """The codes as JSON, for the page to refresh itself."""
    return JsonResponse(codes())


@demo_only
def letter(request: HttpRequest, name: str) -> HttpResponse:
    """One letter of the mailbox."""
    found = mailbox.letter(name)
    if found is None:
        raise Http404
    return render(request, "demo/letter.html", {"letter": found})
