"""Signing up, in and back in, as a resident would; and what a stranger can learn from it: nothing."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.ledger.models import Entry
from tests.factories.people import PASSWORD, StaffFactory, UserFactory
from tests.factories.sessions import give_second_factor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_rate_limits():
    cache.clear()
    yield
    cache.clear()


def verified(**fields):
    user = UserFactory.create(**fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def code_in(message):
    return re.search(r"^\s+([\dA-Z][\dA-Z-]{5,})\s*$", message.body, re.M)[1]


def enter(client, email="ada@example.org", *, form="account_signup"):
    """The code that the form mailed, and the response to typing it in."""
    response = client.post(reverse(form), {"email": email})
    assert response.url == reverse("account_confirm_login_code")
    code = code_in(mail.outbox[-1])
    return code, client.post(response.url, {"code": code})


@pytest.mark.parametrize("form", ["account_signup", "account_request_login_code"])
def test_a_code_to_an_unknown_mailbox_makes_the_account_of_its_reader(client, form):
    code, response = enter(client, "Ada@Example.org ", form=form)
    assert re.fullmatch(r"\d{6}", code)
    assert response.url == reverse("web:start")
    user = User.objects.get(email="ada@example.org")
    assert client.session["_auth_user_id"] == str(user.pk)
    assert not user.is_staff
    assert not user.has_usable_password()
    assert EmailAddress.objects.get(user=user).verified
    assert Entry.objects.filter(action="account.opened", subject_id=str(user.public_id)).count() == 1


@pytest.mark.parametrize("form", ["account_signup", "account_request_login_code"])
def test_a_code_to_a_known_mailbox_signs_its_reader_in(client, form):
    user = verified(email="ada@example.org")
    enter(client, form=form)
    assert client.session["_auth_user_id"] == str(user.pk)
    assert client.session.get_expire_at_browser_close()
    assert User.objects.count() == 1


def test_nothing_is_stored_about_a_stranger_before_the_code(client):
    client.post(reverse("account_signup"), {"email": "ada@example.org"})
    assert not User.objects.exists()
    assert not EmailAddress.objects.exists()


def test_a_sign_up_that_was_broken_off_may_begin_again(client):
    client.post(reverse("account_signup"), {"email": "ada@example.org"})
    enter(Client())
    assert User.objects.filter(email="ada@example.org").count() == 1


def test_a_sign_in_with_the_wrong_address_of_two_says_that_the_account_is_new(client):
    _code, response = enter(client, form="account_request_login_code")
    assert "this is a new one" in client.get(reverse("web:account")).content.decode()


def test_the_way_back_to_the_page_that_asked_for_a_sign_in_is_kept(client):
    page = client.post(f"{reverse('account_signup')}?next=/join/", {"email": "ada@example.org"})
    assert client.post(page.url, {"code": code_in(mail.outbox[0])}).url == "/join/"


def test_two_at_once_with_codes_for_one_new_mailbox_get_one_account(client):
    other = Client()
    for each in (client, other):
        each.post(reverse("account_signup"), {"email": "ada@example.org"})
    first, second = (code_in(letter) for letter in mail.outbox)
    client.post(reverse("account_confirm_login_code"), {"code": first})
    other.post(reverse("account_confirm_login_code"), {"code": second})
    user = User.objects.get()
    assert client.session["_auth_user_id"] == other.session["_auth_user_id"] == str(user.pk)


def test_an_account_without_a_confirmed_address_gets_it_confirmed_by_the_code(client):
    user = UserFactory.create(email="ada@example.org")
    enter(client)
    assert client.session["_auth_user_id"] == str(user.pk)
    assert EmailAddress.objects.get(user=user).verified


def test_three_wrong_codes_end_the_try(client):
    client.post(reverse("account_signup"), {"email": "ada@example.org"})
    right = code_in(mail.outbox[0])
    for wrong in ("000000", "000001", "000002"):
        client.post(reverse("account_confirm_login_code"), {"code": "9" + wrong[1:] if wrong == right else wrong})
    client.post(reverse("account_confirm_login_code"), {"code": right})
    assert "_auth_user_id" not in client.session


def test_asking_again_on_the_page_mails_the_same_code(client):
    client.post(reverse("account_signup"), {"email": "ada@example.org"})
    client.post(reverse("account_confirm_login_code"), {"action": "resend"})
    late, new = (code_in(letter) for letter in mail.outbox)
    assert late == new
    assert client.post(reverse("account_confirm_login_code"), {"code": late}).url == reverse("web:start")


def test_asking_again_on_the_sign_in_form_leads_back_to_the_code_that_was_sent(client):
    client.post(reverse("account_signup"), {"email": "ada@example.org"})
    again = client.post(reverse("account_request_login_code"), {"email": "ada@example.org"})
    assert again.url == reverse("account_confirm_login_code")
    assert client.post(again.url, {"code": code_in(mail.outbox[-1])}).url == reverse("web:start")


def test_asking_again_gives_no_more_guesses(client):
    client.post(reverse("account_signup"), {"email": "ada@example.org"})
    right = code_in(mail.outbox[0])
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(2):
        client.post(reverse("account_confirm_login_code"), {"code": wrong})
    client.post(reverse("account_confirm_login_code"), {"action": "resend"})
    client.post(reverse("account_confirm_login_code"), {"code": wrong})
    client.post(reverse("account_confirm_login_code"), {"code": right})
    assert "_auth_user_id" not in client.session


def test_a_code_works_for_a_quarter_of_an_hour(client):
    client.post(reverse("account_signup"), {"email": "ada@example.org"})
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        client.post(reverse("account_confirm_login_code"), {"code": code_in(mail.outbox[0])})
    assert "_auth_user_id" not in client.session


def test_a_person_with_a_second_factor_gives_it_after_the_code(client):
    user = verified(email="ada@example.org")
    give_second_factor(user)
    _code, response = enter(client)
    assert response.url == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session


def test_a_closed_account_stays_closed_to_its_mailbox(client):
    verified(email="ada@example.org", is_active=False)
    _code, response = enter(client)
    assert response.url == reverse("account_inactive")
    assert "_auth_user_id" not in client.session


def test_who_became_staff_since_the_code_was_mailed_is_not_let_in_by_it(client):
    user = verified(email="ada@example.org")
    client.post(reverse("account_signup"), {"email": user.email})
    User.objects.filter(pk=user.pk).update(is_staff=True)
    response = client.post(reverse("account_confirm_login_code"), {"code": code_in(mail.outbox[0])})
    assert response.url == reverse("account_login")
    assert "_auth_user_id" not in client.session


def test_staff_get_no_code_by_mail_on_the_same_page(client):
    user = StaffFactory.create()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    response = client.post(reverse("account_request_login_code"), {"email": user.email}, follow=True)
    assert response.redirect_chain == [(reverse("account_confirm_login_code"), 302)]
    assert not re.search(r"\d{6}", mail.outbox[0].body + mail.outbox[0].subject)
    for guess in ("", "000000"):
        client.post(reverse("account_confirm_login_code"), {"code": guess})
    assert "_auth_user_id" not in client.session


def test_asking_for_a_new_password_answers_alike_for_known_and_unknown_addresses(client):
    verified(email="ada@example.org")
    known = client.post(reverse("account_reset_password"), {"email": "ada@example.org"})
    unknown = client.__class__().post(reverse("account_reset_password"), {"email": "eve@example.org"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)


def reset_password_to(client, user, password):
    response = client.post(reverse("account_reset_password"), {"email": user.email})
    response = client.post(response.url, {"code": code_in(mail.outbox[-1])})
    return client.post(response.url, {"password1": password, "password2": password})


def test_a_short_password_is_refused_with_the_reason(client):
    response = reset_password_to(client, verified(), "fourteen chars")
    assert "15" in response.context["form"].errors["password1"][0]


def test_sixty_four_characters_and_spaces_are_a_password(client):
    user = verified()
    reset_password_to(client, user, "x y" * 21 + "z")
    user.refresh_from_db()
    assert user.check_password("x y" * 21 + "z")


def test_a_forgotten_password_is_replaced_by_code(client):
    user = verified(email="ada@example.org")
    reset_password_to(client, user, "another long passphrase")
    user.refresh_from_db()
    assert user.check_password("another long passphrase")


def test_the_sixth_wrong_password_in_a_quarter_hour_is_not_even_looked_at(client):
    user = verified()
    for _ in range(5):
        client.post(reverse("account_login"), {"login": user.email, "password": "wrong wrong wrong wrong"})
    response = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert "Too many" in str(response.context["form"].errors)
    assert "_auth_user_id" not in client.session


def test_a_spoofed_forwarding_header_does_not_lift_the_throttle(client):
    user = verified()
    for n in range(6):
        response = client.post(
            reverse("account_login"),
            {"login": user.email, "password": "wrong wrong wrong wrong"},
            headers={"x-forwarded-for": f"10.0.0.{n}"},
        )
    assert "Too many" in str(response.context["form"].errors)


def test_the_address_signs_in_whatever_its_case(client):
    user = verified(email="ada@example.org")
    client.post(reverse("account_login"), {"login": "ADA@example.ORG", "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(user.pk)


def test_staff_read_the_notice_before_they_sign_in(client):
    assert "Unauthorized use is prohibited" in client.get(reverse("account_login")).content.decode()


def test_pages_of_a_signed_in_person_are_kept_out_of_every_cache(client):
    client.force_login(verified())
    assert "no-store" in client.get("/")["Cache-Control"]


def test_mails_speak_the_readers_language(client):
    client.post(reverse("account_signup"), {"email": "ada@example.org"}, headers={"accept-language": "en"})
    assert "your code" in mail.outbox[0].subject
    assert "{{" not in mail.outbox[0].body
    assert "We will never ask for your password" in mail.outbox[0].body
