"""A stolen invitation: who reads the mailbox, or hears the code, sets up no staff account."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.agencies import staff_services as services
from apps.agencies.models import Role, StaffSetup
from apps.agencies.policies import agencies_of
from apps.core.errors import NotAllowed
from apps.ledger.models import Entry
from apps.notifications.models import Message
from tests.factories.actors import actor_for
from tests.factories.links import post_secret, token_of
from tests.factories.people import AgencyFactory, staff
from tests.factories.sessions import sign_in
from tests.factories.staff_codes import ready, try_password

pytestmark = pytest.mark.django_db
NEW = "correct horse battery staple"


@pytest.fixture
def manager():
    return staff(Role.PROGRAM_MANAGER, AgencyFactory.create())


@pytest.fixture
def opened(manager):
    agency = manager_agency(manager)
    return services.open_staff_account(
        email="new@police.example.org",
        name="New",
        agency=agency,
        role=Role.ANALYST,
        by=manager,
        actor=actor_for(manager),
    )


def manager_agency(manager):

    return agencies_of(manager).get()


def with_link(setup=None):
    """A browser that followed the link of the mail, and the page."""
    setup = setup or StaffSetup.objects.get(ended_at__isnull=True)
    browser = Client()
    answer = post_secret(browser, "staff-setup", setup.public_id, token_of(setup.public_id))
    return browser, answer["Location"]


def fill(browser, page, code, password=NEW):
    return browser.post(page, {"code": code, "password": password})


def wrong(code):
    return "1111-1111" if code != "1111-1111" else "2222-2222"


def test_link_and_code_together_set_the_account_up(opened):
    browser, page = with_link()
    assert fill(browser, page, opened.code).url == reverse("account_login")
    person = User.objects.get(pk=opened.person.pk)
    assert person.check_password(NEW)
    assert Entry.objects.filter(action="staff_setup.completed", subject_id=str(person.public_id)).exists()
    assert try_password(browser, person.email, NEW).status_code == 302


def test_the_mail_holds_no_code(opened):
    letter = Message.objects.get(kind="staff.invited")
    assert opened.code not in letter.text
    assert opened.code.replace("-", "") not in letter.text.replace("-", "")


def test_who_reads_the_mailbox_alone_gets_no_password_in_any_way(opened):
    browser, page = with_link()
    for guess in range(4):
        assert (
            fill(browser, page, f"{guess}000-0000" if opened.code[0] != str(guess) else wrong(opened.code)).status_code
            == 422
        )
    thief = Client()
    for form, name in (("account_reset_password", "email"), ("account_request_login_code", "email")):
        thief.post(reverse(form), {name: opened.person.email})
    assert not any(line.startswith("    ") for letter in mail.outbox for line in letter.body.splitlines())
    assert not User.objects.get(pk=opened.person.pk).has_usable_password()


def test_who_heard_the_code_alone_reaches_no_field_for_it(opened):
    setup = StaffSetup.objects.get()
    browser = Client()
    page = reverse("web:staff_setup", args=[setup.public_id])
    assert fill(browser, page, opened.code).status_code == 403
    assert not User.objects.get(pk=opened.person.pk).has_usable_password()


def test_the_fifth_wrong_code_ends_link_and_code(opened):
    browser, page = with_link()
    answers = [fill(browser, page, wrong(opened.code)).status_code for _ in range(5)]
    assert answers == [422] * 4 + [409]
    fill(browser, page, opened.code)
    assert not User.objects.get(pk=opened.person.pk).has_usable_password()
    assert Entry.objects.filter(action="staff_setup.exhausted").count() == 1


def test_a_weak_password_is_no_try(opened):
    browser, page = with_link()
    for _ in range(6):
        assert fill(browser, page, opened.code, "short").status_code == 422
    assert fill(browser, page, opened.code).status_code == 302


def test_link_and_code_end_with_their_time(opened):
    browser, page = with_link()
    with time_machine.travel(timezone.now() + timedelta(hours=73), tick=False):
        assert fill(browser, page, opened.code).status_code in (403, 409)
    assert not User.objects.get(pk=opened.person.pk).has_usable_password()


def test_a_new_code_ends_the_old_link_and_the_old_code(opened, manager):
    browser, page = with_link()
    again = services.renew_setup(person=opened.person, reason="mail lost", by=manager, actor=actor_for(manager))
    assert fill(browser, page, opened.code).status_code == 403
    browser, page = with_link()
    assert fill(browser, page, opened.code).status_code == (302 if again.code == opened.code else 422)
    assert fill(browser, page, again.code).status_code == 302
    assert Entry.objects.filter(action="staff_setup.issued").count() == 2


def test_setting_up_anew_ends_every_way_in_and_is_told(manager):
    officer = ready(staff(Role.DETECTIVE, manager_agency(manager)))
    services.renew_setup(person=officer, reason="lost the phone", by=manager, actor=actor_for(manager))
    officer.refresh_from_db()
    assert not officer.has_usable_password()
    assert Message.objects.get(kind="staff.reset").recipient == officer.email
    assert Entry.objects.filter(action="staff_account.reset", subject_id=str(officer.public_id)).exists()


@pytest.mark.parametrize("who", ["oneself", "another agency's manager", "a supervisor"])
def test_only_another_manager_of_the_agency_sets_an_account_up_anew(manager, who):
    agency = manager_agency(manager)
    officer = staff(Role.DETECTIVE, agency)
    by = {
        "oneself": officer,
        "another agency's manager": staff(Role.PROGRAM_MANAGER),
        "a supervisor": staff(Role.SUPERVISOR, agency),
    }[who]
    with pytest.raises(NotAllowed):
        services.renew_setup(person=officer, reason="lost the phone", by=by, actor=actor_for(by))


def test_a_code_is_shown_once_and_never_cached(client, manager):
    sign_in(client, manager)
    form = {
        "email": "two@police.example.org",
        "name": "Two",
        "role": Role.ANALYST,
        "agency": manager_agency(manager).public_id,
    }
    page = client.post(reverse("admin:accounts_user_open"), form)
    assert "no-store" in page["Cache-Control"]
    code = page.context["opened"].code
    person = User.objects.get(email="two@police.example.org")
    again = client.get(reverse("admin:accounts_user_change", args=[person.public_id])).content.decode()
    assert code in page.content.decode()
    assert code not in again
    assert "waits to be set up" in again
