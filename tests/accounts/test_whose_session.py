"""A session's row says whose it is: pages read both at once, and ending a person's sessions ends them all."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import Session
from apps.accounts.staff_holds import end_sessions
from apps.agencies.models import Role
from tests.factories.people import UserFactory, staff
from tests.factories.sessions import is_signed_in, sign_in

pytestmark = pytest.mark.django_db


def test_a_visitors_session_is_nobodys_and_a_persons_is_theirs():
    visitor, person = Client(), UserFactory.create()
    visitor.session.save()
    session = visitor.session
    session["seen"] = True
    session.save()
    sign_in(Client(), person)
    assert set(Session.objects.values_list("user", flat=True)) == {None, person.pk}


def test_a_page_reads_session_and_person_in_one_query():
    client = sign_in(Client(), UserFactory.create())
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/account/").status_code == 200
    about_people = [one["sql"] for one in asked if '"accounts_user"' in one["sql"]]
    assert len(about_people) == 1
    assert '"accounts_session"' in about_people[0]


def test_the_signed_data_decide_who_is_signed_in_and_not_the_row():
    mine, other = UserFactory.create(), UserFactory.create()
    client = sign_in(Client(), mine)
    Session.objects.filter(user=mine).update(user=other)
    assert client.get("/account/").wsgi_request.user == mine


def test_an_account_that_was_switched_off_is_signed_out_at_the_next_page():
    person = UserFactory.create()
    client = sign_in(Client(), person)
    person.is_active = False
    person.save()
    assert not client.get("/account/").wsgi_request.user.is_authenticated


def test_ending_a_persons_sessions_ends_those_that_were_never_listed():
    person = staff(Role.DETECTIVE)
    client, stranger = sign_in(Client(), person), sign_in(Client(), UserFactory.create())
    assert end_sessions(person) == 1
    assert not is_signed_in(client)
    assert is_signed_in(stranger)


def test_a_sessions_row_names_no_secret():
    sign_in(Client(), UserFactory.create())
    row = Session.objects.get()
    assert row.session_key not in str(row)
