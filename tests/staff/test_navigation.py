"""The bar of the staff's pages: each screen under one tab, few tabs for everybody, and where one is."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from django.contrib import admin
from django.test import Client, RequestFactory
from django.urls import reverse

from apps.agencies.models import Role
from apps.staff.navigation import GROUPS, Bar, Page
from tests.factories.people import AgencyFactory, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db

SECOND_ROW = re.compile(r'<nav class="staff-nav staff-pages".*?</nav>', re.S)


def bar_of(role: str, path: str = "/admin/") -> Bar:
    request = RequestFactory().get(path)
    request.user = staff(role)
    bar = admin.site.each_context(request)["bar"]
    assert isinstance(bar, Bar)
    return bar


def test_each_screen_with_a_place_in_the_menu_is_under_exactly_one_tab() -> None:
    named = Counter(page for group in GROUPS for page in group.pages if isinstance(page, str))
    assert named == {model._meta.label: 1 for model in admin.site._registry}


@pytest.mark.parametrize("role", Role.values)
def test_no_role_has_more_than_six_tabs_and_the_first_is_today(role: str) -> None:
    titles = [tab.title for tab in bar_of(role).tabs]
    assert titles[0] == "Today"
    assert 4 <= len(titles) <= 6


def test_each_role_has_the_tabs_of_its_work() -> None:
    tabs = {role: [tab.title for tab in bar_of(role).tabs[1:]] for role in Role}
    assert tabs == {
        Role.DETECTIVE: ["Requests", "Cases", "Map and calls", "Audit"],
        Role.SUPERVISOR: ["Requests", "Cases", "Map and calls", "Program", "Audit"],
        Role.ANALYST: ["Requests", "Cases", "Map and calls", "Audit"],
        Role.PROGRAM_MANAGER: ["Map and calls", "Register", "Program", "Audit"],
        Role.RECORDS_CUSTODIAN: ["Requests", "Cases", "Map and calls", "Audit"],
        Role.AUDITOR: ["Requests", "Cases", "Register", "Program", "Audit"],
    }


@pytest.mark.parametrize("role", Role.values)
def test_each_tab_leads_to_the_first_of_its_pages_and_shows_the_others(role: str) -> None:
    client = sign_in(Client(), staff(role))
    for tab in bar_of(role).tabs:
        answer = client.get(tab.url)
        assert answer.status_code == 200, tab
        bar = answer.context["bar"]
        assert [one.url for one in bar.tabs if one.current] == [tab.url]
        if bar.pages:
            assert bar.inside == tab.title
            assert [one.url for one in bar.pages if one.current == "page"] == [bar.pages[0].url] == [tab.url]


def test_a_page_below_a_list_is_inside_its_tab() -> None:
    bar = bar_of(Role.DETECTIVE, reverse("admin:footage_requests_footagerequest_compose"))
    assert [(tab.title, tab.current) for tab in bar.tabs if tab.current] == [("Requests", "true")]
    assert [page.current for page in bar.pages] == ["true", ""]


def test_a_tab_with_one_page_has_no_second_row() -> None:
    bar = bar_of(Role.RECORDS_CUSTODIAN, reverse("admin:partner_map"))
    assert [(tab.title, tab.current) for tab in bar.tabs if tab.current] == [("Map and calls", "page")]
    assert bar.pages == []


def test_a_role_finds_no_page_that_refuses_it() -> None:
    named = {reverse(page.name) for group in GROUPS for page in group.pages if isinstance(page, Page)}
    for role in Role:
        client, agency = Client(), AgencyFactory.create()
        sign_in(client, staff(role, agency))
        for tab in bar_of(role).tabs:
            for page in client.get(tab.url).context["bar"].pages:
                if page.url in named:
                    assert client.get(page.url, follow=True).status_code == 200, (role, page)


def test_the_page_in_front_is_marked_in_both_rows() -> None:
    page = sign_in(Client(), staff(Role.DETECTIVE)).get(reverse("admin:access_placesrequest_changelist"))
    second = SECOND_ROW.search(page.content.decode())
    assert second is not None
    assert 'aria-label="Requests"' in second[0]
    assert second[0].count('aria-current="page"') == 1
    assert page.content.decode().count('aria-current="true"') == 1


def test_the_bar_speaks_spanish() -> None:
    client = sign_in(Client(), staff(Role.DETECTIVE))
    page = client.get(reverse("admin:calls_call_changelist"), headers={"accept-language": "es"})
    assert [tab.title for tab in page.context["bar"].tabs] == [
        "Hoy",
        "Solicitudes",
        "Casos",
        "Mapa y llamadas",
        "Auditoría",
    ]
