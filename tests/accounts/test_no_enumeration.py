"""No form tells whether an address has an account: not by text, not by status, not by the work it does.

Time is not measured here. What takes time is counted instead: runs of the password hasher, mails sent within the
request, and queries.
"""

import re
from collections import Counter

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.models import User
from tests.factories.people import PASSWORD, StaffFactory, UserFactory
from tests.factories.sessions import give_second_factor, sign_in

pytestmark = pytest.mark.django_db
CHANGING = re.compile(r'(name="csrfmiddlewaretoken" value|nonce)="[^"]*"')
UNKNOWN = "nobody@example.org"


@pytest.fixture(autouse=True)
def _fresh_rate_limits():
    cache.clear()
    yield
    cache.clear()


def resident(**fields):
    user = UserFactory.create(**fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user.email


def with_app():
    email = resident()
    give_second_factor(User.objects.get(email=email))
    return email


def staff():
    user = StaffFactory.create()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user.email


# Every state in which an address can be known.
KNOWN = {
    "resident": resident,
    "resident without a password": lambda: resident(password=None),
    "resident with a second factor": with_app,
    "resident whose account is closed": lambda: resident(is_active=False),
    "person who never confirmed": lambda: UserFactory.create().email,
    "staff": staff,
}
# A form: what a stranger sends there, and what afterwards.
FORMS = {
    "sign-up": (("account_signup", "email", {}), ("account_confirm_login_code", "", {"code": "x"})),
    "sign-in by code": (
        ("account_request_login_code", "email", {}),
        ("account_confirm_login_code", "", {"code": "x"}),
        ("account_confirm_login_code", "", {"action": "resend"}),
        ("account_confirm_login_code", "", {"code": "x"}),
        ("account_confirm_login_code", "", {"code": "x"}),
    ),
    "sign-in by password": (("account_login", "login", {"password": "a quite wrong passphrase"}),) * 6,
    "password reset": (
        ("account_reset_password", "email", {}),
        ("account_confirm_password_reset_code", "", {"code": "x"}),
        ("account_confirm_password_reset_code", "", {"code": "x"}),
        ("account_confirm_password_reset_code", "", {"code": "x"}),
        ("account_complete_password_reset", "", {"password1": PASSWORD, "password2": PASSWORD}),
    ),
}


def words_of(response, email):
    """What the page says, without what differs at every look."""
    return CHANGING.sub("", response.content.decode()).replace(email, "ADDRESS")


def walk(form, email):
    """Everything that a stranger sees at a form with this address."""
    cache.clear()
    client, seen = Client(), []
    for name, field, post in FORMS[form]:
        response = client.post(reverse(name), ({field: email} if field else {}) | post, follow=True)
        cookies = sorted(client.cookies)
        seen.append((response.redirect_chain, response.status_code, cookies, words_of(response, email)))
    return seen


@pytest.mark.parametrize("known", KNOWN)
@pytest.mark.parametrize("form", FORMS)
def test_a_form_says_the_same_to_known_and_unknown_addresses(form, known):
    email = KNOWN[known]()
    assert walk(form, email) == walk(form, UNKNOWN)


@pytest.fixture
def hashed(monkeypatch):
    """How often a password was hashed."""
    runs = Counter()
    plain = MD5PasswordHasher.encode

    def counting(self, password, salt, *more):
        runs["hash"] += 1
        return plain(self, password, salt, *more)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counting)
    return runs


@pytest.mark.parametrize("known", [*KNOWN, None])
def test_a_wrong_password_is_hashed_once_for_every_address(client, hashed, known):
    email = KNOWN[known]() if known else UNKNOWN
    hashed.clear()
    client.post(reverse("account_login"), {"login": email, "password": "a quite wrong passphrase"})
    assert hashed["hash"] == 1


@pytest.mark.parametrize("known", [*KNOWN, None])
@pytest.mark.parametrize("form", ["sign-up", "sign-in by code", "password reset"])
def test_a_form_sends_one_mail_to_every_address(client, hashed, form, known):
    email = KNOWN[known]() if known else UNKNOWN
    hashed.clear()
    name, field, post = FORMS[form][0]
    client.post(reverse(name), {field: email} | post)
    assert [letter.to for letter in mail.outbox] == [[email]]
    assert hashed["hash"] == 0


def queries_of(name, post, client=None):
    cache.clear()
    with CaptureQueriesContext(connection) as caught:
        (client or Client()).post(reverse(name), post)
    return [re.sub(r"'[^']*'|\b\d+\b|%s|\bs\d+_x\d+", "?", query["sql"].split(" VALUES")[0]) for query in caught]


@pytest.mark.parametrize("known", list(KNOWN))
@pytest.mark.parametrize("form", FORMS)
def test_a_form_asks_the_database_the_same(form, known):
    email = KNOWN[known]()
    name, field, post = FORMS[form][0]
    asked = [queries_of(name, {field: address} | post) for address in (email, UNKNOWN)]
    assert asked[0] == asked[1]


@pytest.mark.parametrize("known", list(KNOWN))
@pytest.mark.parametrize("form", ["sign-up", "sign-in by code"])
def test_a_wrong_code_asks_the_database_the_same(form, known):
    asked = []
    for address in (KNOWN[known](), UNKNOWN):
        cache.clear()
        client = Client()
        name, field, post = FORMS[form][0]
        client.post(reverse(name), {field: address} | post)
        asked.append(queries_of("account_confirm_login_code", {"code": "x"}, client))
    assert asked[0] == asked[1]


def test_an_address_that_somebody_has_can_be_asked_for_but_not_taken(client):
    """The new address of a change of address: its owner gets the letter, the page tells nothing."""
    taken = resident()
    said = []
    for wanted in (taken, UNKNOWN):
        cache.clear()
        user = User.objects.get(email=resident())
        browser = sign_in(Client(), user)
        response = browser.post(reverse("account_email"), {"action_add": "", "email": wanted}, follow=True)
        words = words_of(response, wanted).replace(user.email, "OWN")
        said.append((response.redirect_chain, response.status_code, words))
        assert mail.outbox[-1].to == [wanted]
    assert said[0] == said[1]
    assert User.objects.filter(email=taken).count() == 1


def test_the_letters_themselves_tell_only_the_mailbox(client):
    client.post(reverse("account_signup"), {"email": resident()})
    Client().post(reverse("account_signup"), {"email": UNKNOWN})
    first, second = mail.outbox
    assert re.sub(r"\d{6}", "N", first.subject) == re.sub(r"\d{6}", "N", second.subject)
    assert "There is no account" not in first.body
    assert "There is no account" in second.body
