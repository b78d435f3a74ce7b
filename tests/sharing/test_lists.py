"""The disclosure list as a file, and the public list of who shares with whom."""

from __future__ import annotations

import io

import pypdf
import pytest
from django.test import Client
from django.urls import reverse

from apps.agencies.models import Role
from apps.evidence.models import EvidenceItem
from apps.ledger.models import Entry
from apps.sharing.public_list import public_sharing_list
from apps.sharing.services import add_later_items
from tests.factories.people import staff
from tests.factories.sessions import sign_in
from tests.factories.sharing import accepted_item, end_now, grant_of, office_agreement, video_agreement

pytestmark = pytest.mark.django_db


@pytest.fixture
def item() -> EvidenceItem:
    return accepted_item()


@pytest.mark.parametrize("form", ["csv", "pdf"])
def test_the_list_says_what_was_given_when_and_taking_it_is_recorded(item, form):
    grant = grant_of(item, later_items=True)
    later = accepted_item(b"later", sent_through=item.submission.invitation)
    add_later_items(grant_pk=grant.pk)
    client = Client()
    sign_in(client, staff(Role.RECORDS_CUSTODIAN, item.agency))
    answer = client.post(reverse("admin:sharing_grant_list", args=[grant.public_id, form]))
    content = b"".join(answer) if answer.streaming else answer.content
    if form == "pdf":
        reader = pypdf.PdfReader(io.BytesIO(content))
        content = "".join(page.extract_text() for page in reader.pages).encode()
        assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    told = content.decode()
    assert told.index(item.digest[:40]) < told.index(later.digest[:40])
    assert Entry.objects.get(action="grant.list_taken").facts["form"] == form


def test_an_auditor_reads_the_grant_and_takes_no_list(item):
    grant = grant_of(item)
    client = Client()
    sign_in(client, staff(Role.AUDITOR, item.agency))
    assert client.get(reverse("admin:sharing_grant_change", args=[grant.public_id])).status_code == 200
    assert client.post(reverse("admin:sharing_grant_list", args=[grant.public_id, "csv"])).status_code == 403


def test_the_public_list_is_made_of_agreements_in_force_and_hides_small_counts(item):
    office = office_agreement(item.agency, title="A title with a name in it")
    video_agreement(item.agency)
    grant_of(item, agreement=office, recipient="Casey", address="casey@court.example")
    lines = public_sharing_list()
    assert {line.recipient for line in lines} >= {"State Attorney, Second Circuit"}
    assert {line.times for line in lines} == {"fewer than five times"}
    page = Client().get(reverse("web:program")).content.decode()
    assert "State Attorney, Second Circuit" in page
    for hidden in ("A title with", "Casey", grant_case(item)):
        assert hidden not in page
    end_now(office)
    assert "State Attorney" not in Client().get(reverse("web:program")).content.decode()


def grant_case(item: EvidenceItem) -> str:
    return item.submission.case.number
