"""An agency's kinds of incident: kept by its manager, chosen by detectives, read by owners as they were."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from apps.agencies.models import Role, RoleGrant
from apps.core.errors import InvalidInput, NotAllowed, Stale
from apps.footage_requests import services
from apps.footage_requests.incident_types import (
    FIRST,
    MOST,
    Given,
    incident_choices,
    incident_names,
    incident_words,
    present_types,
)
from apps.footage_requests.models import FootageRequest, IncidentTypeList
from apps.footage_requests.states import RequestState
from apps.ledger.models import Entry
from apps.notifications import sending
from apps.notifications.models import Message
from tests.cameras.test_at_once import at_once
from tests.factories.actors import actor_for
from tests.factories.footage_requests import camera_at, content, draft, open_request, submitted
from tests.factories.people import AgencyFactory, registrant, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
LIST = reverse("admin:footage_requests_footagerequest_changelist")


def given(one, **changes):
    return Given(**dict(one) | {"place": None} | changes)


def new(english, spanish, **changes):
    return Given(
        **{"code": "", "names": {"en": english, "es": spanish}, "retired": False, "urgent": False, "place": None}
        | changes
    )


def change(manager, agency, *added, number=None, **changes):
    """The list as it is, with `changes` to kinds by their codes, and `added` ones."""
    present_number, present = present_types(agency)
    types = [given(one, **changes.get(one["code"], {})) for one in present]
    return services.set_incident_types(
        agency=agency, types=[*types, *added], number=present_number if number is None else number, by=manager
    )


@pytest.fixture
def manager(agency):
    return staff(Role.PROGRAM_MANAGER, agency)


def test_a_new_agency_has_the_list_that_a_city_starts_with(agency):
    assert present_types(agency) == (0, FIRST)
    with override("es"):
        assert incident_choices(agency)[0] == ("burglary", "robo en propiedad")


def test_a_manager_adds_renames_orders_and_retires_in_one_entry(agency, manager):
    change(
        manager,
        agency,
        new(" catalytic  converter theft", "robo de catalizador", place=1),
        other={"names": {"en": "something else", "es": "otra cosa"}},
        crash={"retired": True},
        robbery={"place": 2},
    )
    assert incident_choices(agency) == [
        ("catalytic_converter_theft", "catalytic converter theft"),
        ("robbery", "robbery"),
        ("burglary", "burglary"),
        ("vehicle", "vehicle theft or burglary"),
        ("violence", "shooting or other violence"),
        ("missing_person", "missing person"),
        ("other", "something else"),
    ]
    (entry,) = Entry.objects.filter(action="agency.incident_types_set")
    assert (entry.facts["number"], entry.facts["before"], entry.facts["after"]) == (1, FIRST, present_types(agency)[1])
    change(manager, agency)
    assert Entry.objects.filter(action="agency.incident_types_set").count() == IncidentTypeList.objects.count() == 1
    change(manager, agency, new("Catalytic converter theft!", "robo de otro catalizador"))
    assert incident_choices(agency)[-1][0] == "catalytic_converter_theft_2"
    assert [one.number for one in IncidentTypeList.objects.order_by("number")] == [1, 2]


@pytest.mark.parametrize(
    ("added", "changes", "field"),
    [
        ([new("vandalism", "")], {}, "es_7"),
        ([new("van\u202edalism", "vandalismo")], {}, "en_7"),
        ([new("v" * 61, "vandalismo")], {}, "en_7"),
        ([new("Burglary", "otro robo")], {}, "en_7"),
        ([], {"crash": {"names": {"en": "crash", "es": "Asalto"}}}, "es_3"),
        ([], {"other": {"names": {"en": " ", "es": "otro"}}}, "en_6"),
        ([], {one["code"]: {"retired": True} for one in FIRST}, None),
        ([], {"other": {"code": "invented"}}, None),
        ([], {"other": {"code": "burglary"}}, None),
        ([new(f"kind {number}", f"tipo {number}") for number in range(MOST)], {}, None),
    ],
)
def test_a_list_that_would_not_do_is_refused_with_a_sentence_beside_the_field(agency, manager, added, changes, field):
    with pytest.raises(InvalidInput) as refused:
        change(manager, agency, *added, **changes)
    assert list(refused.value.fields) == ([field] if field else [])
    assert not IncidentTypeList.objects.exists()


def test_a_kind_in_use_may_have_the_name_of_a_retired_one(agency, manager):
    change(manager, agency, new("robbery", "asalto"), robbery={"retired": True})
    assert incident_choices(agency)[-1] == ("robbery_2", "robbery")


@pytest.mark.parametrize("role", [role for role in Role if role != Role.PROGRAM_MANAGER])
def test_nobody_but_the_agencys_manager_reads_or_changes_the_list(agency, role):
    for who in (staff(role, agency), staff(Role.PROGRAM_MANAGER, AgencyFactory.create())):
        with pytest.raises(NotAllowed):
            change(who, agency, new("vandalism", "vandalismo"))
        client = sign_in(Client(), who)
        page = reverse("admin:agencies_agency_incident_types", args=[agency.public_id])
        preview = reverse("admin:agencies_agency_incident_types_preview", args=[agency.public_id])
        answers = [client.get(page), client.post(page, {}), client.post(preview, {})]
        assert {answer.status_code for answer in answers} <= {403, 404}
    assert not IncidentTypeList.objects.exists()


def test_one_agencys_list_is_not_the_others(agency, manager):
    other = AgencyFactory.create()
    change(manager, agency, new("vandalism", "vandalismo"))
    assert incident_names(agency, "vandalism")["es"] == "vandalismo"
    with pytest.raises(InvalidInput):
        draft(staff(Role.DETECTIVE, other), other, incident_type="vandalism")


def test_a_retired_kind_is_not_for_new_requests_and_a_draft_is_told_when_it_is_submitted(agency, manager):
    author = staff(Role.DETECTIVE, agency)
    request = draft(author, agency)
    change(manager, agency, burglary={"retired": True})
    with pytest.raises(InvalidInput, match="“burglary” is no longer in your agency's list"):
        draft(author, agency)
    with pytest.raises(InvalidInput, match="Choose another kind") as refused:
        services.submit_request(user=author, request=request, version=1, actor=actor_for(author))
    assert list(refused.value.fields) == ["incident_type"]
    request.refresh_from_db()
    assert request.state == RequestState.DRAFT
    request = services.update_request(
        user=author, request=request, version=1, actor=actor_for(author), **content(incident_type="robbery")
    )
    request = services.submit_request(user=author, request=request, version=2, actor=actor_for(author))
    assert request.incident == "robbery"


def test_letters_and_pages_keep_the_name_that_the_request_was_submitted_with(agency, manager):
    user, partner = registrant(agency)
    user.language = "es"
    user.save()
    opened = open_request(agency, camera_at(partner))
    change(manager, agency, burglary={"names": {"en": "break-in", "es": "allanamiento"}, "retired": True})
    services.renew_invitation(user=opened.author, invitation=opened.invitation, actor=actor_for(opened.author))
    assert Message.objects.filter(kind="footage_request.invitation").count() == 2
    sending.send_due()
    assert {"Qué ocurrió: robo en propiedad" in letter.body for letter in mail.outbox} == {True}
    assert FootageRequest.objects.get().incident == "burglary"


def test_a_name_corrected_before_submission_is_the_one_that_owners_read(agency, manager):
    author = staff(Role.DETECTIVE, agency)
    request = draft(author, agency)
    change(manager, agency, burglary={"names": {"en": "break-in", "es": "allanamiento"}})
    request = services.submit_request(user=author, request=request, version=1, actor=actor_for(author))
    assert request.incident_names == {"en": "break-in", "es": "allanamiento"}


def test_supervisors_learn_at_any_hour_of_what_the_agency_marks_as_urgent(agency, manager):
    author, _supervisor = staff(Role.DETECTIVE, agency), staff(Role.SUPERVISOR, agency)
    change(manager, agency, new("kidnapping", "secuestro", urgent=True), violence={"urgent": False})
    for kind, urgent in (("kidnapping", True), ("missing_person", True), ("violence", False), ("burglary", False)):
        Message.objects.all().delete()
        submitted(author, agency, incident_type=kind)
        said = "footage_request.urgent" if urgent else "footage_request.submitted"
        assert list(Message.objects.values_list("kind", flat=True)) == [said]


@pytest.mark.django_db(transaction=True)
def test_of_two_managers_at_once_one_is_told():
    agency = AgencyFactory.create()
    managers = [staff(Role.PROGRAM_MANAGER, agency) for _ in range(2)]
    acts = [lambda who=who: change(who, agency, new(f"kind {who.pk}", f"tipo {who.pk}"), number=0) for who in managers]
    answers = at_once(acts)
    assert sorted(type(one) for one in answers if not isinstance(one, list)) == [Stale], answers
    assert IncidentTypeList.objects.count() == 1


def test_the_staffs_list_says_and_filters_by_words_also_retired_ones(agency, manager):
    opened = open_request(agency)
    change(manager, agency, new("vandalism", "vandalismo"), burglary={"retired": True})
    assert dict(incident_words([agency, AgencyFactory.create()]))["vandalism"] == "vandalism"
    client = sign_in(Client(), opened.author)
    page = client.get(LIST).content.decode()
    assert "?incident_type=vandalism" in page
    assert opened.request.code in client.get(f"{LIST}?incident_type=burglary").content.decode()
    assert opened.request.code not in client.get(f"{LIST}?incident_type=vandalism").content.decode()


def form_of(agency, **changes):
    """What the manager's page sends."""
    number, types = present_types(agency)
    data = {"number": number, "rows": len(types) + 1}
    for row, one in enumerate(types):
        data |= {f"code_{row}": one["code"], f"place_{row}": (row + 1) * 10}
        data |= {f"{language}_{row}": name for language, name in one["names"].items()}
        data |= {f"in_use_{row}": "on"} if not one["retired"] else {}
        data |= {f"urgent_{row}": "on"} if one["urgent"] else {}
    return data | changes


