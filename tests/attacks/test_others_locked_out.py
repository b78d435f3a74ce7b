"""Others locked out: what somebody types wrong keeps nobody else out."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import HoldKind, StaffHold
from apps.accounts.sources import COOKIE
from apps.accounts.tallies import Counter, Limit, take
from apps.agencies.models import Role
from apps.findings.models import Finding
from apps.links import throttle
from apps.links.models import Link
from apps.links.services import issue_link
from apps.prospects.link_kinds import OWNER
from tests.factories.at_once import at_once
from tests.factories.links import post_secret
from tests.factories.passkeys import SoftPasskey, give_passkey, sign_in_with
from tests.factories.people import PASSWORD, UserFactory, staff
from tests.factories.staff_codes import opens, ready, try_password

CAMPUS = {"REMOTE_ADDR": "198.51.100.7"}
HOME = {"REMOTE_ADDR": "203.0.113.9"}
ADA = "ada@example.org"


@pytest.fixture
def link(db) -> Link:
    return issue_link(kind=OWNER, subject=uuid4())


@pytest.mark.parametrize("secret", ["token", "code"])
def test_a_right_link_opens_from_a_campus_where_somebody_guesses_all_day(link, secret):
    for number in range(throttle.WRONG_GUESSES * 2):
        answer = post_secret(Client(), "owner", link.subject, f"wrong {number}", **CAMPUS)
        assert answer.status_code == (403 if number < throttle.WRONG_GUESSES else 429)
    assert post_secret(Client(), "owner", link.subject, getattr(link, secret), **CAMPUS).status_code == 303


def test_a_right_code_alone_opens_from_there_too(link):
    for number in range(throttle.WRONG_GUESSES * 2):
        Client().post(reverse("links:code"), {"code": f"wrong {number}"}, **CAMPUS)
    assert Client().post(reverse("links:code"), {"code": link.code}, **CAMPUS).status_code == 303


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_counts_nothing(link, method):
    pages = [OWNER.path(link.subject), OWNER.path(uuid4()), reverse("links:code")]
    for _ in range(throttle.WRONG_GUESSES):
        for page in pages:
            assert getattr(Client(), method)(page, **CAMPUS).status_code == 200
    assert post_secret(Client(), "owner", link.subject, "wrong", **CAMPUS).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_of_sixty_guesses_at_once_ten_pass():
    limit = Limit("test", 10, 600)
    results = at_once(60, lambda n: take(Counter(limit, "one address")))
    assert [result for result in results if isinstance(result, Exception)] == []
    assert sum(result.passes for result in results) == 10


@pytest.mark.django_db(transaction=True)
def test_of_sixty_wrong_codes_posted_at_once_ten_are_answered_and_the_right_one_opens():
    link = issue_link(kind=OWNER, subject=uuid4())
    answers = at_once(60, lambda n: Client().post(reverse("links:code"), {"code": f"wrong {n}"}, **CAMPUS).status_code)
    assert sorted(answers) == [422] * 10 + [429] * 50
    assert Client().post(reverse("links:code"), {"code": link.code}, **CAMPUS).status_code == 303


def flood(email, sources):
    """Each source guesses until it has to wait."""
    for number in range(sources):
        for _ in range(6):
            try_password(Client(REMOTE_ADDR=f"198.51.{number // 250}.{number % 250}"), email)


@pytest.mark.django_db
def test_guesses_from_elsewhere_lock_no_staff_account_not_even_for_a_new_device():
    officer = ready(staff())
    flood(officer.email, 1)
    assert opens(Client(**HOME), officer.email)


@pytest.mark.django_db
def test_a_device_that_was_used_before_gets_in_from_the_very_address_that_is_shut_out():
    officer = ready(staff())
    desk = Client(**CAMPUS)
    assert opens(desk, officer.email)
    desk.post(reverse("account_logout"))
    for _ in range(8):
        try_password(Client(**CAMPUS), officer.email)
    assert not opens(Client(**CAMPUS), officer.email)
    assert opens(desk, officer.email)


@pytest.mark.django_db
def test_guesses_at_a_known_device_count_for_it_too():
    officer = ready(staff())
    desk = Client(**CAMPUS)
    assert opens(desk, officer.email)
    desk.post(reverse("account_logout"))
    for _ in range(5):
        try_password(desk, officer.email)
    assert not opens(desk, officer.email)
    assert StaffHold.objects.get(user=officer).kind == HoldKind.LOCKED


@pytest.mark.django_db
def test_the_mark_of_a_known_device_is_for_one_mailbox_and_cannot_be_made():
    officer, other = ready(staff()), ready(staff())
    desk = Client(**CAMPUS)
    assert opens(desk, officer.email)
    desk.post(reverse("account_logout"))
    for _ in range(5):
        try_password(Client(**CAMPUS), other.email)
    assert not opens(desk, other.email)
    forged = Client(**CAMPUS)
    forged.cookies[COOKIE] = desk.cookies[COOKIE].value.replace(":", ":x", 1)
    for _ in range(5):
        try_password(Client(**CAMPUS), officer.email)
    assert not opens(forged, officer.email)


@pytest.mark.django_db
def test_who_stole_a_password_shuts_its_owner_out_by_no_wrong_codes_either():
    officer = ready(staff())
    thief = Client(**CAMPUS)
    try_password(thief, officer.email, PASSWORD)
    for _ in range(8):
        thief.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert opens(Client(**HOME), officer.email)


@pytest.mark.django_db
def test_a_flood_from_many_addresses_is_seen_and_stops_before_it_guesses_anything():
    officer = ready(staff(Role.DETECTIVE))
    desk = Client(**HOME)
    assert opens(desk, officer.email)
    desk.post(reverse("account_logout"))
    flood(officer.email, 24)
    finding = Finding.objects.get(kind="sign_in.flood")
    assert finding.about_id == str(officer.public_id)
    assert finding.facts["failures"] == 100
    assert not opens(Client(REMOTE_ADDR="192.0.2.1"), officer.email)
    assert opens(desk, officer.email)


@pytest.mark.django_db
def test_a_passkey_gets_in_through_any_flood():
    officer, passkey = ready(staff()), SoftPasskey()
    give_passkey(officer, passkey=passkey)
    flood(officer.email, 24)
    browser = Client(REMOTE_ADDR="198.51.0.1")
    sign_in_with(browser, passkey)
    assert "_auth_user_id" in browser.session


def code_in(letter):
    return re.search(r"^\s+([\dA-Z][\dA-Z-]{5,})\s*$", letter.body, re.M)[1]


def ask(client, email=ADA):
    return client.post(reverse("account_request_login_code"), {"email": email}, follow=True)


def enter(client, letter):
    client.post(reverse("account_confirm_login_code"), {"code": code_in(letter)})
    return "_auth_user_id" in client.session


@pytest.fixture
def ada(db):
    user = UserFactory.create(email=ADA, password=None)
    EmailAddress.objects.create(user=user, email=ADA, verified=True, primary=True)
    return user


@pytest.mark.parametrize("where", [CAMPUS, HOME])
def test_a_resident_gets_a_code_at_once_however_many_others_asked_for(ada, where):
    for number in range(40):
        ask(Client(REMOTE_ADDR=f"198.51.100.{7 + number % 3}"))
    hers = Client(**where)
    page = ask(hers)
    assert page.redirect_chain[-1][0] == reverse("account_confirm_login_code")
    assert enter(hers, mail.outbox[-1])


def test_a_flood_of_requests_fills_no_mailbox_and_buys_no_guesses(ada):
    now = timezone.now()
    for minutes in range(0, 60, 3):
        with time_machine.travel(now + timedelta(minutes=minutes), tick=False):
            for number in range(10):
                ask(Client(REMOTE_ADDR=f"198.51.100.{minutes * 4 + number}"))
    codes = [code_in(letter) for letter in mail.outbox]
    assert len(codes) <= 10 + 12
    assert sum(bool(re.fullmatch(r"\d{6}", code)) for code in codes) == 10
    assert all(re.fullmatch(r"\d{6}(-\d{6}-\d{6})?", code) for code in codes)


def test_a_code_that_was_mailed_stays_good_whatever_others_ask_for(ada):
    hers = Client(**HOME)
    ask(hers)
    letter = mail.outbox[0]
    for number in range(40):
        ask(Client(REMOTE_ADDR=f"198.51.100.{number}"))
    assert enter(hers, letter)


def test_a_long_code_opens_once(ada):
    for number in range(12):
        ask(Client(REMOTE_ADDR=f"198.51.100.{number}"))
    hers, watcher = Client(**HOME), Client(**CAMPUS)
    ask(hers), ask(watcher)
    letter = mail.outbox[-1]
    assert len(code_in(letter)) == 20
    assert enter(hers, letter)
    assert not enter(watcher, letter)


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_at_a_form_counts_nothing(ada, method):
    forms = ("account_login", "account_signup", "account_request_login_code", "account_reset_password")
    for _ in range(40):
        for form in forms:
            assert getattr(Client(**CAMPUS), method)(reverse(form)).status_code == 200
    hers = Client(**CAMPUS)
    ask(hers)
    assert enter(hers, mail.outbox[-1])
