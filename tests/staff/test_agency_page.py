"""A program manager sets the pattern of case numbers; an auditor sees which cases nobody approved anything for."""

import pytest
from django.urls import reverse

from apps.agencies.models import Role
from apps.agencies.services import get_or_create_case, set_case_mask
from apps.core.errors import InvalidInput, NotAllowed
from apps.ledger.models import Entry
from tests.factories.access import agreed_to_places, asked_for_places
from tests.factories.footage_requests import open_request
from tests.factories.people import AgencyFactory, CaseFactory, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db


def set_on_page(client, agency, mask):
    return client.post(
        reverse("admin:agencies_agency_case_numbers", args=[agency.public_id]), {"case_mask": mask}, follow=True
    )


def test_a_manager_sets_the_pattern_and_sees_an_example(agency, client):
    manager = staff(Role.PROGRAM_MANAGER, agency)
    sign_in(client, manager)
    page = set_on_page(client, agency, " tpd-##-###### ").content.decode()
    assert "<strong>TPD-26-012345</strong>" in page
    agency.refresh_from_db()
    with pytest.raises(InvalidInput, match="TPD-26-012345"):
        get_or_create_case(agency=agency, number="INVENTED 1")
    entry = Entry.objects.get(action="agency.case_numbers_set")
    assert (entry.facts["before"], entry.facts["after"]) == ("", "TPD-##-######")
    assert entry.actor.agency == agency.short_name


def test_setting_what_is_set_already_writes_nothing(agency):
    manager = staff(Role.PROGRAM_MANAGER, agency)
    for _time in range(2):
        set_case_mask(agency=agency, case_mask="##-####", by=manager)
    assert Entry.objects.filter(action="agency.case_numbers_set").count() == 1


def test_an_empty_pattern_takes_any_number_again(agency, client):
    sign_in(client, staff(Role.PROGRAM_MANAGER, agency))
    set_on_page(client, agency, "##-####")
    set_on_page(client, agency, "")
    assert get_or_create_case(agency=agency, number="any 1").number == "ANY 1"


@pytest.mark.parametrize(
    "nonsense", ["TPD", "##", "@@@@", "---", "(a+)+####", "TPD--####", "TPD-####-", "＃＃＃＃", "#" * 41]
)
def test_a_pattern_that_is_none_is_refused_and_kept_in_the_form(nonsense, agency, client):
    sign_in(client, staff(Role.PROGRAM_MANAGER, agency))
    answer = set_on_page(client, agency, nonsense)
    assert answer.status_code == 422
    assert nonsense in answer.content.decode()
    agency.refresh_from_db()
    assert agency.case_mask == ""


@pytest.mark.parametrize("role", [one for one in Role if one != Role.PROGRAM_MANAGER])
def test_nobody_else_sets_it(role, agency, client):
    person = staff(role, agency)
    sign_in(client, person)
    assert set_on_page(client, agency, "##-####").status_code == 404
    with pytest.raises(NotAllowed):
        set_case_mask(agency=agency, case_mask="##-####", by=person)


def test_a_manager_of_another_agency_finds_none(agency, client):
    other = staff(Role.PROGRAM_MANAGER, AgencyFactory.create())
    sign_in(client, other)
    assert set_on_page(client, agency, "##-####").status_code == 404
    with pytest.raises(NotAllowed):
        set_case_mask(agency=agency, case_mask="##-####", by=other)


def test_the_list_of_cases_says_for_which_nobody_approved_anything(agency, client):
    detective = staff(Role.DETECTIVE, agency)
    approved = open_request(agency).request.case.number
    agreed_to_places(detective, agency, "AGREED 1")
    asked_for_places(detective, agency, "WAITS 1")
    CaseFactory.create(agency=agency, number="INVENTED 1")
    sign_in(client, staff(Role.AUDITOR, agency))
    cases = reverse("admin:agencies_case_changelist")

    def shown(query: str) -> set[str]:
        page = client.get(f"{cases}{query}").content.decode()
        return {one for one in (approved, "AGREED 1", "WAITS 1", "INVENTED 1") if one in page}

    assert shown("?approval=none") == {"WAITS 1", "INVENTED 1"}
    assert shown("?approval=some") == {approved, "AGREED 1"}
    assert len(shown("")) == 4
    assert "nobody approved anything" in client.get(cases).content.decode()


def test_a_manager_lets_sound_in_and_the_page_says_what_holds(agency, client):
    sign_in(client, staff(Role.PROGRAM_MANAGER, agency))
    address = reverse("admin:agencies_agency_sound", args=[agency.public_id])
    page = client.get(reverse("admin:agencies_agency_change", args=[agency.public_id])).content.decode()
    assert "Working copies have no sound" in page
    page = client.post(address, {"sound_in_copies": "yes"}, follow=True).content.decode()
    assert "A working copy has its sound where" in page
    client.post(address, {"sound_in_copies": "no"})
    agency.refresh_from_db()
    assert not agency.sound_in_copies
