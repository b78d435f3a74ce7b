"""A mailbox moved: nobody carries a staff account to another address, or changes its factors, by a password alone."""

from __future__ import annotations

import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.agencies.models import Role, StaffProposal
from apps.agencies.staff_proposals import confirm_proposal, propose_address, withdraw_proposal
from apps.core.errors import InvalidInput, NotAllowed, WrongState
from apps.ledger.models import Entry
from apps.notifications.models import Message
from tests.factories.actors import actor_for
from tests.factories.passkeys import SECURE
from tests.factories.people import PASSWORD, UserFactory, staff
from tests.factories.sessions import sign_in
from tests.factories.staff_codes import proof, ready, try_password

pytestmark = pytest.mark.django_db
THIEF = "thief@example.net"
NEW = "new.name@police.example.org"


@pytest.fixture
def officer(agency):
    return ready(staff(Role.DETECTIVE, agency))


@pytest.fixture
def manager(agency):
    return staff(Role.PROGRAM_MANAGER, agency)


@pytest.fixture
def second(agency):
    return staff(Role.AUDITOR, agency)


def age_the_proof(client):
    """The session gave its second factor an hour ago."""
    session = client.session
    records = [{**one, "at": time.time() - 3600} for one in session["account_authentication_methods"]]
    session["account_authentication_methods"] = records
    session["staff_active_at"] = time.time()
    session.save()


def propose(officer, agency, by, address=NEW):
    return propose_address(
        person=officer, agency=agency, address=address, reason="married name", by=by, actor=actor_for(by)
    )


@pytest.mark.parametrize("action", ["action_add", "action_primary", "action_remove", "action_send"])
def test_nobody_moves_a_staff_mailbox_from_an_open_session(client, officer, action):
    EmailAddress.objects.create(user=officer, email=THIEF, verified=True)
    sign_in(client, officer)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert client.get(reverse("account_email")).status_code == 403
    assert client.post(reverse("account_email"), {action: "", "email": THIEF}).status_code == 403
    officer.refresh_from_db()
    assert officer.email != THIEF
    assert EmailAddress.objects.get(user=officer, primary=True).email == officer.email
    assert mail.outbox == []


def test_the_security_page_of_staff_leads_to_no_such_page(client, officer):
    sign_in(client, officer)
    page = client.get(reverse("account_security")).content.decode()
    assert reverse("account_email") + '"' not in page
    assert "Two people of your agency" in page


@pytest.mark.parametrize(
    ("page", "form"),
    [
        ("mfa_add_webauthn", {"name": "Thief", "credential": "{}"}),
        ("mfa_generate_recovery_codes", {}),
        ("account_change_password", {"oldpassword": PASSWORD, "password1": "x" * 20, "password2": "x" * 20}),
    ],
)
def test_a_found_session_and_a_password_change_no_way_in(client, officer, page, form):
    sign_in(client, officer)
    age_the_proof(client)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    before = list(Authenticator.objects.order_by("pk").values_list("type", "data"))
    answer = client.post(reverse(page), form, **SECURE)
    assert answer.status_code == 403
    assert b"proof_code" in answer.content
    assert list(Authenticator.objects.order_by("pk").values_list("type", "data")) == before
    officer.refresh_from_db()
    assert officer.check_password(PASSWORD)


@pytest.mark.django_db(transaction=True)
def test_with_the_second_factor_the_same_form_goes_through_and_leaves_entry_and_mail(client, officer):
    sign_in(client, officer)
    age_the_proof(client)
    client.post(reverse("mfa_generate_recovery_codes"), proof())
    assert Authenticator.objects.filter(user=officer, type=Authenticator.Type.RECOVERY_CODES).exists()
    assert Entry.objects.filter(action="recovery_codes.renewed", subject_id=str(officer.public_id)).count() == 1
    assert mail.outbox[-1].to == [officer.email]


def test_the_first_app_of_staff_leaves_an_entry():
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    officer = staff()
    EmailAddress.objects.create(user=officer, email=officer.email, verified=True, primary=True)
    client = Client()
    try_password(client, officer.email, PASSWORD)
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    client.post(reverse("mfa_activate_totp"), {"code": code})
    assert Entry.objects.filter(action="authenticator_app.added", subject_id=str(officer.public_id)).count() == 1


