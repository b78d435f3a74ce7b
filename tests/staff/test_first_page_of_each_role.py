"""What a page offers to a role opens for that role."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from apps.agencies.models import Role
from apps.ledger import services
from apps.ledger.values import Act, Actor, Subject
from apps.partners.models import Partner
from apps.terms.models import Acceptance
from tests.factories.items import purpose_for_case, sealed_item
from tests.factories.people import AgencyFactory, registrant, staff
from tests.factories.questions import asked_twice
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db

LINK = re.compile(r'<a [^>]*href="(/[^"#]*)')


def links_of(page: str) -> list[str]:
    return sorted({href.replace("&amp;", "&") for href in LINK.findall(page)} - {reverse("web:home")})


@pytest.mark.parametrize("role", Role.values)
def test_each_link_on_the_first_page_opens_for_the_role_that_sees_it(role: str) -> None:
    item = sealed_item(b"frames")
    client = sign_in(Client(), staff(role, item.agency))
    links = links_of(client.get(reverse("admin:index")).content.decode())
    assert len(links) > 3
    assert {href: client.get(href, follow=True).status_code for href in links} == dict.fromkeys(links, 200)


@pytest.mark.parametrize("role", Role.values)
def test_each_link_on_each_list_opens_for_the_role_that_sees_it(role: str) -> None:
    item = sealed_item(b"frames")
    registrant(item.agency)
    client = sign_in(Client(), staff(role, item.agency))
    first = reverse("admin:index")
    seen = {first, *links_of(client.get(first).content.decode())}
    for page in sorted(href for href in seen if href.startswith(first)):
        for href in links_of(client.get(page).content.decode()):
            if href not in seen:
                seen.add(href)
                _answer, twice = asked_twice(lambda href=href: client.get(href))
                assert not twice, (href, twice)
                answer = client.get(href, follow=True)
                assert answer.status_code == 200, (page, href)
                assert "exist" not in "".join(map(str, answer.context["messages"] if answer.context else [])), href


def test_asking_for_footage_is_offered_to_those_who_may_ask() -> None:
    agency = AgencyFactory.create()
    compose = reverse("admin:footage_requests_footagerequest_compose")
    offered = {
        role
        for role in Role.values
        if compose in sign_in(Client(), staff(role, agency)).get(reverse("admin:index")).content.decode()
    }
    assert offered == {Role.DETECTIVE, Role.SUPERVISOR}


def test_a_custodian_gets_no_empty_card_of_decisions() -> None:
    item = sealed_item(b"frames")
    custodian = staff(Role.RECORDS_CUSTODIAN, item.agency)
    client = sign_in(Client(), custodian)
    where = reverse("admin:evidence_evidenceitem_change", args=[item.public_id])
    assert "Decide" not in client.get(where).content.decode()
    purpose_for_case(custodian, item)
    assert "Take a copy of the original" in client.get(where).content.decode()


@pytest.mark.parametrize("model", [Partner, Acceptance])
def test_a_record_has_no_history_but_that_of_the_ledger(model: type[Partner | Acceptance]) -> None:
    agency = AgencyFactory.create()
    registrant(agency)
    row = model.objects.get()
    where = f"admin:{model._meta.label_lower.replace('.', '_')}"
    client = sign_in(Client(), staff(Role.PROGRAM_MANAGER, agency))
    page = client.get(reverse(f"{where}_change", args=[row.public_id])).content.decode()
    assert "/history/" not in page
    assert client.get(reverse(f"{where}_history", args=[row.public_id])).status_code == 404


def test_an_auditor_goes_from_an_entry_to_all_entries_of_its_record() -> None:
    act = Act(
        action="camera.registered",
        actor=Actor(kind="user", public_id="u-1", role="registrant"),
        subject=Subject("camera", "c-1"),
    )
    entry = services.append(act)
    client = sign_in(Client(), staff(Role.AUDITOR))
    page = client.get(reverse("admin:ledger_entry_change", args=[entry.public_id])).content.decode()
    assert f"{reverse('admin:ledger_entry_changelist')}?q=c-1" in page
