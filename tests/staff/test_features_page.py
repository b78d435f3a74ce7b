"""A program manager opens and closes phases: shown before it is put in force; pages and the menu follow."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.agencies.features import Feature, off_at, present_features, set_features
from apps.agencies.keys import issue_agency_key
from apps.agencies.models import Agency, Role
from apps.core.reading import ReadingMiddleware
from tests.factories.access import agreed_to_places
from tests.factories.api_clients import send
from tests.factories.calls import call_of
from tests.factories.cameras import pending_camera
from tests.factories.footage_requests import open_request
from tests.factories.people import AgencyFactory, registrant, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(agency: Agency) -> User:
    return staff(Role.PROGRAM_MANAGER, agency)


def at(agency: Agency, page: str = "features") -> str:
    return reverse(f"admin:agencies_agency_{page}", args=[agency.public_id])


def chosen(*off: Feature, number: int = 0, **until: str) -> dict[str, Any]:
    """What a manager sends who leaves `off` off."""
    said: dict[str, Any] = {"number": number}
    said |= {f"on_{feature}": "on" for feature in Feature if feature not in off}
    return said | {f"until_{name}": day for name, day in until.items()}


def switch_off(agency: Agency, *names: Feature) -> None:
    manager = staff(Role.PROGRAM_MANAGER, agency)
    set_features(agency=agency, off=dict.fromkeys(names), number=present_features(agency)[0], by=manager)


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_the_preview_says_what_stops_and_what_goes_on_and_saves_nothing(
    agency: Agency, manager: User, client: Client
) -> None:
    open_request(agency)
    page = text_of(sign_in(client, manager).post(at(agency, "features_preview"), chosen(Feature.REQUESTS)))
    assert "No request can be drafted or submitted." in page
    assert "1 open request goes on" in page
    assert "Put this in force" in page
    agency.refresh_from_db()
    assert off_at(agency) == {}


def test_what_is_put_in_force_holds_and_stands_among_the_versions(
    agency: Agency, manager: User, client: Client
) -> None:
    day = (timezone.now() + timedelta(days=40)).date()
    sign_in(client, manager)
    answer = client.post(at(agency), chosen(Feature.CALLS, calls=day.isoformat()), follow=True)
    agency.refresh_from_db()
    assert off_at(agency) == {"calls": day}
    assert "Off: Calls for service, until" in text_of(answer)
    assert "Calls for service, until" in text_of(client.get(at(agency, "change")))


def test_a_day_that_has_come_is_refused_beside_its_field_and_kept(
    agency: Agency, manager: User, client: Client
) -> None:
    answer = sign_in(client, manager).post(at(agency, "features_preview"), chosen(Feature.CALLS, calls="2020-01-01"))
    assert answer.status_code == 422
    assert "Give a day after today" in text_of(answer)
    assert 'value="2020-01-01"' in text_of(answer)


def test_who_comes_second_sees_both_and_can_put_theirs_in_force_after_all(
    agency: Agency, manager: User, client: Client
) -> None:
    switch_off(agency, Feature.LAYERS)
    answer = sign_in(client, manager).post(at(agency), chosen(Feature.CALLS))
    page = text_of(answer)
    assert answer.status_code == 409
    assert "A colleague has changed this meanwhile" in page
    assert "<li>Map layers</li>" in page
    assert not answer.context["form"]["on_calls"].value()
    client.post(at(agency), chosen(Feature.CALLS, number=answer.context["form"]["number"].value()))
    agency.refresh_from_db()
    assert off_at(agency) == {"calls": None}


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.PROGRAM_MANAGER])
def test_the_page_is_not_found_for_other_roles_and_agencies(agency: Agency, role: str) -> None:
    for person in (staff(role, agency), staff(Role.PROGRAM_MANAGER)):
        client = sign_in(Client(), person)
        for answer in (client.get(at(agency)), client.post(at(agency), chosen(*Feature))):
            assert answer.status_code in (403, 404)
    agency.refresh_from_db()
    assert off_at(agency) == {}


# -- role × feature: what the menu names ---------------------------------------------------------------------------


def in_menu(person: User) -> set[str]:
    """The addresses of all pages that the bar leads to, from each of its tabs."""
    as_a_page = ReadingMiddleware(lambda request: admin.site.each_context(request)["bar"])
    found: set[str] = set()
    waiting = ["/admin/"]
    seen: set[str] = set()
    while waiting:
        path = waiting.pop()
        seen.add(path)
        request = RequestFactory().get(path)
        request.user = person
        bar = as_a_page(request)
        found |= {link.url for link in [*bar.tabs, *bar.pages]}
        waiting += [link.url for link in bar.tabs if link.url not in seen]
    return found


PAGES = {
    Feature.PARTNER_MAP: ["admin:partner_map"],
    Feature.CALLS: ["admin:calls_call_changelist", "admin:calls_shiftentry_changelist"],
    Feature.WALLS: ["admin:calls_wallscreen_changelist"],
    Feature.LAYERS: ["admin:layers_layer_changelist"],
    Feature.IMPORTS: ["admin:imports_cameraimport_changelist", "admin:prospects_ownerinvitation_changelist"],
}


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("feature", list(PAGES))
def test_the_menu_loses_the_pages_of_what_is_off_and_nothing_else(agency: Agency, role: str, feature: Feature) -> None:
    person = staff(role, agency)
    before = in_menu(person)
    switch_off(agency, feature)
    assert before - in_menu(person) == before & {reverse(name) for name in PAGES[feature]}


def test_a_page_stays_in_the_menu_while_something_in_it_goes_on(agency: Agency) -> None:
    call_of(agency)
    switch_off(agency, Feature.CALLS)
    assert reverse("admin:calls_call_changelist") in in_menu(staff(Role.ANALYST, agency))


def test_who_serves_where_it_is_on_keeps_the_page(agency: Agency) -> None:
    person = staff(Role.ANALYST, agency)
    switch_off(AgencyFactory.create(), Feature.CALLS)
    assert reverse("admin:calls_call_changelist") in in_menu(person)


# -- pages and the API -----------------------------------------------------------------------------------------------

REFUSED = [
    (Role.DETECTIVE, Feature.REQUESTS, "admin:footage_requests_footagerequest_compose"),
    (Role.DETECTIVE, Feature.PARTNER_MAP, "admin:partner_map"),
    (Role.DETECTIVE, Feature.PARTNER_MAP, "admin:partner_map_places"),
    (Role.DETECTIVE, Feature.PARTNER_MAP, "admin:partner_map_cells"),
    (Role.ANALYST, Feature.CALLS, "admin:calls_call_enter"),
    (Role.PROGRAM_MANAGER, Feature.LAYERS, "admin:layers_layer_make"),
    (Role.PROGRAM_MANAGER, Feature.IMPORTS, "admin:imports_cameraimport_meeting"),
]


@pytest.mark.parametrize(("role", "feature", "page"), REFUSED)
def test_a_page_that_begins_something_says_who_can_switch_it_on(
    agency: Agency, role: str, feature: Feature, page: str
) -> None:
    client = sign_in(Client(), staff(role, agency))
    assert client.get(reverse(page)).status_code != 403
    switch_off(agency, feature)
    answer = client.get(reverse(page))
    assert answer.status_code == 403
    assert "program manager there can switch it on" in text_of(answer)


@pytest.mark.parametrize(
    ("role", "feature", "page", "button"),
    [
        (Role.DETECTIVE, Feature.REQUESTS, "admin:footage_requests_footagerequest_changelist", "addlink"),
        (Role.DETECTIVE, Feature.REQUESTS, "admin:index", "Ask for footage"),
        (Role.SUPERVISOR, Feature.REQUESTS, "admin:index", "Ask for footage"),
        (Role.ANALYST, Feature.CALLS, "admin:calls_call_changelist", "Enter a call"),
        (Role.ANALYST, Feature.CALLS, "admin:calls_shiftentry_changelist", "Add to the log"),
        (Role.SUPERVISOR, Feature.WALLS, "admin:calls_wallscreen_changelist", 'type="submit">Allow a screen'),
        (Role.PROGRAM_MANAGER, Feature.LAYERS, "admin:layers_layer_changelist", "Make a map layer"),
        (Role.PROGRAM_MANAGER, Feature.IMPORTS, "admin:imports_cameraimport_changelist", "Read the file"),
        (Role.PROGRAM_MANAGER, Feature.PARTNER_MAP, "admin:index", "the partner map"),
    ],
)
def test_buttons_of_what_is_off_are_gone(agency: Agency, role: str, feature: Feature, page: str, button: str) -> None:
    client = sign_in(Client(), staff(role, agency))
    assert button in text_of(client.get(reverse(page)))
    switch_off(agency, feature)
    answer = client.get(reverse(page))
    assert answer.status_code == 200
    assert button not in text_of(answer)


def test_links_to_a_map_that_is_off_are_gone(agency: Agency) -> None:
    _user, partner = registrant(agency)
    camera = pending_camera(partner)
    detective = staff(Role.DETECTIVE, agency)
    asked = agreed_to_places(detective, agency)
    pages = [
        (staff(Role.PROGRAM_MANAGER, agency), "admin:cameras_camera_change", camera),
        (detective, "admin:access_placesrequest_change", asked),
    ]
    for person, page, row in pages:
        client = sign_in(Client(), person)
        if row is camera:
            client.post(reverse("admin:cameras_camera_purpose", args=[row.public_id]), {"reason": "Weekly review"})
        assert reverse("admin:partner_map") + "?" in text_of(client.get(reverse(page, args=[row.public_id])))
    switch_off(agency, Feature.PARTNER_MAP)
    for person, page, row in pages:
        shown = text_of(sign_in(Client(), person).get(reverse(page, args=[row.public_id])))
        assert reverse("admin:partner_map") + "?" not in shown


def test_dispatch_reads_why_a_new_call_is_not_taken(agency: Agency, manager: User) -> None:
    cache.clear()
    _key, secret = issue_agency_key(user=manager, agency=agency, name="CAD", days=90)
    switch_off(agency, Feature.CALLS)
    said = {"number": "P26-1", "nature": "Robbery", "received_at": timezone.now().isoformat()}
    answer = send(Client(headers={"Authorization": f"Token {secret}"}), "post", "/api/v1/calls/", said)
    assert answer.status_code == 403
    assert "switched off" in answer.json()["detail"]


# -- the public ------------------------------------------------------------------------------------------------------


def test_the_public_pages_say_that_the_program_has_not_opened(agency: Agency, client: Client) -> None:
    assert "Registering takes about three minutes" in text_of(client.get("/"))
    for one in Agency.objects.all():
        switch_off(one, Feature.REGISTRATION)
    assert "The program does not take registrations yet." in text_of(client.get("/"))
    assert "The program does not take registrations yet." in text_of(client.get(reverse("web:join")))
    assert client.post(reverse("web:join"), {}).status_code == 403


def test_a_partner_who_takes_part_reads_it_in_place_of_the_form(agency: Agency, client: Client) -> None:
    user, _partner = registrant()
    sign_in(client, user)
    for one in Agency.objects.all():
        switch_off(one, Feature.REGISTRATION)
    assert "The program does not take registrations yet." in text_of(client.get(reverse("web:add_camera")))
    assert "The program does not take registrations yet." in text_of(client.get(reverse("web:cameras")))
    assert "Read the file" not in text_of(client.get(reverse("web:imports")))
