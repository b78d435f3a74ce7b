"""Versions of the terms, announced, accepted, in force."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from apps.ledger.values import Actor
from apps.terms.dates import today
from apps.terms.services import (
    accept_documents,
    digest_of,
    draft_terms,
    publish_and_put_in_force,
    publish_draft,
    publish_terms,
)
from apps.terms.services.accepting import Shown
from apps.terms.states import TermsKind
from tests.factories.actors import actor_for

SYSTEM = Actor.system("test")
PRIVACY, INSTALLATION = TermsKind.PRIVACY, TermsKind.INSTALLATION


def now_in_force(word, kind=PRIVACY, material=True):
    texts = {"en": f"{word}.", "es": f"{word}, en español."}
    return publish_and_put_in_force(summary=texts, full_text=texts, kind=kind, material=material, actor=SYSTEM)[0]


def announced(word="Next", kind=PRIVACY, material=True, days=30):
    texts = {"en": f"{word}.", "es": f"{word}, en español."}
    at = timezone.now() + timedelta(days=days)
    return publish_terms(summary=texts, full_text=texts, kind=kind, material=material, effective_at=at, actor=SYSTEM)


def accept(partner, user, *versions):
    shown = [Shown(one.public_id, "en", digest_of(one.text["en"])) for one in versions]
    return accept_documents(partner=partner, user=user, shown=shown, actor=actor_for(user))


def drafted(manager, kind=PRIVACY):
    return draft_terms(kind=kind, user=manager, request_key=None)


def publish(manager, version, *, material=True, days=30, read=None):
    return publish_draft(
        version=version,
        read=read or version.version,
        material=material,
        effective_on=today() + timedelta(days=days),
        user=manager,
    )
