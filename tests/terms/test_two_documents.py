"""Two kinds of documents, material and other changes, dates, and letters that survive a kill."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.agencies.models import Role
from apps.core.errors import InvalidInput, NotAllowed, Stale, WrongState
from apps.ledger.models import Entry
from apps.notifications.models import Message
from apps.partners.services import leave_program
from apps.terms import selectors
from apps.terms.dates import begin_of, earliest_effective_on, today
from apps.terms.models import Acceptance, TermsVersion
from apps.terms.services import (
    accept_documents,
    change_draft,
    digest_of,
    put_due_in_force,
    withdraw_terms,
)
from apps.terms.services.accepting import Shown
from apps.terms.states import TermsState
from tests.factories.actors import actor_for
from tests.factories.people import registrant, staff
from tests.factories.terms import (
    INSTALLATION,
    SYSTEM,
    accept,
    announced,
    drafted,
    now_in_force,
    publish,
)

pytestmark = pytest.mark.django_db


# Which acceptances are good


def test_each_kind_has_its_own_numbers_and_both_have_to_be_accepted():
    privacy, installation = now_in_force("P"), now_in_force("I", INSTALLATION)
    assert (privacy.number, installation.number) == (1, 1)
    user, partner = registrant(accepted=False)
    assert selectors.outstanding_terms(partner) == [privacy, installation]
    accept(partner, user, privacy)
    assert selectors.outstanding_terms(partner) == [installation]
    assert not selectors.has_accepted(partner)
    accept(partner, user, installation)
    assert selectors.has_accepted(partner)


def test_a_change_that_is_not_material_keeps_earlier_acceptances_good_until_a_material_one():
    first = now_in_force("One")
    user, partner = registrant(accepted=False)
    accept(partner, user, first)
    second = now_in_force("Two", material=False)
    third = now_in_force("Three", material=False)
    assert (second.holds_from, third.holds_from) == (1, 1)
    assert selectors.has_accepted(partner)
    fourth = now_in_force("Four")
    assert fourth.holds_from is None
    assert selectors.outstanding_terms(partner) == [fourth]
    fifth = now_in_force("Five", material=False)
    assert fifth.holds_from == 4
    assert selectors.outstanding_terms(partner) == [fifth]
    accept(partner, user, fifth)
    assert selectors.has_accepted(partner)


def test_a_partner_that_joins_after_an_announcement_is_told_of_it_when_the_day_comes_near(settings):
    first = now_in_force("One")
    early_user, early = registrant(accepted=False)
    accept(early, early_user, first)
    second = announced(days=30)
    user, partner = registrant(accepted=False)
    accept(partner, user, first)
    assert selectors.coming_terms_to_tell(early) == [second]
    assert selectors.coming_terms(partner) == [second]
    assert selectors.coming_terms_to_tell(partner) == []
    near = timezone.now() + timedelta(days=settings.TERMS_REMIND_DAYS - 1)
    TermsVersion.objects.filter(pk=second.pk).update(effective_at=near)
    assert selectors.coming_terms_to_tell(partner) == [second]


def test_who_accepted_early_is_good_before_and_after_the_date():
    first = now_in_force("One")
    user, partner = registrant(accepted=False)
    accept(partner, user, first)
    second = announced(days=1)
    assert selectors.coming_terms(partner) == [second]
    accept(partner, user, second)
    assert selectors.coming_terms(partner) == []
    assert selectors.has_accepted(partner)
    TermsVersion.objects.filter(pk=second.pk).update(effective_at=timezone.now())
    assert put_due_in_force(actor=SYSTEM) == 1
    assert selectors.has_accepted(partner)


def test_an_acceptance_of_a_version_that_was_withdrawn_counts_for_nothing(manager):
    now_in_force("One")
    user, partner = registrant(accepted=False)
    second = announced()
    accept(partner, user, second)
    assert selectors.has_accepted(partner)
    withdraw_terms(version=second, reason="A mistake.", user=manager)
    assert not selectors.has_accepted(partner)
    third = now_in_force("Three", material=False)
    assert (third.number, third.holds_from) == (3, 1)
    assert not selectors.has_accepted(partner)


def test_both_documents_are_accepted_or_none(client):
    privacy, installation = now_in_force("P"), now_in_force("I", INSTALLATION)
    user, partner = registrant(accepted=False)
    shown = [
        Shown(privacy.public_id, "en", digest_of(privacy.text["en"])),
        Shown(installation.public_id, "en", digest_of("something else")),
    ]
    with pytest.raises(Stale):
        accept_documents(partner=partner, user=user, shown=shown, actor=actor_for(user))
    assert not Acceptance.objects.exists()
    assert not Message.objects.exists()
    with pytest.raises(InvalidInput):
        accept_documents(partner=partner, user=user, shown=[], actor=actor_for(user))


def test_the_person_is_mailed_the_very_texts_with_their_digests_once():
    versions = now_in_force("P"), now_in_force("I", INSTALLATION)
    user, partner = registrant(accepted=False)
    first = accept(partner, user, *versions)
    assert accept(partner, user, *versions) == first
    letter = Message.objects.get()
    assert letter.recipient == user.email
    for version in versions:
        assert version.text["en"] in letter.words.text
        assert digest_of(version.text["en"]) in letter.words.text
    assert Entry.objects.filter(action="terms.accepted").count() == 2


# Drafts


def test_a_draft_begins_with_the_present_text_and_there_is_one_of_a_kind(manager):
    now_in_force("One")
    draft = drafted(manager)
    assert (draft.text["en"], draft.state, draft.number) == ("One.", TermsState.DRAFT, None)
    assert drafted(manager) == draft
    assert drafted(manager, INSTALLATION) != draft


def test_two_who_write_one_draft_do_not_overwrite_each_other(manager):
    draft = drafted(manager)
    words = {"summary": {"en": "S"}, "full_text": {"en": "T"}}
    changed = change_draft(version=draft, read=draft.version, user=manager, **words)
    assert changed.text == {"en": "T"}
    with pytest.raises(Stale):
        change_draft(version=draft, read=draft.version, user=manager, **words)
    with pytest.raises(InvalidInput) as refusal:
        change_draft(
            version=changed, read=changed.version, summary={}, full_text={"es": "x" * 100_001}, user=manager,
            )  # fmt: skip
    assert set(refusal.value.fields) == {"text_es"}


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "{{ 7|add:7 }}", "猫 🐈 Ω", "=cmd|'/c calc'!A1"])
def test_strange_words_are_kept_as_they_were_typed(manager, words):
    draft = drafted(manager)
    changed = change_draft(
        version=draft, read=draft.version, summary={"en": words}, full_text={"en": words}, user=manager,
        )  # fmt: skip
    assert changed.text["en"] == words


@pytest.mark.parametrize("words", ["a\x00b", "\ud800", "\u202egnirts"])
def test_words_that_cannot_be_kept_are_refused(manager, words):
    draft = drafted(manager)
    with pytest.raises(InvalidInput):
        change_draft(
            version=draft, read=draft.version, summary={}, full_text={"en": words}, user=manager,
            )  # fmt: skip


# Publishing


def test_a_material_change_is_refused_a_day_before_the_notice_ends_and_taken_on_the_day(manager, settings):
    settings.TERMS_NOTICE_DAYS = 30
    user, partner = registrant(accepted=False)
    accept(partner, user, now_in_force("One"))
    draft = drafted(manager)
    with pytest.raises(InvalidInput) as refusal:
        publish(manager, draft, days=29)
    assert set(refusal.value.fields) == {"effective_on"}
    published = publish(manager, draft, days=30)
    assert published.effective_at == begin_of(today() + timedelta(days=30))
    assert (published.state, published.number, published.material) == (TermsState.PUBLISHED, 2, True)


def test_a_small_change_may_take_effect_the_same_day_and_never_in_the_past(manager):
    user, partner = registrant(accepted=False)
    accept(partner, user, now_in_force("One"))
    draft = drafted(manager)
    with pytest.raises(InvalidInput):
        publish(manager, draft, material=False, days=-1)
    published = publish(manager, draft, material=False, days=0)
    assert put_due_in_force(actor=SYSTEM) == 1
    published.refresh_from_db()
    assert published.state == TermsState.IN_FORCE
    assert selectors.has_accepted(partner)


def test_the_first_version_of_a_further_document_is_material_and_has_its_notice(manager):
    user, partner = registrant(accepted=False)
    accept(partner, user, now_in_force("One"))
    assert earliest_effective_on(INSTALLATION, material=False) == today() + timedelta(days=30)
    assert announced(kind=INSTALLATION, material=False).material is True


def test_a_draft_with_a_text_missing_is_not_published(manager):
    draft = drafted(manager)
    with pytest.raises(InvalidInput) as refusal:
        publish(manager, draft)
    assert set(refusal.value.fields) == {"text_en", "text_es", "summary_en", "summary_es"}


def test_one_version_of_a_document_waits_at_a_time(manager):
    now_in_force("One")
    announced()
    with pytest.raises(WrongState) as refusal:
        publish(manager, drafted(manager))
    assert refusal.value.code == "another_published"
    announced(kind=INSTALLATION)


def test_what_changed_since_it_was_read_is_not_published(manager):
    now_in_force("One")
    draft = drafted(manager)
    change_draft(
        version=draft, read=draft.version, summary={}, full_text={"en": "Else."}, user=manager,
        )  # fmt: skip
    with pytest.raises(Stale):
        publish(manager, draft, read=draft.version)


STATES = {
    TermsState.DRAFT: {"change", "publish", "withdraw"},
    TermsState.PUBLISHED: {"withdraw"},
    TermsState.IN_FORCE: set(),
    TermsState.SUPERSEDED: set(),
    TermsState.WITHDRAWN: set(),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("verb", ["draft", "change", "publish", "withdraw"])
@pytest.mark.parametrize("role", Role.values)
def test_who_may_do_what_to_which_version(role, verb, state):
    user = staff(role)
    version = TermsVersion.objects.create(
        number=None if state == TermsState.DRAFT else 1, state=state, summary={"en": "S", "es": "S"},
        text={"en": "T", "es": "T"},
    )  # fmt: skip
    acts = {
        "draft": lambda: drafted(user),
        "change": lambda: change_draft(version=version, read=1, summary={}, full_text={}, user=user),
        "publish": lambda: publish(user, version),
        "withdraw": lambda: withdraw_terms(version=version, reason="Why", user=user),
    }
    if role != Role.PROGRAM_MANAGER:
        with pytest.raises(NotAllowed):
            acts[verb]()
    elif verb != "draft" and verb not in STATES[state]:
        with pytest.raises(WrongState):
            acts[verb]()
    else:
        acts[verb]()


def test_what_is_due_takes_effect_once_and_what_is_not_waits():
    first = now_in_force("One")
    second = announced(days=1)
    assert put_due_in_force(actor=SYSTEM) == 0
    TermsVersion.objects.filter(pk=second.pk).update(effective_at=timezone.now())
    assert [put_due_in_force(actor=SYSTEM) for _ in range(3)] == [1, 0, 0]
    first.refresh_from_db()
    assert first.state == TermsState.SUPERSEDED
    assert Entry.objects.filter(action="terms.put_in_force", subject_id=str(second.public_id)).count() == 1


def test_who_would_fall_silent_is_who_may_be_asked_today_and_has_not_accepted():
    first = now_in_force("One")
    people = [registrant(accepted=False) for _ in range(4)]
    for user, partner in people[:3]:
        accept(partner, user, first)
    leave_program(partner=people[2][1], user=people[2][0], actor=actor_for(people[2][0]))
    second = announced()
    assert set(selectors.would_fall_silent(second)) == {people[0][1], people[1][1]}
    accept(people[0][1], people[0][0], second)
    assert set(selectors.would_fall_silent(second)) == {people[1][1]}
    TermsVersion.objects.filter(pk=second.pk).update(material=False)
    second.refresh_from_db()
    assert not selectors.would_fall_silent(second).exists()
