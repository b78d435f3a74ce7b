"""Terms when two do the same thing in the same moment, and when a worker dies between two steps."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.agencies.models import Role
from apps.core.errors import WrongState
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.notifications.models import Message
from apps.terms.dates import today
from apps.terms.models import Acceptance, TermsVersion
from apps.terms.services import (
    accept_documents,
    digest_of,
    draft_terms,
    publish_draft,
    publish_terms,
    put_due_in_force,
    tell_about_terms,
    telling,
    withdraw_terms,
)
from apps.terms.services.accepting import Shown
from apps.terms.states import TermsState
from tests.cameras.test_at_once import CROWD, at_once
from tests.factories.actors import actor_for
from tests.factories.people import installation_terms_in_force, registrant, staff, terms_in_force

pytestmark = pytest.mark.django_db(transaction=True)
SYSTEM = Actor.system("test")


def announced(days=30):
    texts = {"en": "Next.", "es": "Sigue."}
    at = timezone.now() + timedelta(days=days)
    return publish_terms(summary=texts, full_text=texts, effective_at=at, actor=SYSTEM)


def test_what_is_due_takes_effect_once_for_many_workers():
    terms_in_force()
    version = announced(days=0)
    assert sum(at_once([lambda: put_due_in_force(actor=SYSTEM)] * CROWD)) == 1
    assert TermsVersion.objects.get(state=TermsState.IN_FORCE) == version
    assert Entry.objects.filter(action="terms.put_in_force").count() == 1


def test_each_person_is_told_once_by_many_workers(monkeypatch):
    monkeypatch.setattr(telling, "BATCH", 3)
    terms_in_force()
    for _ in range(10):
        registrant()
    announced()
    assert sum(at_once([tell_about_terms] * CROWD)) == 10
    assert Message.objects.filter(kind="terms.announced").count() == 10


def test_managers_who_begin_at_once_write_one_draft():
    terms_in_force()
    people = [staff(Role.PROGRAM_MANAGER) for _ in range(CROWD)]
    drafts = at_once(
        [lambda user=user: draft_terms(kind="privacy", user=user, request_key=uuid.uuid4()) for user in people]
    )
    assert {type(one) for one in drafts} == {TermsVersion}, drafts
    assert len({one.pk for one in drafts}) == 1
    assert Entry.objects.filter(action="terms.drafted").count() == 1


def test_publishing_and_withdrawing_in_one_moment_leaves_one_of_them_refused():
    terms_in_force()
    user = staff(Role.PROGRAM_MANAGER)
    draft = draft_terms(kind="privacy", user=user, request_key=None)
    published, withdrawn = at_once(
        [
            lambda: publish_draft(
                version=draft, read=draft.version, material=True, effective_on=today() + timedelta(days=30), user=user,
                ),
            lambda: withdraw_terms(version=draft, reason="Not this one.", user=user),
        ]
    )  # fmt: skip
    draft.refresh_from_db()
    assert draft.state == TermsState.WITHDRAWN
    assert isinstance(withdrawn, TermsVersion)
    assert isinstance(published, TermsVersion | WrongState)


def test_two_documents_sent_many_times_at_once_are_accepted_once_and_mailed_once():
    versions = [terms_in_force(), installation_terms_in_force()]
    user, partner = registrant(accepted=False)
    shown = [Shown(one.public_id, "en", digest_of(one.text["en"])) for one in versions]
    answers = at_once(
        [lambda: accept_documents(partner=partner, user=user, shown=shown, actor=actor_for(user))] * CROWD
    )
    assert all(isinstance(one, list) for one in answers), answers
    assert Acceptance.objects.count() == 2
    assert Message.objects.filter(kind="terms.accepted").count() == 1
    assert Entry.objects.filter(action="terms.accepted").count() == 2


def test_a_worker_that_dies_between_taking_effect_and_telling_is_made_good(monkeypatch):
    terms_in_force()
    registrant()
    announced(days=0)

    def dying(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr(telling, "_next_batch", dying)
    put_due_in_force(actor=SYSTEM)
    with pytest.raises(KeyboardInterrupt):
        tell_about_terms()
    monkeypatch.undo()
    put_due_in_force(actor=SYSTEM)
    assert tell_about_terms() == 1
    assert tell_about_terms() == 0
