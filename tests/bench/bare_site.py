"""The peer of the site bench: the least that a page with a session, a user and three queries can be."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.settings.local import *  # noqa: F403
from config.settings.local import INSTALLED_APPS as _APPS

ROOT_URLCONF = "tests.bench.bare_site"
INSTALLED_APPS = [app for app in _APPS if app != "apps.demo"]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",  # allauth refuses to be installed without it
]


def page(request: HttpRequest) -> HttpResponse:
    """Names the user and counts three small tables."""
    from apps.agencies.models import Agency, Zone
    from apps.terms.models import TermsVersion

    counts = [Agency.objects.count(), Zone.objects.count(), TermsVersion.objects.count()]
    return HttpResponse(f"<!doctype html><title>bare</title><p>{request.user}: {counts}")


urlpatterns = [path("cameras/", page)]