def test_two_people_change_an_address_and_the_old_one_is_told(agency, officer, manager, second):
    old = officer.email
    proposal = propose(officer, agency, manager)
    assert Message.objects.get(kind="staff.address_asked").recipient == old
    assert User.objects.get(pk=officer.pk).email == old
    confirm_proposal(proposal=proposal, by=second, actor=actor_for(second))
    officer.refresh_from_db()
    assert officer.email == NEW
    assert list(EmailAddress.objects.filter(user=officer).values_list("email", "verified")) == [(NEW, False)]
    assert Message.objects.get(kind="staff.address_changed").recipient == old
    assert Message.objects.get(kind="staff.address_new").recipient == NEW
    assert Entry.objects.filter(action="staff_address.proposed").count() == 1
    entry = Entry.objects.get(action="staff_address.changed")
    assert NEW.encode() not in bytes(entry.leaf)


def test_a_new_address_is_proved_by_a_code_before_it_signs_in(agency, officer, manager, second):
    confirm_proposal(proposal=propose(officer, agency, manager), by=second, actor=actor_for(second))
    client = Client()
    try_password(client, NEW, PASSWORD)
    assert "_auth_user_id" not in client.session


def test_the_open_sessions_end_with_the_old_address(client, agency, officer, manager, second):
    sign_in(client, officer)
    client.get(reverse("account_security"))
    confirm_proposal(proposal=propose(officer, agency, manager), by=second, actor=actor_for(second))
    assert client.get(reverse("account_security")).status_code == 302


@pytest.mark.parametrize("who", ["oneself", "the one who asked", "a detective", "another agency's auditor"])
def test_nobody_but_a_second_person_confirms(agency, officer, manager, who):
    proposal = propose(officer, agency, manager)
    by = {
        "oneself": officer,
        "the one who asked": manager,
        "a detective": staff(Role.DETECTIVE, agency),
        "another agency's auditor": staff(Role.AUDITOR),
    }[who]
    with pytest.raises(NotAllowed):
        confirm_proposal(proposal=proposal, by=by, actor=actor_for(by))
    officer.refresh_from_db()
    assert officer.email != NEW


@pytest.mark.parametrize("who", ["oneself", "a supervisor", "another agency's manager"])
def test_nobody_but_a_manager_asks(agency, officer, manager, who):
    by = {
        "oneself": officer,
        "a supervisor": staff(Role.SUPERVISOR, agency),
        "another agency's manager": staff(Role.PROGRAM_MANAGER),
    }[who]
    with pytest.raises(NotAllowed):
        propose(officer, agency, by)


def test_an_address_that_somebody_has_is_refused(agency, officer, manager):
    with pytest.raises(InvalidInput):
        propose(officer, agency, manager, UserFactory.create().email)


def test_a_refused_change_changes_nothing_and_may_be_asked_anew(agency, officer, manager, second):
    proposal = propose(officer, agency, manager)
    with pytest.raises(WrongState):
        propose(officer, agency, manager, "third@police.example.org")
    withdraw_proposal(proposal=proposal, by=second, actor=actor_for(second))
    with pytest.raises(WrongState):
        confirm_proposal(proposal=proposal, by=second, actor=actor_for(second))
    propose(officer, agency, manager)
    assert StaffProposal.objects.count() == 2
    assert Entry.objects.filter(action="staff_proposal.withdrawn").count() == 1


def test_the_pages_do_what_the_services_do(client, agency, officer, manager, second):
    sign_in(client, manager)
    form = {"address-address": NEW, "address-reason": "married name", "address-agency": agency.public_id}
    assert client.post(reverse("admin:accounts_user_address", args=[officer.public_id]), form).status_code == 302
    proposal = StaffProposal.objects.get()
    other = sign_in(Client(), second)
    assert NEW in other.get(reverse("admin:two_people")).content.decode()
    assert other.post(reverse("admin:two_people_confirm", args=[proposal.public_id])).status_code == 302
    officer.refresh_from_db()
    assert officer.email == NEW
