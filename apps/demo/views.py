"""The demo's page: the mailbox, the people, and the staff's present codes. It exists in DEBUG with the demo only.

There is no way round the second factor: the page shows what a phone would show.
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
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from apps.demo import mailbox, people
from apps.demo.people import PASSWORD, STAFF

View = Callable[..., HttpResponse]


def demo_only(view: View) -> View:
    """404 unless DEBUG and the demo are on, whatever the address says."""

    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: str) -> HttpResponse:
        if not (settings.DEBUG and settings.DEMO):
            raise Http404
        return never_cache(view)(request, **kwargs)

    return guarded


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
        Person(email, name, what, "")
        for (email, name), what in (
            (people.RESIDENT, "resident, one home; manager of the business too"),
            (people.BUSINESS, "business, three members"),
            (people.RESPONDER, "answers for the business"),
            (people.ASSOCIATION, "association"),
            (people.UNIVERSITY, "university, eight sites"),
            (people.DUE, "resident, asked to confirm cameras"),
            (people.LAPSED, "resident, a camera has lapsed"),
            (people.PAUSED, "resident, on a pause"),
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
