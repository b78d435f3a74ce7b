"""Letters about terms: who is told, reminded, and told of a withdrawal; a killed worker loses none."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.notifications.models import Message
from apps.partners.models import MemberRole, Membership
from apps.terms import selectors
from apps.terms.models import TermsNotice, TermsVersion
from apps.terms.services import (
    tell_about_terms,
    telling,
    withdraw_terms,
)
from apps.terms.states import NoticeKind
from tests.factories.people import UserFactory, registrant
from tests.factories.terms import (
    accept,
    announced,
    now_in_force,
)

pytestmark = pytest.mark.django_db


def crowd(count):
    """So many partners with their owners, all of whom accepted the version in force."""
    version = selectors.terms_in_force() or now_in_force("One")
    people = [registrant(accepted=False) for _ in range(count)]
    for user, partner in people:
        accept(partner, user, version)
    Message.objects.all().delete()
    return people


def test_each_person_who_runs_an_account_is_told_once_in_their_language():
    people = crowd(3)
    people[1][0].language = "es"
    people[1][0].save()
    _other_user, other = registrant(accepted=False)
    Membership.objects.create(partner=other, user=people[0][0], role=MemberRole.MANAGER)
    Membership.objects.create(partner=other, user=UserFactory.create(), role=MemberRole.RESPONDER)
    announced("Next")
    assert [tell_about_terms() for _ in range(2)] == [4, 0]
    letters = {message.recipient: message.words.text for message in Message.objects.all()}
    assert len(letters) == 4
    assert "Next, en español." in letters[people[1][0].email]
    assert "Next." in letters[people[0][0].email]


def test_letters_go_on_where_a_killed_worker_stopped(monkeypatch):
    monkeypatch.setattr(telling, "BATCH", 2)
    crowd(5)
    announced()
    real, calls = telling.notifications.queue_messages, []

    def dying(letters):
        calls.append(len(letters))
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(letters)

    monkeypatch.setattr(telling.notifications, "queue_messages", dying)
    with pytest.raises(KeyboardInterrupt):
        tell_about_terms()
    assert Message.objects.count() == 2
    assert TermsNotice.objects.get().done_at is None
    assert tell_about_terms() == 3
    assert Message.objects.count() == 5
    assert TermsNotice.objects.get().told == 5


def test_one_address_that_is_none_keeps_no_letter_of_others_back():
    people = crowd(3)
    type(people[0][0]).objects.filter(pk=people[0][0].pk).update(email="nowhere")
    announced()
    tell_about_terms()
    assert {message.recipient for message in Message.objects.all()} == {user.email for user, _partner in people[1:]}


def test_only_who_has_not_accepted_is_reminded_once_before_a_material_change(settings):
    people = crowd(2)
    version = announced(days=30)
    tell_about_terms()
    accept(people[0][1], people[0][0], version)
    Message.objects.all().delete()
    assert tell_about_terms() == 0
    TermsVersion.objects.filter(pk=version.pk).update(
        effective_at=timezone.now() + timedelta(days=6), published_at=timezone.now() - timedelta(days=24)
    )
    assert [tell_about_terms() for _ in range(2)] == [1, 0]
    assert [message.recipient for message in Message.objects.all()] == [people[1][0].email]


def test_a_small_change_is_told_and_not_reminded_of():
    crowd(1)
    version = announced(days=3, material=False)
    assert tell_about_terms() == 1
    TermsVersion.objects.filter(pk=version.pk).update(published_at=timezone.now() - timedelta(days=30))
    assert tell_about_terms() == 0


def test_who_was_told_of_it_is_told_that_it_was_withdrawn_and_nobody_else(manager, monkeypatch):
    monkeypatch.setattr(telling, "BATCH", 2)
    people = crowd(4)
    version = announced()
    tell_about_terms(most_batches=1)
    withdraw_terms(version=version, reason="A mistake.", user=manager)
    tell_about_terms()
    told = Message.objects.filter(kind=f"terms.{NoticeKind.WITHDRAWN}")
    assert {message.recipient for message in told} == {user.email for user, _partner in people[:2]}
    assert Message.objects.filter(kind=f"terms.{NoticeKind.ANNOUNCED}").count() == 2


def test_the_first_terms_of_a_program_are_announced_to_nobody():
    now_in_force("One")
    assert not TermsNotice.objects.exists()
