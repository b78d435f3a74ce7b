"""Roles and staff accounts are given and taken by a program manager of the same agency, never by oneself."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import ApiKey, HoldKind, StaffHold, User
from apps.accounts.staff_holds import shut_account
from apps.agencies import staff_policies as policies
from apps.agencies import staff_services as services
from apps.agencies.models import Role, RoleGrant
from apps.core.errors import InvalidInput, NotAllowed, WrongState
from apps.ledger.models import Entry
from apps.notifications.models import Message
from tests.factories.actors import actor_for
from tests.factories.people import AgencyFactory, StaffFactory, UserFactory, staff
from tests.factories.sessions import sign_in
from tests.factories.staff_codes import code_now, fail, ready, try_password

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(agency):
    return staff(Role.PROGRAM_MANAGER, agency)


@pytest.fixture
def colleague(agency):
    return staff(Role.DETECTIVE, agency)


def by(user):
    return {"by": user, "actor": actor_for(user)}


def lock(person):
    fail(person.email)
    assert StaffHold.objects.filter(user=person, released_at__isnull=True).exists()


def callers(agency, manager, colleague):
    """Every kind of person who could try, with what the rule says of it."""
    yield "manager", manager, True
    yield "manager of another agency", staff(Role.PROGRAM_MANAGER), False
    yield "resident", UserFactory.create(), False
    for role in set(Role) - {Role.PROGRAM_MANAGER}:
        yield role, staff(role, agency), False
    gone = staff(Role.PROGRAM_MANAGER, agency)
    RoleGrant.objects.filter(user=gone).update(ended_at=timezone.now())
    yield "manager no more", gone, False
    yield "oneself", colleague, False


def act(verb, who, agency, colleague):
    grant = RoleGrant.objects.get(user=colleague, role=Role.DETECTIVE)
    if verb == "grant":
        services.grant_role(person=colleague, agency=agency, role=Role.AUDITOR, **by(who))
    elif verb == "revoke":
        services.revoke_role(grant=grant, reason="not needed", **by(who))
    elif verb == "release":
        services.release_staff_account(person=colleague, reason="it was him", **by(who))
    elif verb == "end":
        services.end_staff_account(person=colleague, agency=agency, reason="retired", **by(who))
    elif verb == "badge":
        services.set_badge(person=colleague, badge="4711", **by(who))
    else:
        services.open_staff_account(email=colleague.email, name="Him", agency=agency, role=Role.AUDITOR, **by(who))


def state_of(person):
    found = (RoleGrant.objects.filter(user=person), StaffHold.objects.all(), User.objects.filter(pk=person.pk))
    return [list(rows.values()) for rows in found]


@pytest.mark.parametrize("verb", ["grant", "revoke", "release", "end", "open", "badge"])
def test_only_a_program_manager_of_the_same_agency_and_never_oneself(verb, agency, manager, colleague):
    RoleGrant.objects.create(user=colleague, agency=agency, role=Role.PROGRAM_MANAGER)
    lock(colleague)
    before = state_of(colleague)
    allowed = []
    for name, person, may in callers(agency, manager, colleague):
        if may:
            allowed.append(person)
            continue
        with pytest.raises(NotAllowed):
            act(verb, person, agency, colleague)
        after = state_of(colleague)
        assert after == before, name
    for person in allowed:
        act(verb, person, agency, colleague)
    after = state_of(colleague)
    assert after != before


@pytest.mark.parametrize(("typed", "kept"), [(" d-204 ", "D-204"), ("4711", "4711"), ("4" * 12, "4" * 12), ("", "")])
def test_a_badge_is_kept_as_agencies_write_it_and_recorded_once(typed, kept, manager, colleague):
    User.objects.filter(pk=colleague.pk).update(badge="1")
    for _ in range(2):
        services.set_badge(person=colleague, badge=typed, **by(manager))
    colleague.refresh_from_db()
    assert colleague.badge == kept
    entry = Entry.objects.get(action="staff_account.badge_set", subject_id=str(colleague.public_id))
    assert "badge" not in entry.facts


@pytest.mark.parametrize("badge", ["4" * 13, "<b>", "47/11", "-1", "1-", "４７１１", "1\x00"])
def test_what_is_no_badge_number_is_refused(badge, manager, colleague):
    with pytest.raises(InvalidInput):
        services.set_badge(person=colleague, badge=badge, **by(manager))
    colleague.refresh_from_db()
    assert colleague.badge == ""


def test_one_person_and_all_persons_have_the_same_answer(agency, manager, colleague):
    others = [staff(Role.DETECTIVE), UserFactory.create(), StaffFactory.create()]
    auditor = staff(Role.AUDITOR, agency)
    for reader in (manager, auditor, colleague, *others):
        seen = set(policies.viewable_staff(reader))
        for person in (manager, colleague, auditor, *others):
            assert policies.can_view_staff(reader, person) is (person in seen)
    assert set(policies.viewable_staff(manager)) == {manager, colleague, auditor}
    assert set(policies.viewable_staff(colleague)) == set()


def test_a_role_is_granted_once_however_often_it_is_asked(agency, manager, colleague):
    for _ in range(2):
        services.grant_role(person=colleague, agency=agency, role=Role.ANALYST, **by(manager))
    assert RoleGrant.objects.filter(user=colleague, role=Role.ANALYST).count() == 1
    assert Entry.objects.filter(action="role.granted").count() == 1


def test_a_revoked_role_gives_nothing_from_then_on(agency, manager, colleague):
    grant = RoleGrant.objects.get(user=colleague)
    for _ in range(2):
        services.revoke_role(grant=grant, reason="moved to traffic", **by(manager))
    entry = Entry.objects.get(action="role.revoked")
    assert entry.private == {"reason": "moved to traffic"}
    assert "traffic" not in bytes(entry.leaf).decode()
    assert not policies.agencies_of(colleague).exists()


@pytest.mark.parametrize("reason", ["", "  ", "no", "x" * 501])
def test_taking_and_releasing_need_a_reason(reason, agency, manager, colleague):
    lock(colleague)
    with pytest.raises(InvalidInput):
        services.revoke_role(grant=RoleGrant.objects.get(user=colleague), reason=reason, **by(manager))
    with pytest.raises(InvalidInput):
        services.release_staff_account(person=colleague, reason=reason, **by(manager))
    with pytest.raises(InvalidInput):
        services.end_staff_account(person=colleague, agency=agency, reason=reason, **by(manager))


def test_a_released_account_signs_in_again_and_old_failures_are_forgotten(client, manager, colleague):
    cache.clear()
    lock(ready(colleague))
    services.release_staff_account(person=colleague, reason="asked him at his desk", **by(manager))
    try_password(Client(), colleague.email)
    try_password(client, colleague.email, "a long enough passphrase")
    client.post(reverse("mfa_authenticate"), {"code": code_now()})
    assert client.session["_auth_user_id"] == str(colleague.pk)
    hold = StaffHold.objects.get(user=colleague)
    assert (hold.released_by, hold.reason) == (manager, "asked him at his desk")
    assert Message.objects.filter(kind="staff.released").count() == 1
    with pytest.raises(WrongState):
        services.release_staff_account(person=colleague, reason="once more", **by(manager))


def test_a_new_colleague_is_invited_once_and_gets_no_password_by_mail(client, mailoutbox, agency, manager):
    opened = [
        services.open_staff_account(
            email="New@Police.example.org ", name="New", agency=agency, role=Role.ANALYST, **by(manager)
        )
        for _ in range(2)
    ]
    person = opened[0].person
    assert (opened[0].code is not None, opened[1].code) == (True, None)
    assert (person.email, person.is_staff, person.has_usable_password()) == ("new@police.example.org", True, False)
    assert RoleGrant.objects.filter(user=person).count() == 1
    assert Entry.objects.filter(action="staff_account.opened").count() == 1
    assert "/staff-setup/" in Message.objects.get(kind="staff.invited").text
    client.post(reverse("account_reset_password"), {"email": person.email})
    assert not any(line.startswith("  ") for line in mailoutbox[-1].body.splitlines())
    person.refresh_from_db()
    assert not person.has_usable_password()


@pytest.mark.parametrize("taken", ["primary", "second"])
def test_a_private_account_is_never_made_a_staff_account(taken, agency, manager):
    resident = UserFactory.create(email="ada@example.org")
    EmailAddress.objects.create(user=resident, email="ada@example.org", verified=True, primary=True)
    EmailAddress.objects.create(user=resident, email="ada@police.example.org", verified=True)
    address = {"primary": "ada@example.org", "second": "ada@police.example.org"}[taken]
    with pytest.raises(InvalidInput):
        services.open_staff_account(email=address, name="Ada", agency=agency, role=Role.ANALYST, **by(manager))
    resident.refresh_from_db()
    assert not resident.is_staff


def test_a_departed_colleagues_sessions_keys_and_credentials_end_at_once(client, agency, manager, colleague):
    sign_in(client, ready(colleague))
    assert client.get(reverse("admin:index")).status_code == 200
    ApiKey.objects.create(
        holder_kind="person", holder_id=colleague.public_id, made_by=colleague, name="x", scope="full", digest="x" * 64
    )
    assert services.end_staff_account(person=colleague, agency=agency, reason="retired", **by(manager))
    assert client.get(reverse("admin:index")).status_code == 302
    assert client.get(reverse("web:account")).status_code == 302
    colleague.refresh_from_db()
    assert (colleague.is_active, colleague.has_usable_password()) == (False, False)
    assert not ApiKey.objects.filter(made_by=colleague).exists()
    assert not Authenticator.objects.filter(user=colleague).exists()
    assert not RoleGrant.objects.filter(user=colleague, ended_at__isnull=True).exists()
    assert not services.end_staff_account(person=colleague, agency=agency, reason="retired", **by(manager))
    assert Entry.objects.filter(action="staff_account.ended").count() == 1


def test_who_serves_elsewhere_too_keeps_the_account_and_loses_the_sessions(agency, manager, colleague):
    client = Client()
    other = RoleGrant.objects.create(user=colleague, agency=AgencyFactory.create(), role=Role.ANALYST)
    ready(colleague)
    cache.clear()
    try_password(client, colleague.email, "a long enough passphrase")
    client.post(reverse("mfa_authenticate"), {"code": code_now()})
    client.post(reverse("staff:notice"))
    assert client.get(reverse("admin:index")).status_code == 200
    assert not services.end_staff_account(person=colleague, agency=agency, reason="moved", **by(manager))
    assert client.get(reverse("admin:index")).status_code == 302
    colleague.refresh_from_db()
    assert colleague.is_active
    assert list(policies.agencies_of(colleague)) == [other.agency]


def test_who_comes_back_starts_anew(agency, manager, colleague):
    services.end_staff_account(person=colleague, agency=agency, reason="retired", **by(manager))
    with pytest.raises(WrongState):
        services.grant_role(person=colleague, agency=agency, role=Role.ANALYST, **by(manager))
    person = services.open_staff_account(
        email=colleague.email, name="Him", agency=agency, role=Role.ANALYST, **by(manager)
    ).person
    assert person == colleague
    assert person.is_active
    assert not person.has_usable_password()
    assert Message.objects.filter(kind="staff.invited").count() == 1


def test_the_operator_appoints_the_first_manager(agency, capsys):
    for _ in range(2):
        call_command("appoint_manager", agency.short_name, "chief@police.example.org", "Chief")
    person = User.objects.get(email="chief@police.example.org")
    assert policies.can_open_accounts(person)
    assert "program manager" in capsys.readouterr().out
    assert Entry.objects.get(action="role.granted").actor.public_id == "appoint_manager"
    with pytest.raises(CommandError, match="no agency"):
        call_command("appoint_manager", "NOPE", "chief@police.example.org", "Chief")


def test_the_operator_releases_the_only_manager(agency, manager):
    lock(manager)
    call_command("release_staff", manager.email, "called back on the number in the roster")
    assert not StaffHold.objects.filter(user=manager, released_at__isnull=True).exists()
    with pytest.raises(CommandError):
        call_command("release_staff", "nobody@example.org", "called back")


def test_a_disabled_account_opens_again_by_a_release(agency, manager, colleague):
    shut_account(person=colleague, kind=HoldKind.IDLE)
    assert not User.objects.get(pk=colleague.pk).is_active
    colleague.refresh_from_db()
    services.release_staff_account(person=colleague, reason="back from leave", **by(manager))
    assert User.objects.get(pk=colleague.pk).is_active


def test_nobody_who_sat_at_the_old_desk_comes_back_with_the_release(client, manager, colleague):
    sign_in(client, ready(colleague))
    with time_machine.travel(timezone.now() + timedelta(minutes=5), tick=False):
        shut_account(person=colleague, kind=HoldKind.IDLE)
        assert client.get(reverse("admin:index")).status_code == 302
