"""The secrets of a subject's link, as its letter carries them now."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from apps.links.models import Link


def link_of(subject: UUID) -> Link:
    """The subject's link."""
    return Link.objects.get(subject=subject)


def token_of(subject: UUID) -> str:
    """What stands behind the `#`."""
    return link_of(subject).token


def code_of(subject: UUID) -> str:
    """What stands in the letter to be typed."""
    return link_of(subject).code


def post_secret(client: Client, kind: str, subject: UUID, secret: str, **more: object) -> HttpResponse:
    """Follow a link: post its token, or a code that somebody typed."""
    return client.post(reverse("links:open", args=[kind, subject]), {"token": secret}, **more)
