"""What the portal noticed: opened once, told once, seen by those who look after it, acknowledged by a person."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.agencies import tasks, witness
from apps.agencies.findings import acknowledge_finding, tell_of_findings, viewable_findings
from apps.agencies.models import Role
from apps.core.errors import InvalidInput, NotAllowed, WrongState
from apps.findings.models import Finding
from apps.findings.services import notice
from apps.ledger.models import Entry, Waiting
from apps.ledger.services import record, sequence
from apps.ledger.values import Actor, Subject
from apps.notifications.models import Message
from tests.factories.people import AgencyFactory, UserFactory, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
KIND = "ledger.behind"


def about(person):
    return Subject.of("user", person.public_id)


def test_the_same_thing_opens_one_finding_and_counts_up(agency):
    person = UserFactory.create()
    for places in (10, 20, 30):
        notice(KIND, about=about(person), agency=agency.public_id, facts={"places": places})
    notice(KIND, about=about(person), facts={})
    finding = Finding.objects.get(agency=str(agency.public_id))
    assert (finding.times, finding.facts) == (3, {"places": 30})
    assert Finding.objects.count() == 2
    assert Entry.objects.filter(action="finding.opened").count() == 2


def test_a_kind_that_nobody_declared_is_a_mistake_in_the_code():
    with pytest.raises(KeyError):
        notice("no.such_kind", facts={})
    assert not Finding.objects.exists()


def test_auditors_see_those_of_their_agency_and_of_the_portal(agency):
    auditor, other = staff(Role.AUDITOR, agency), staff(Role.AUDITOR, AgencyFactory.create())
    notice(KIND, agency=agency.public_id, facts={})
    notice(KIND, facts={})
    assert viewable_findings(auditor).count() == 2
    assert [one.agency for one in viewable_findings(other)] == [""]


def test_managers_look_after_findings_only_where_nobody_audits(agency):
    manager = staff(Role.PROGRAM_MANAGER, agency)
    notice(KIND, agency=agency.public_id, facts={})
    notice(KIND, facts={})
    assert viewable_findings(manager).count() == 2
    staff(Role.AUDITOR, agency)
    assert viewable_findings(manager).count() == 0


@pytest.mark.parametrize(("role", "queries"), [(Role.AUDITOR, 3), (Role.PROGRAM_MANAGER, 3)])
def test_whose_findings_one_sees_is_a_few_queries(role, queries, agency, django_assert_num_queries):
    person = staff(role, agency)
    with django_assert_num_queries(queries):
        viewable_findings(person)


def test_the_menu_names_the_list_only_to_those_who_look_after_findings(agency, client):
    people = [staff(Role.PROGRAM_MANAGER, agency), staff(Role.AUDITOR, agency), staff(Role.PROGRAM_MANAGER)]
    address = reverse("admin:findings_finding_changelist")
    named = []
    for person in people:
        sign_in(client, person)
        named.append(f'href="{address}"' in client.get(reverse("admin:access_purpose_changelist")).content.decode())
        assert client.get(address).status_code == (200 if named[-1] else 403)
    assert named == [False, True, True]


@pytest.mark.parametrize("role", [Role.DETECTIVE, Role.SUPERVISOR, Role.ANALYST, Role.RECORDS_CUSTODIAN])
def test_other_roles_see_none(role, agency, client):
    notice(KIND, agency=agency.public_id, facts={})
    person = staff(role, agency)
    assert not viewable_findings(person).exists()
    sign_in(client, person)
    page = reverse("admin:findings_finding_change", args=[Finding.objects.get().public_id])
    assert client.get(page).status_code == 404
    assert client.get(reverse("admin:findings_finding_changelist")).status_code == 403


def test_an_acknowledged_finding_keeps_its_note_and_the_next_one_is_new(agency):
    auditor = staff(Role.AUDITOR, agency)
    notice(KIND, agency=agency.public_id, facts={})
    finding = acknowledge_finding(finding=Finding.objects.get(), note="The timer had stopped.", by=auditor)
    assert finding.acknowledged_by == str(auditor.public_id)
    entry = Entry.objects.get(action="finding.acknowledged")
    assert entry.actor.agency == agency.short_name
    assert b"timer had" not in bytes(entry.leaf)
    with pytest.raises(WrongState):
        acknowledge_finding(finding=finding, note="Once more, to be sure.", by=auditor)
    notice(KIND, agency=agency.public_id, facts={})
    assert Finding.objects.filter(acknowledged_at__isnull=True).get().times == 1


def test_a_note_is_needed(agency):
    notice(KIND, agency=agency.public_id, facts={})
    with pytest.raises(InvalidInput):
        acknowledge_finding(finding=Finding.objects.get(), note=" ok ", by=staff(Role.AUDITOR, agency))
    assert Finding.objects.get().acknowledged_at is None


def test_nobody_acknowledges_what_is_about_themselves(agency):
    auditor = staff(Role.AUDITOR, agency)
    notice(KIND, about=about(auditor), agency=agency.public_id, facts={})
    with pytest.raises(NotAllowed):
        acknowledge_finding(finding=Finding.objects.get(), note="It was only me.", by=auditor)


def test_an_auditor_of_another_agency_cannot_acknowledge_it(agency):
    notice(KIND, agency=agency.public_id, facts={})
    with pytest.raises(NotAllowed):
        acknowledge_finding(finding=Finding.objects.get(), note="Not my business.", by=staff(Role.AUDITOR))


def test_readers_are_told_once_and_nobody_else(agency):
    auditor, _detective = staff(Role.AUDITOR, agency), staff(Role.DETECTIVE, agency)
    person = UserFactory.create(name="Ada Lovelace")
    notice(KIND, about=about(person), agency=agency.public_id, facts={"places": 900})
    assert (tell_of_findings(), tell_of_findings()) == (1, 0)
    message = Message.objects.get()
    assert message.recipient == auditor.email
    assert "Ada" not in message.text
    assert str(Finding.objects.get().title) in message.text


def test_the_page_says_what_to_do_and_takes_the_note(agency, client):
    auditor, person = staff(Role.AUDITOR, agency), staff(Role.DETECTIVE, agency)
    notice(KIND, about=about(person), agency=agency.public_id, facts={"places": 900})
    finding = Finding.objects.get()
    sign_in(client, auditor)
    listing = reverse("admin:findings_finding_changelist")
    assert str(finding.title) in client.get(listing).content.decode()
    page = client.get(reverse("admin:findings_finding_change", args=[finding.public_id])).content.decode()
    assert person.email in page
    assert "900" in page
    verb = reverse("admin:findings_finding_acknowledge", args=[finding.public_id])
    assert client.post(verb, {"note": ""}).status_code == 422
    assert client.post(verb, {"note": "Asked him: a training."}).status_code == 302
    assert str(finding.title) not in client.get(listing).content.decode().split("result_list")[-1]
    kept = client.get(listing, {"standing": "acknowledged"}).content.decode()
    assert str(finding.title) in kept.split("result_list")[-1]


def test_a_ledger_that_falls_behind_is_noticed():
    record("camera.registered", Subject.of("camera", "c-1"), Actor.system("test"))
    witness.check_age()
    assert not Finding.objects.exists()
    Entry.objects.bulk_create([late(Entry.objects.get())])
    tasks.tell_of_findings()
    assert Finding.objects.get().kind == "ledger.behind"
    sequence()
    assert not Waiting.objects.exists()


def late(entry):
    """Another entry, written before the portal's workers stopped."""
    fields = {one.attname: getattr(entry, one.attname) for one in Entry._meta.concrete_fields}
    when = timezone.now() - timedelta(minutes=11)
    return Entry(**{**fields, "id": entry.pk - 1, "public_id": uuid4(), "recorded_at": when})