def test_the_page_previews_letters_in_both_languages_and_then_saves(agency, manager):
    client = sign_in(Client(), manager)
    url = reverse("admin:agencies_agency_incident_types", args=[agency.public_id])
    preview = reverse("admin:agencies_agency_incident_types_preview", args=[agency.public_id])
    assert "shooting or other violence" in client.get(url).content.decode()
    data = form_of(agency, en_7="vandalism", es_7="vandalismo", in_use_7="on", place_7="5")
    del data["in_use_6"]
    page = client.post(preview, data).content.decode()
    for words in ("What happened: vandalism", "Qué ocurrió: vandalismo", "Not offered any more: other.", "ABC-123"):
        assert words in page
    assert not IncidentTypeList.objects.exists()
    saved = client.post(url, data, follow=True).content.decode()
    assert "use this list" in saved
    assert incident_choices(agency)[0] == ("vandalism", "vandalism")
    assert "other" not in dict(incident_choices(agency))
    again = client.post(preview, form_of(agency))
    assert "There is nothing to save." in again.content.decode()
    for wrong, sentence in (({"en_0": ""}, "Please fill this in."), ({"place_1": "x"}, "Enter a whole number.")):
        refused = client.post(preview, form_of(agency, **wrong))
        assert refused.status_code == 422
        assert sentence in refused.content.decode()
    stale = client.post(url, form_of(agency, number=0))
    assert stale.status_code == 409


