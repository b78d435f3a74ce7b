"""The demo: loads once, the same each time, with a past; its page exists in DEBUG alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.core.mail import EmailMessage, get_connection
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.agencies.models import Role, RoleGrant
from apps.agencies.staff_idle import look_after_idle_staff
from apps.cameras.models import Camera
from apps.cameras.states import CameraState
from apps.demo import mailbox, people
from apps.demo.loading import load_demo
from apps.demo.register import plan_partners
from apps.evidence.models import EvidenceItem
from apps.footage_requests.models import FootageRequest
from apps.footage_requests.states import RequestState
from apps.ledger.models import Entry
from apps.notifications.models import Message
from apps.notifications.states import MessageState
from apps.partners.models import MemberInvitation, Partner
from apps.partners.selectors import members_of, partners_of
from apps.terms.selectors import announced_documents, documents_in_force, shown_terms, version_before
from apps.terms.states import TermsKind
from apps.web.associations.selectors import counts_for_association


def test_the_register_is_planned_the_same_each_time_and_large_enough() -> None:
    plans = plan_partners()
    assert plans == plan_partners()
    cameras = [one for plan in plans for site in plan.sites for one in site.cameras]
    assert len(cameras) >= 1200
    assert len({(one.latitude, one.longitude) for one in cameras}) == len(cameras)
    assert {plan.kind for plan in plans} == {"resident", "business", "association"}
    assert len({plan.email for plan in plans}) == len(plans)


@pytest.mark.django_db
@pytest.mark.usefixtures("own_folders", "small_city", "short_films")
def test_it_loads_everything_once_through_the_real_services() -> None:
    first = load_demo(anchor=date(2026, 11, 20))
    assert first.fresh
    assert first.cameras >= 140
    assert Camera.objects.filter(state=CameraState.ACTIVE, zone__isnull=False).count() >= 140
    assert set(FootageRequest.objects.values_list("state", flat=True)) == set(RequestState.values)
    assert set(RoleGrant.objects.values_list("role", flat=True)) == set(Role.values)
    assert {version.kind for version in documents_in_force()} == set(TermsKind)
    [announced] = announced_documents()
    shown = shown_terms(announced, "es", since=version_before(announced))
    assert shown.comparison is not None
    assert shown.comparison.changed == 2
    assert EvidenceItem.objects.count() == first.items == 4
    assert Entry.objects.filter(action="camera.registered").count() == first.cameras

    assert Camera.objects.filter(state=CameraState.LAPSED).count() == 1
    assert sum(partner.is_paused for partner in Partner.objects.exclude(paused_at=None)) == 1
    [letter] = Message.objects.filter(kind="camera.confirmation", state=MessageState.QUEUED)
    assert letter.recipient == people.DUE[0]
    shop = Partner.objects.get(memberships__user__email=people.RESPONDER[0])
    assert members_of(shop).count() == 3
    assert MemberInvitation.objects.filter(partner=shop, state="open").count() == 1
    assert partners_of(User.objects.get(email=people.RESIDENT[0])).count() == 2
    association = Partner.objects.get(memberships__user__email=people.ASSOCIATION[0])
    assert all(not row.is_hidden for row in counts_for_association(association).members[:2])

    entries = Entry.objects.count()
    again = load_demo(anchor=date(2026, 12, 24))
    assert not again.fresh
    assert (again.partners, again.cameras, again.requests, again.items) == (
        first.partners,
        first.cameras,
        first.requests,
        first.items,
    )
    assert Entry.objects.count() == entries
    assert look_after_idle_staff() == (0, 0), "nobody of the demo's staff is locked out by its past"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["demo:page", "demo:codes"])
def test_its_page_does_not_exist_without_debug(settings, path: str) -> None:  # type: ignore[no-untyped-def]
    assert Client().get(reverse(path)).status_code == 404
    settings.DEBUG, settings.DEMO = True, False
    assert Client().get(reverse(path)).status_code == 404


@pytest.mark.django_db
def test_its_page_shows_people_and_letters(settings, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    settings.DEBUG, settings.EMAIL_FILE_PATH = True, str(tmp_path)
    outbox = get_connection("django.core.mail.backends.filebased.EmailBackend", file_path=str(tmp_path))
    outbox.send_messages([EmailMessage("Your code", "It is 123456", to=["resident@example.org"])])
    page = Client().get(reverse("demo:page")).content.decode()
    assert people.STAFF[0].email in page
    assert "Your code" in page
    [letter] = mailbox.letters(recipient="RESIDENT@example.org")
    assert "It is 123456" in Client().get(reverse("demo:letter", args=[letter.name])).content.decode()
    assert mailbox.letters(recipient="somebody@else.example") == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["../secrets/django:0", "none.log:0", "x:y", "x"])
def test_no_other_file_can_be_read_as_a_letter(settings, tmp_path: Path, name: str) -> None:  # type: ignore[no-untyped-def]
    settings.EMAIL_FILE_PATH = str(tmp_path)
    assert mailbox.letter(name) is None


def test_the_people_of_the_demo_have_addresses_that_no_mail_reaches() -> None:
    reserved = (".example", "@example.org")
    assert all(plan.email.endswith(reserved) for plan in plan_partners())
    assert all(member.email.endswith(reserved) for member in people.STAFF)
