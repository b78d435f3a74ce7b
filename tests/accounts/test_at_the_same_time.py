"""Two requests at once: one account for one mailbox, one ending for one session."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.services import open_account
from apps.accounts.sessions import end_other_sessions
from apps.ledger.models import Entry
from tests.factories.at_once import at_once
from tests.factories.people import UserFactory
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_mailbox_whose_reader_enters_by_eight_windows_at_once_gets_one_account():
    results = at_once(8, lambda n: open_account(email="Ada@example.org", language="en"))
    assert [type(result) for result in results] == [tuple] * 8
    assert sorted(is_new for _user, is_new in results) == [False] * 7 + [True]
    assert {user.pk for user, _is_new in results} == {User.objects.get().pk}
    assert EmailAddress.objects.count() == 1
    assert Entry.objects.filter(action="account.opened").count() == 1


def test_ending_the_other_sessions_from_two_windows_at_once_leaves_one_of_them():
    user = UserFactory.create()
    clients = [sign_in(Client(), user) for _ in range(3)]
    for client in clients:
        client.get(reverse("account_security"))
    keeper = clients[0].session.session_key
    results = at_once(4, lambda n: end_other_sessions(user=user, this=keeper))
    assert not [result for result in results if isinstance(result, Exception)]
    assert [session.session_key for session in UserSession.objects.all()] == [keeper]
    assert clients[0].get(reverse("account_security")).status_code == 200
    assert clients[1].get(reverse("account_security")).status_code == 302
