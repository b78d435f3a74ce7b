"""Terms: published, put in force, accepted."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.utils import translation

from apps.agencies.models import Role
from apps.core.errors import InvalidInput, NotAllowed, NotFound, Stale, WrongState
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.partners.models import MemberRole, Membership
from apps.partners.services import leave_program
from apps.terms import policies, selectors
from apps.terms.models import Acceptance, TermsVersion
from apps.terms.services import accept_terms, digest_of, publish_terms, put_in_force
from apps.terms.states import TermsState
from tests.factories.actors import actor_for
from tests.factories.people import UserFactory, registrant, staff

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")


def in_force(word="first"):
    version = publish_terms(
        summary={"en": f"{word} summary", "es": f"resumen {word}"},
        full_text={"en": f"{word} text", "es": f"texto {word}"},
        actor=SYSTEM,
    )
    return put_in_force(version=version, actor=SYSTEM)


def accept(user, partner, version, language="en", digest=None):
    return accept_terms(
        partner=partner,
        user=user,
        version_id=version.public_id,
        language=language,
        digest_shown=digest or digest_of(version.text.get(language, "")),
        actor=actor_for(user),
    )


def test_an_acceptance_holds_digest_language_person_and_time():
    version = in_force()
    user, partner = registrant(accepted=False)
    assert selectors.outstanding_terms(partner) == [version]
    acceptance = accept(user, partner, version, "es")
    assert acceptance.digest == digest_of("texto first")
    assert (acceptance.language, acceptance.user, acceptance.version) == ("es", user, version)
    assert selectors.outstanding_terms(partner) == []
    assert selectors.has_accepted(partner)
    record = selectors.acceptance_record(acceptance)
    assert (record.text, record.number, record.superseded) == ("texto first", version.number, False)
    assert digest_of(record.text).encode() in Entry.objects.get(action="terms.accepted").leaf


def test_accepting_the_same_version_again_finds_the_first():
    version = in_force()
    user, partner = registrant(accepted=False)
    assert accept(user, partner, version) == accept(user, partner, version, "es")
    assert Entry.objects.filter(action="terms.accepted").count() == 1


def test_terms_that_changed_between_view_and_accept_are_not_accepted():
    seen = in_force()
    user, partner = registrant(accepted=False)
    in_force("second")
    with pytest.raises(Stale) as refusal:
        accept(user, partner, seen)
    assert refusal.value.code == "terms_changed"
    assert not Acceptance.objects.exists()


@pytest.mark.parametrize(
    ("language", "digest"), [("en", "0" * 64), ("en", "é"), ("en", digest_of("texto first")), ("fr", digest_of(""))]
)
def test_another_text_than_the_one_in_force_is_not_accepted(language, digest):
    version = in_force()
    user, partner = registrant(accepted=False)
    with pytest.raises(Stale):
        accept(user, partner, version, language, digest)


def test_a_new_version_has_to_be_accepted_again_and_the_old_acceptance_stays():
    user, partner = registrant(accepted=False)
    first = in_force()
    acceptance = accept(user, partner, first)
    second = in_force("second")
    first.refresh_from_db()
    assert first.state == TermsState.SUPERSEDED
    assert selectors.outstanding_terms(partner) == [second]
    assert not selectors.has_accepted(partner)
    assert selectors.acceptance_record(Acceptance.objects.get(pk=acceptance.pk)).superseded
    accept(user, partner, second)
    assert [one.version for one in selectors.acceptances_of(partner)] == [second, first]


def test_nothing_is_outstanding_and_nobody_has_accepted_before_the_first_terms():
    _user, partner = registrant(accepted=False)
    assert selectors.terms_in_force() is None
    assert selectors.outstanding_terms(partner) == []
    assert not selectors.has_accepted(partner)


@pytest.mark.parametrize(("role", "refusal"), [(MemberRole.RESPONDER, NotAllowed), (None, NotFound)])
def test_only_who_runs_the_account_accepts(role, refusal):
    version = in_force()
    _owner, partner = registrant(accepted=False)
    user = UserFactory.create()
    if role:
        Membership.objects.create(partner=partner, user=user, role=role)
    with pytest.raises(refusal):
        accept(user, partner, version)


def test_who_left_accepts_nothing():
    version = in_force()
    user, partner = registrant(accepted=False)
    leave_program(partner=partner, user=user, actor=actor_for(user))
    with pytest.raises(WrongState):
        accept(user, partner, version)


def test_terms_need_text_and_summary_in_each_language():
    with pytest.raises(InvalidInput):
        publish_terms(summary={"en": "a", "es": "b"}, full_text={"en": "a"}, actor=SYSTEM)
    with pytest.raises(InvalidInput):
        publish_terms(summary={"en": "a"}, full_text={"en": "a", "es": "b"}, actor=SYSTEM)


@pytest.mark.parametrize("role", Role.values)
def test_only_program_managers_publish(role):
    user = staff(role)
    texts = {"en": "a", "es": "b"}
    if role == Role.PROGRAM_MANAGER:
        version = publish_terms(summary=texts, full_text=texts, actor=actor_for(user), user=user)
        assert put_in_force(version=version, actor=actor_for(user), user=user).state == TermsState.IN_FORCE
        with pytest.raises(WrongState):
            put_in_force(version=version, actor=actor_for(user), user=user)
        return
    with pytest.raises(NotAllowed):
        publish_terms(summary=texts, full_text=texts, actor=actor_for(user), user=user)


def test_the_page_shows_the_readers_language_and_the_digest_of_that_text():
    version = in_force()
    with translation.override("es"):
        shown = selectors.shown_terms(version)
    assert (shown.language, shown.text, shown.digest) == ("es", "texto first", digest_of("texto first"))
    assert selectors.shown_terms(version, "fr").language == "en"


def test_the_command_publishes_our_texts_once(capsys, tmp_path):
    call_command("publish_terms")
    call_command("publish_terms")
    privacy, installation = selectors.documents_in_force()
    assert (privacy.kind, installation.kind) == ("privacy", "installation")
    assert "119.071(3)(a)" in privacy.text["en"]
    assert "119.071(3)(a)" in privacy.text["es"]
    assert "934.03" in installation.text["en"]
    assert TermsVersion.objects.count() == 2
    assert "in force already" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("publish_terms", str(tmp_path))


def test_who_sees_versions_and_acceptances_and_one_and_many_agree():
    published = in_force()
    draft = TermsVersion.objects.create(number=99, summary={}, text={})
    owner, partner = registrant(accepted=False)
    acceptance = accept(owner, partner, published)
    people = {"owner": owner, "stranger": UserFactory.create(), "nobody": AnonymousUser()}
    people |= {role: staff(role) for role in Role.values}
    for name, user in people.items():
        of_program = name in {"program_manager", "auditor"}
        for version, expected in ((published, True), (draft, of_program)):
            assert policies.can_view_version(user, version) is expected, name
            assert policies.viewable_versions(user).filter(pk=version.pk).exists() is expected, name
        expected = of_program or name == "owner"
        assert policies.can_view_acceptance(user, acceptance) is expected, name
        assert policies.viewable_acceptances(user).filter(pk=acceptance.pk).exists() is expected, name
        if expected:
            assert selectors.get_acceptance_for(user, acceptance.public_id) == acceptance
        else:
            with pytest.raises(NotFound):
                selectors.get_acceptance_for(user, acceptance.public_id)
