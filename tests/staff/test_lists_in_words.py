"""Lists and pages of the staff site say words where a person reads: no public id is a title, no empty list is mute."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.contrib import admin
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from apps.access.models import AccessKind, PurposeKind
from apps.access.services import open_purpose
from apps.accounts.models import User
from apps.agencies.models import Agency, Role
from apps.evidence.models import EvidenceItem
from apps.footage_requests.codes import camera_code
from apps.footage_requests.models import Match
from apps.ledger.models import Entry
from apps.notifications.models import Message
from apps.partners.models import Partner
from apps.prospects.models import OwnerInvitation
from apps.prospects.states import Origin
from apps.terms.models import Acceptance
from tests.factories.evidence import received_item
from tests.factories.footage_requests import Opened, open_request
from tests.factories.people import staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db


def headings_of(page: str) -> str:
    """The title of the window, the trail and the page's headings."""
    return "\n".join(re.findall(r'<title>.*?</title>|<h[12].*?</h[12]>|<div class="breadcrumbs">.*?</div>', page, re.S))


@pytest.fixture
def opened(agency: Agency) -> Opened:
    return open_request(agency)


def rows_with_pages(opened: Opened, agency: Agency) -> list[object]:
    OwnerInvitation.objects.create(agency=agency, origin=Origin.FILE, email_key="0" * 32)
    kinds = (Partner, Acceptance, Message, OwnerInvitation, Entry)
    return [model._default_manager.order_by("pk").first() for model in kinds]


def test_pages_are_called_by_words_and_no_public_id(opened, agency):
    manager, auditor = (sign_in(Client(), staff(role, agency)) for role in (Role.PROGRAM_MANAGER, Role.AUDITOR))
    for row in rows_with_pages(opened, agency):
        client = auditor if isinstance(row, Entry) else manager
        page = client.get(reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.public_id]))
        assert page.status_code == 200
        said = headings_of(page.content.decode())
        assert str(row.public_id) not in re.sub(r'href="[^"]*"', "", said)
        with timezone.override(ZoneInfo(settings.PORTAL_TIME_ZONE)):  # the day may be another one than in UTC
            title = admin.site._registry[type(row)].called(row)
        assert title in page.context["title"]
    page = manager.get(reverse("admin:notifications_message_changelist")).content.decode()
    assert re.search(r"<a href=[^>]*>Request for footage</a>", page)
    partner = Acceptance.objects.order_by("pk").first().partner
    assert partner.name in headings_of(
        manager.get(reverse("admin:partners_partner_change", args=[partner.public_id])).content.decode()
    )


def test_a_file_is_listed_by_case_and_camera_and_found_by_the_request(opened, agency):
    item = received_item(b"video", sent_through=opened.invitation)
    match = Match.objects.filter(request=opened.request).first()
    EvidenceItem.objects.filter(pk=item.pk).update(match=match)
    client = sign_in(Client(), staff(Role.DETECTIVE, agency))
    listed = reverse("admin:evidence_evidenceitem_changelist")
    page = client.get(listed, {"q": opened.request.code}).content.decode()
    row = re.search(r"<tbody>.*</tbody>", page, re.S)
    assert row
    assert re.search(rf"<a href=[^>]*>{re.escape(opened.request.case.number)}</a>", row[0])
    assert camera_code(match.camera.public_id) in row[0]
    assert camera_code(match.camera.public_id) not in client.get(listed, {"q": "R-0000000"}).content.decode()


@pytest.mark.parametrize(
    ("role", "name", "hint"),
    [
        (Role.DETECTIVE, "evidence_evidenceitem", "when an owner answers"),
        (Role.DETECTIVE, "footage_requests_footagerequest", "Write a request"),
        (Role.DETECTIVE, "agencies_case", "first request"),
        (Role.DETECTIVE, "access_purpose", "somebody says why"),
        (Role.DETECTIVE, "access_placesrequest", "on the partner map"),
        (Role.PROGRAM_MANAGER, "cameras_camera", "No registration waits"),
        (Role.PROGRAM_MANAGER, "partners_partner", "public pages"),
        (Role.PROGRAM_MANAGER, "terms_acceptance", "accepts terms"),
        (Role.PROGRAM_MANAGER, "prospects_ownerinvitation", "invites its owner"),
        (Role.PROGRAM_MANAGER, "notifications_message", "with the act"),
    ],
)
def test_an_empty_list_says_what_to_do(agency, role, name, hint):
    client = sign_in(Client(), staff(role, agency))
    page = client.get(reverse(f"admin:{name}_changelist"))
    assert page.status_code == 200
    assert hint in page.content.decode()


def test_a_search_without_a_match_offers_to_clear_it(opened, agency):
    client = sign_in(Client(), staff(Role.DETECTIVE, agency))
    listed = reverse("admin:footage_requests_footagerequest_changelist")
    for asked in ({"q": "R-0000000"}, {"state__exact": "closed"}):
        page = client.get(listed, asked).content.decode()
        assert "Nothing matches." in page
        assert '<a href="?">' in page
        assert "No request yet" not in page
    assert "Nothing matches." not in client.get(listed).content.decode()


def test_an_auditor_finds_purposes_by_the_colleagues_address_or_badge(agency):
    dana, other = staff(Role.DETECTIVE, agency), staff(Role.DETECTIVE, agency)
    User.objects.filter(pk=dana.pk).update(badge="4711")
    for who in (dana, other):
        open_purpose(
            user=who,
            agency=agency,
            kind=PurposeKind.CASE,
            access=AccessKind.REQUEST_CAMERAS,
            reason=f"Reason of {who.pk}.",
            case_number="26-000001",
        )
    client = sign_in(Client(), staff(Role.AUDITOR, agency))
    listed = reverse("admin:access_purpose_changelist")
    for asked in ("4711", dana.email):
        page = client.get(listed, {"q": asked}).content.decode()
        assert f"Reason of {dana.pk}." in page
        assert f"Reason of {other.pk}." not in page
    assert "Nothing matches." in client.get(listed, {"q": dana.email[:5]}).content.decode()


def test_lists_of_cases_requests_and_files_look_up_exactly_or_by_a_beginning():
    for model, screen in admin.site._registry.items():
        if model._meta.app_label in ("agencies", "footage_requests", "evidence", "access"):
            fields = screen.get_search_fields(RequestFactory().get("/"))
            assert all(one.endswith(("__iexact", "startswith")) for one in fields), model


def test_each_list_has_a_name_of_its_own_that_can_be_translated() -> None:
    """Where a model names one alone, Django adds an s, in Spanish too."""
    unnamed = [
        model.__name__ for model in admin.site._registry if "verbose_name_plural" not in model._meta.original_attrs
    ]
    assert unnamed == []
