"""Closing an account: a grace period, then nothing personal is left but what the page names."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.access.models import AccessKind, PurposeKind
from apps.access.services import open_purpose
from apps.accounts.models import User
from apps.agencies.models import Role, RoleGrant
from apps.cameras.matching import find_matches
from apps.cameras.models import Camera
from apps.core.errors import NotAllowed, NotFound
from apps.evidence.models import WitnessContact
from apps.evidence.services.contacts import contact_for
from apps.geo import parse_area
from apps.ledger import merkle
from apps.ledger import selectors as ledger
from apps.ledger import services as ledger_services
from apps.ledger.models import Entry
from apps.ledger.values import Subject
from apps.ledger.verification import verify
from apps.notifications.models import Message
from apps.partners import services
from apps.partners.models import MemberRole, Membership, Partner
from apps.partners.selectors import consented_agencies
from apps.privacy.closing import close_account, erase_due, keep_account
from tests.factories import canaries
from tests.factories.actors import actor_for
from tests.factories.canaries import known_person, tables_with
from tests.factories.people import AgencyFactory, StaffFactory, UserFactory, registrant, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _stores(settings: LazySettings, tmp_path: Path) -> None:
    settings.EVIDENCE_URL = f"file://{tmp_path / 'evidence'}"
    settings.STAGING_DIR = tmp_path / "staging"


def close(user: User) -> None:
    close_account(user=user, actor=actor_for(user))


def after(days: float) -> int:
    with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
        return erase_due()


def test_the_canaries_are_where_one_expects_them_before():
    known_person()
    assert tables_with(canaries.NAME) >= {"accounts_user", "partners_partner", "ledger_privatepart"}
    assert tables_with(canaries.MAIL) >= {"accounts_user", "account_emailaddress"}
    assert tables_with(canaries.OLD_MAIL) == {"notifications_message"}
    assert tables_with(*canaries.PLACES) >= {"cameras_cameraplace", "ledger_privatepart"}
    assert tables_with(canaries.BROWSER) == {"usersessions_usersession"}
    assert tables_with(canaries.ANSWER) == {"footage_requests_response", "ledger_privatepart"}


def test_after_the_grace_period_nothing_personal_is_in_any_table_but_what_the_page_names():
    known = known_person()
    close(known.user)
    assert after(29) == 0
    assert canaries.NAME in known.user.name
    assert after(31) == 1
    assert tables_with(*canaries.PERSONAL, *canaries.PLACES) == {"evidence_witnesscontact"}
    assert tables_with(canaries.FILE) == {"evidence_evidenceitem", "uploads_upload", "ledger_privatepart"}
    contact = WitnessContact.objects.get().contact
    assert canaries.NAME in contact
    assert canaries.MAIL in contact
    assert not any(word in contact for word in (canaries.STREET, canaries.SITE, canaries.NOTE))


def test_who_gave_nothing_leaves_nothing():
    known = known_person(gave=False)
    close(known.user)
    assert after(31) == 1
    assert tables_with(*canaries.PERSONAL, *canaries.PLACES) == set()


def test_the_contact_goes_when_its_time_is_over():
    known = known_person()
    close(known.user)
    after(31)
    assert after(31 + 1400) == 0
    assert tables_with(canaries.NAME, canaries.MAIL) == {"evidence_witnesscontact"}
    assert after(1470) == 1
    assert tables_with(canaries.NAME, canaries.MAIL) == set()


def test_erasing_twice_is_erasing_once_and_the_ledger_stays_whole():
    known = known_person()
    close(known.user)
    assert [after(31), after(31), after(32)] == [1, 0, 0]
    assert Entry.objects.filter(action="account.erased").count() == 1
    assert Entry.objects.filter(action="camera.erased").count() == 1
    ledger_services.sequence()
    report = verify()
    assert (report.broken, report.unchecked) == ([], [])
    assert report.private_erased > 3


def test_a_receipt_that_the_owner_kept_still_verifies():
    known = known_person()
    assert known.item is not None
    ledger_services.sequence()
    entries = ledger.entries_for(Subject.of("evidence_item", known.item.public_id))
    kept, index = bytes(entries[0].leaf), entries[0].place.index
    close(known.user)
    after(31)
    ledger_services.sequence()
    tip = ledger.latest_checkpoint()
    assert tip is not None
    assert bytes(Entry.objects.get(pk=entries[0].pk).leaf) == kept
    proof = ledger.inclusion_proof(index=index, size=tip.size)
    assert merkle.verify_inclusion(
        leaf=merkle.leaf_hash(kept), index=index, size=tip.size, proof=proof, root=bytes(tip.root)
    )
    known.item.refresh_from_db()
    assert known.item.submission.code
    assert known.item.size == len(b"not a video")


def test_nobody_is_asked_from_the_moment_of_closing_and_keeping_undoes_it():
    known = known_person()
    area = parse_area({"type": "Circle", "center": [canaries.PLACE[1], canaries.PLACE[0]], "radius_m": 50})
    assert len(find_matches(area, agency=known.opened.agency)) == 1
    close(known.user)
    assert find_matches(area, agency=known.opened.agency) == []
    assert keep_account(user=known.user, actor=actor_for(known.user))
    assert len(find_matches(area, agency=known.opened.agency)) == 1
    assert list(consented_agencies(known.partner)) == [known.opened.agency]
    assert after(40) == 0
    assert not keep_account(user=known.user, actor=actor_for(known.user))


def test_closing_twice_is_closing_once_with_one_mail():
    user, _partner = registrant()
    for _ in range(3):
        close(user)
        user.refresh_from_db()
    assert Message.objects.filter(kind="account.account_closed").count() == 1
    assert Entry.objects.filter(action="account.closed").count() == 1
    assert Entry.objects.filter(action="partner.left").count() == 1


def test_the_mail_says_what_goes_and_what_stays_in_the_persons_language():
    user, _partner = registrant()
    user.language = "es"
    user.save()
    close(user)
    text = Message.objects.get(kind="account.account_closed").text
    assert "Se borra" in text
    assert "Se queda" in text


@pytest.mark.parametrize(
    ("role", "other", "leaves"),
    [
        (MemberRole.OWNER, MemberRole.OWNER, False),
        (MemberRole.OWNER, MemberRole.MANAGER, True),
        (MemberRole.MANAGER, MemberRole.OWNER, False),
        (MemberRole.RESPONDER, MemberRole.OWNER, False),
    ],
)
def test_the_partner_leaves_with_its_last_owner_and_goes_on_without_anybody_else(role, other, leaves):
    user, partner = registrant()
    Membership.objects.filter(user=user).update(role=role)
    Membership.objects.create(partner=partner, user=UserFactory.create(), role=other)
    close(user)
    partner.refresh_from_db()
    assert (partner.left_at is not None) == leaves
    assert Membership.objects.filter(user=user, ended_at__isnull=True).exists() == leaves
    user.refresh_from_db()
    keep_account(user=user, actor=actor_for(user))
    partner.refresh_from_db()
    assert partner.left_at is None
    assert Membership.objects.get(user=user, ended_at__isnull=True).role == role


def two_owners() -> tuple[User, User, Partner, Membership]:
    first, partner = registrant()
    second = UserFactory.create()
    membership = Membership.objects.create(partner=partner, user=second, role=MemberRole.OWNER)
    return first, second, partner, membership


def test_a_member_who_was_removed_after_closing_does_not_come_back_with_the_account():
    first, second, partner, membership = two_owners()
    close(second)
    services.remove_member(membership=membership, user=first, actor=actor_for(first))
    services.remove_member(membership=membership, user=first, actor=actor_for(first))
    assert Entry.objects.filter(action="membership.removed", subject_id=str(membership.public_id)).count() == 1
    second.refresh_from_db()
    assert keep_account(user=second, actor=actor_for(second))
    assert not Membership.objects.filter(partner=partner, user=second, ended_at__isnull=True).exists()


def test_a_manager_removes_no_owner_who_closed_her_account():
    _first, second, partner, membership = two_owners()
    manager = UserFactory.create()
    Membership.objects.create(partner=partner, user=manager, role=MemberRole.MANAGER)
    close(second)
    with pytest.raises(NotAllowed):
        services.remove_member(membership=membership, user=manager, actor=actor_for(manager))


def test_who_left_before_closing_does_not_come_back_with_the_account():
    _first, second, partner, _membership = two_owners()
    with time_machine.travel(timezone.now(), tick=False):
        services.leave_partner(partner=partner, user=second, actor=actor_for(second))
        close(second)
    second.refresh_from_db()
    assert keep_account(user=second, actor=actor_for(second))
    assert not Membership.objects.filter(partner=partner, user=second, ended_at__isnull=True).exists()


def test_the_page_of_people_shows_who_may_come_back_and_removes_them(client: Client):
    first, second, partner, membership = two_owners()
    close(second)
    sign_in(client, first)
    page = client.get(reverse("web:members")).content.decode()
    assert "closed their account" in page
    remove = reverse("web:member_remove", args=[membership.public_id])
    assert remove in page
    assert client.post(remove, {"sure": "on"}).status_code == 302
    assert "closed their account" not in client.get(reverse("web:members")).content.decode()
    keep_account(user=second, actor=actor_for(second))
    assert list(Membership.objects.filter(partner=partner, ended_at__isnull=True).values_list("user", flat=True)) == [
        first.pk
    ]


def test_what_others_still_own_is_not_erased_with_one_of_them():
    known = known_person(gave=False)
    Membership.objects.create(partner=known.partner, user=UserFactory.create(), role=MemberRole.OWNER)
    close(known.user)
    after(31)
    known.partner.refresh_from_db()
    assert known.partner.name
    assert Camera.objects.get().name == canaries.CAMERA
    assert tables_with(canaries.MAIL, canaries.OLD_MAIL, canaries.BROWSER, canaries.DRAFT) == set()


def test_staff_close_no_account_here(client):
    officer = StaffFactory.create()
    with pytest.raises(NotAllowed):
        close(officer)
    sign_in(client, officer)
    assert client.get(reverse("web:close_account")).status_code == 403


def test_an_erased_address_can_sign_up_anew():
    known = known_person(gave=False)
    close(known.user)
    after(31)
    assert not User.objects.filter(email__in=[canaries.MAIL, canaries.OLD_MAIL]).exists()
    assert not known.client.get(reverse("web:account")).wsgi_request.user.is_authenticated


def test_the_pages_close_and_keep(client):
    user, _partner = registrant()
    sign_in(client, user)
    page = client.get(reverse("web:close_account")).content.decode()
    assert "What is erased" in page
    assert "What stays, and why" in page
    assert client.post(reverse("web:close_account"), {"sure": ""}).status_code == 422
    page = client.post(reverse("web:close_account"), {"sure": "on"}, follow=True).content.decode()
    assert "Keep my account" in page
    for name in ("cameras", "join", "pause", "add_camera"):
        assert client.get(reverse(f"web:{name}"), follow=True).redirect_chain[-1][0] == reverse("web:account")
    page = client.post(reverse("web:keep_account"), follow=True).content.decode()
    assert "Keep my account" not in page
    assert Partner.objects.get().left_at is None


def test_closing_asks_once_more_who_is_there(client: Client):
    user, _partner = registrant()
    sign_in(client, user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": 0}]
    session.save()
    answer = client.post(reverse("web:close_account"), {"sure": "on"})
    assert "reauthenticate" in answer["Location"]
    user.refresh_from_db()
    assert user.closed_at is None


def custodian_and_purpose(known, role=Role.RECORDS_CUSTODIAN, kind=PurposeKind.RECORDS_DUTY):
    officer = staff(role, known.opened.agency)
    RoleGrant.objects.get_or_create(user=officer, agency=known.opened.agency, role=Role.RECORDS_CUSTODIAN)
    purpose = open_purpose(
        user=officer,
        agency=known.opened.agency,
        kind=kind,
        access=AccessKind.WITNESS_CONTACT,
        reason="Subpoena",
    )
    return officer, purpose


def test_the_records_custodian_reads_the_kept_contact_and_the_access_is_recorded():
    known = known_person()
    close(known.user)
    after(31)
    officer, purpose = custodian_and_purpose(known)
    submission = known.item.submission
    told = contact_for(submission=submission, purpose=purpose, user=officer)
    assert told.people == [{"name": f"Ada {canaries.NAME}", "email": canaries.MAIL}]
    assert Entry.objects.filter(action="witness_contact.viewed").count() == 1
    detective = staff(Role.DETECTIVE, known.opened.agency)
    with pytest.raises(NotAllowed):
        contact_for(submission=submission, purpose=purpose, user=detective)
    with pytest.raises(NotAllowed):
        contact_for(submission=submission, purpose=None, user=officer)
    stranger = staff(Role.RECORDS_CUSTODIAN, AgencyFactory.create())
    with pytest.raises(NotAllowed):
        contact_for(submission=submission, purpose=purpose, user=stranger)
    WitnessContact.objects.all().delete()
    with pytest.raises(NotFound):
        contact_for(submission=submission, purpose=purpose, user=officer)
    assert Entry.objects.filter(action="witness_contact.viewed").count() == 1


def test_the_item_page_shows_the_giver_to_the_custodian_who_has_a_duty(client):
    known = known_person()
    close(known.user)
    after(31)
    officer = staff(Role.RECORDS_CUSTODIAN, known.opened.agency)
    sign_in(client, officer)
    page = reverse("admin:evidence_evidenceitem_change", args=[known.item.public_id])
    show = reverse("admin:evidence_evidenceitem_giver", args=[known.item.public_id])
    before = client.get(page).content.decode()
    assert "Show who gave it" in before
    assert canaries.NAME not in client.post(show, follow=True).content.decode()
    assert Entry.objects.filter(action="witness_contact.viewed").count() == 0
    footage = reverse("admin:evidence_evidenceitem_purpose", args=[known.item.public_id])
    client.post(footage, {"reason": "Yearly check of the archive", "kind": "records_duty"})
    refused = client.post(show)
    assert canaries.MAIL not in refused.content.decode()
    assert refused.status_code == 422
    assert canaries.MAIL in client.post(show, {"reason": "Subpoena of 3 May"}).content.decode()
    assert canaries.MAIL not in client.get(page).content.decode()
    assert canaries.MAIL in client.post(show).content.decode()
    assert Entry.objects.filter(action="witness_contact.viewed").count() == 2


def test_the_item_page_offers_nothing_to_a_detective(client):
    known = known_person()
    close(known.user)
    after(31)
    detective = known.opened.author
    sign_in(client, detective)
    assert (
        "Who gave it"
        not in client.get(reverse("admin:evidence_evidenceitem_change", args=[known.item.public_id])).content.decode()
    )
    show = reverse("admin:evidence_evidenceitem_giver", args=[known.item.public_id])
    assert canaries.NAME not in client.post(show, follow=True).content.decode()