@pytest.mark.parametrize("rows", ["", "-1", "999", "x"])
def test_a_form_with_an_invented_number_of_rows_saves_nothing(agency, manager, rows):
    client = sign_in(Client(), manager)
    url = reverse("admin:agencies_agency_incident_types", args=[agency.public_id])
    assert client.post(url, form_of(agency, rows=rows)).status_code == 422
    assert not IncidentTypeList.objects.exists()


def test_a_detective_of_two_agencies_chooses_from_each_agencys_list(agency, manager):
    other = AgencyFactory.create()
    author = staff(Role.DETECTIVE, agency)
    compose = reverse("admin:footage_requests_footagerequest_compose")
    change(manager, agency, new("vandalism", "vandalismo"))
    client = sign_in(Client(), author)
    assert "<optgroup" not in client.get(compose).content.decode()
    RoleGrant.objects.create(user=author, agency=other, role=Role.DETECTIVE)
    page = client.get(compose).content.decode()
    assert f'<optgroup label="{other.short_name}">' in page
    assert page.count("Vandalism") == 1


def test_the_words_of_many_agencies_cost_one_query(agency, django_assert_num_queries):
    many = [agency, AgencyFactory.create(), AgencyFactory.create()]
    with django_assert_num_queries(1):
        incident_words(many)
