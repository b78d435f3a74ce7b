"""Saved views of a list: kept, opened, shared within an agency, changed by those who may."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.agencies.models import Agency, Role, RoleGrant
from apps.core.errors import InvalidInput
from apps.ledger.models import Entry
from apps.lists.models import ListView
from apps.lists.services import Shown, save_view
from apps.lists.services.saving import MOST_VIEWS
from tests.factories.at_once import at_once
from tests.factories.footage_requests import open_request
from tests.factories.people import AgencyFactory, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
LABEL = "footage_requests.footagerequest"
LISTED = "admin:footage_requests_footagerequest_changelist"


def form(agency: Agency, **changes: Any) -> dict[str, Any]:
    return {"name": "Open ones", "shared": "on", "agency": str(agency.public_id), "request_key": str(uuid4())} | changes


def kept(user: User, agency: Agency, **changes: Any) -> ListView:
    given: dict[str, Any] = {"listed": LABEL, "name": "Open ones", "shared": True, "shown": Shown()} | changes
    return save_view(user=user, agency=agency, **given)


def views_url(query: str = "") -> str:
    return reverse("admin:list_views", args=[LABEL]) + query


def tabs(client: Client, query: str = "") -> dict[str, tuple[str, bool]]:
    page = client.get(reverse(LISTED) + query)
    assert page.status_code == 200
    return {view["name"]: (view["url"], view["current"]) for view in page.context.get("views", [])}


def test_a_list_is_kept_as_it_is_shown_and_opened_with_one_click(agency: Agency) -> None:
    opened = open_request(agency)
    client = sign_in(Client(), staff(Role.DETECTIVE, agency))
    query = f"?state__exact=open&q={opened.request.code}&columns=code.state.outcome&o=-1.0"
    answer = client.post(views_url(query), form(agency))
    assert answer.status_code == 302
    url, current = tabs(client, query)["Open ones"]
    assert current
    page = client.get(url)
    assert [row.code for row in page.context["cl"].result_list] == [opened.request.code]
    assert [str(one) for one in page.context["cl"].list_display] == ["code", "state", "outcome"]
    assert page.context["cl"].get_ordering_field_columns() == {1: "desc", 0: "asc"}
    assert 'aria-current="page">Open ones</a>' in page.content.decode()
    assert not tabs(client)["Open ones"][1]
    row = ListView.objects.get()
    assert row.order == ["-state", "code"]
    entry = Entry.objects.get(action="list_view.saved")
    assert opened.request.code not in str(entry.facts)
    assert "Open ones" not in str(entry.facts)


def test_the_search_of_a_view_is_stored_encrypted(agency: Agency) -> None:
    view = kept(staff(Role.DETECTIVE, agency), agency, shown=Shown(search="dana@police.example"))
    stored = ListView.objects.filter(pk=view.pk).extra(select={"raw": "search"}).values_list("raw", flat=True).get()
    assert "dana" not in stored
    assert ListView.objects.get(pk=view.pk).search == "dana@police.example"


def test_the_same_form_sent_twice_keeps_one_view(agency: Agency) -> None:
    client = sign_in(Client(), staff(Role.DETECTIVE, agency))
    sent = form(agency)
    assert [client.post(views_url("?state__exact=open"), sent).status_code for _ in range(2)] == [302, 302]
    assert ListView.objects.count() == Entry.objects.filter(action="list_view.saved").count() == 1


def test_a_shared_view_is_seen_in_its_agency_alone_and_an_own_one_by_its_author(agency: Agency) -> None:
    author, colleague, stranger = (staff(Role.DETECTIVE, one) for one in (agency, agency, AgencyFactory.create()))
    kept(author, agency, name="For all")
    kept(author, agency, name="Mine", shared=False)
    assert set(tabs(sign_in(Client(), author))) == {"For all", "Mine"}
    assert set(tabs(sign_in(Client(), colleague))) == {"For all"}
    assert tabs(sign_in(Client(), stranger)) == {}
    page = sign_in(Client(), stranger).get(views_url()).content.decode()
    assert "For all" not in page
    RoleGrant.objects.filter(user=author).delete()
    RoleGrant.objects.create(user=author, agency=AgencyFactory.create(), role=Role.DETECTIVE)
    assert tabs(sign_in(Client(), author)) == {}


@pytest.mark.parametrize("act", ["rename", "delete"])
def test_only_its_author_and_those_who_look_after_the_agency_change_a_view(agency: Agency, act: str) -> None:
    author = staff(Role.DETECTIVE, agency)
    shared, own = kept(author, agency), kept(author, agency, name="Mine", shared=False)
    others = {
        staff(Role.DETECTIVE, agency): (403, 404),
        staff(Role.SUPERVISOR, AgencyFactory.create()): (404, 404),
        staff(Role.PROGRAM_MANAGER, agency): (404, 404),  # the list itself is not for them
        staff(Role.SUPERVISOR, agency): (302, 404),
    }
    for user, expected in others.items():
        client = sign_in(Client(), user)
        sent = {"name": f"Renamed {user.pk}", "shared": "on"}
        got = [
            client.post(reverse(f"admin:list_view_{act}", args=[view.public_id]), sent).status_code
            for view in (shared, own)
        ]
        assert tuple(got) == expected, user
    assert ListView.objects.filter(pk=own.pk, name="Mine").exists()
    client = sign_in(Client(), author)
    assert client.post(reverse(f"admin:list_view_{act}", args=[own.public_id]), {"name": "Anew"}).status_code == 302
    assert Entry.objects.filter(action=f"list_view.{act}d").count() == 2


def test_only_the_author_takes_a_view_back_from_the_agency(agency: Agency) -> None:
    view = kept(staff(Role.DETECTIVE, agency), agency)
    client = sign_in(Client(), staff(Role.SUPERVISOR, agency))
    answer = client.post(reverse("admin:list_view_rename", args=[view.public_id]), {"name": "Open ones"})
    assert answer.status_code == 403
    assert ListView.objects.get().shared


def test_a_view_of_what_is_gone_opens_without_it_and_says_so(agency: Agency) -> None:
    opened = open_request(agency)
    author = staff(Role.DETECTIVE, agency)
    shown = Shown(
        filters={"state__exact": ["open"], "color__exact": ["red"], "author__password__startswith": ["p"]},
        columns=["code", "mood"],
        order=["-mood", "weather", "code"],
    )
    kept(author, agency, shown=shown)
    client = sign_in(Client(), author)
    page = client.get(tabs(client)["Open ones"][0])
    body = page.content.decode()
    assert [row.code for row in page.context["cl"].result_list] == [opened.request.code]
    for name in ("mood", "color__exact", "weather", "author__password__startswith"):
        assert name in re.search(r'<p class="list-gone".*?</p>', body, re.S)[0]
    assert 'aria-current="page">Open ones</a>' in body
    assert "list-gone" not in client.get(reverse(LISTED)).content.decode()


def test_a_view_whose_columns_are_all_gone_shows_the_usual_ones(agency: Agency) -> None:
    author = staff(Role.DETECTIVE, agency)
    kept(author, agency, shown=Shown(columns=["mood", "weather"]))
    open_request(agency)
    client = sign_in(Client(), author)
    page = client.get(tabs(client)["Open ones"][0])
    assert "column-case_number" in page.content.decode()


def test_the_name_of_a_view_is_text_wherever_it_stands(agency: Agency) -> None:
    author = staff(Role.DETECTIVE, agency)
    name = '"><script>alert(1)</script>'
    kept(author, agency, name=name)
    client = sign_in(Client(), author)
    for url in (reverse(LISTED), views_url()):
        body = client.get(url).content.decode()
        assert name not in body
        assert "&lt;script&gt;" in body


@pytest.mark.parametrize("name", ["", "   ", "x" * 41, "two\x00signs", "open ONES"])
def test_a_name_that_is_missing_too_long_or_taken_is_refused_in_words(agency: Agency, name: str) -> None:
    author = staff(Role.DETECTIVE, agency)
    kept(author, agency)
    client = sign_in(Client(), author)
    answer = client.post(views_url("?state__exact=open"), form(agency, name=name))
    assert answer.status_code == 422
    assert 'class="wrong"' in answer.content.decode()
    assert ListView.objects.count() == 1


def test_a_view_is_kept_for_ones_own_agency_and_a_list_that_one_sees(agency: Agency) -> None:
    other = AgencyFactory.create()
    client = sign_in(Client(), staff(Role.DETECTIVE, agency))
    assert client.post(views_url(), form(other)).status_code == 422
    for label in ("cameras.camera", "ledger.entry", "nothing.here"):
        url = reverse("admin:list_views", args=[label])
        assert client.get(url).status_code == 404
        assert client.post(url, form(agency)).status_code == 404
    assert client.post(views_url("?author__password__startswith=p"), form(agency)).status_code == 422
    assert not ListView.objects.exists()


def test_a_list_has_as_many_views_as_one_sees_at_a_glance(agency: Agency) -> None:
    author = staff(Role.DETECTIVE, agency)
    for number in range(MOST_VIEWS):
        kept(author, agency, name=f"View {number}")
    with pytest.raises(InvalidInput, match="Delete one first"):
        kept(author, agency, name="One more")
    kept(staff(Role.DETECTIVE, other := AgencyFactory.create()), other, name="One more")


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_share_one_name_once(agency: Agency) -> None:
    people = [staff(Role.DETECTIVE, agency) for _ in range(4)]
    outcomes = at_once(4, lambda n: kept(people[n], agency))
    assert sum(isinstance(one, ListView) for one in outcomes) == 1, outcomes
    assert all(isinstance(one, ListView | InvalidInput) for one in outcomes)
    assert ListView.objects.count() == 1
