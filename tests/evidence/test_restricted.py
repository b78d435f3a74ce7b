"""A restricted item (s. 119.071(2)(h), F.S.) exists for cleared colleagues of its agency and for its giver alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.agencies.models import Role, RoleGrant
from apps.core.errors import InvalidInput, NotAllowed, NotFound
from apps.disclosure.export_policies import can_take_package, can_view_export, viewable_exports
from apps.disclosure.export_selectors import items_to_offer
from apps.disclosure.export_states import SecondReason
from apps.disclosure.services import add_items
from apps.disclosure.services.export_asking import request_export
from apps.disclosure.services.export_taking import is_held_back
from apps.evidence import policies, selectors
from apps.evidence.media_tokens import make_token
from apps.evidence.models import EvidenceItem
from apps.evidence.presentation import custody_of
from apps.evidence.services import footage_access, triage
from apps.evidence.services.restriction import lift_restriction, restrict_item
from apps.evidence.services.working import subject_of
from apps.footage_requests.submitted import submitted_items
from apps.ledger import selectors as ledger
from tests.factories.disclosure import taken_request
from tests.factories.exports import FOR, asker, built, export_of, plain_item
from tests.factories.items import playable_item, purpose_for_case, sealed_item
from tests.factories.people import AgencyFactory, cleared_staff, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
WHY = "A child is seen."


def restricted(item: EvidenceItem) -> EvidenceItem:
    return restrict_item(item=item, user=staff(Role.SUPERVISOR, item.agency), reason=WHY)


def acts_on(item: EvidenceItem) -> list[str]:
    return [entry.action.removeprefix("evidence_item.") for entry in ledger.entries_for(subject_of(item))]


@pytest.mark.parametrize("role", Role.values)
def test_nobody_sees_it_without_a_clearance_and_a_clearance_adds_nothing_else(role: str) -> None:
    item = sealed_item(b"frames")
    plain, cleared = staff(role, item.agency), cleared_staff(role, item.agency)
    before = (policies.can_view_item(plain, item), policies.can_play_item(plain, item))
    item = restricted(item)
    for one, may in ((plain, (False, False)), (cleared, before)):
        assert (policies.can_view_item(one, item), policies.can_play_item(one, item)) == may
        assert policies.viewable_items(one).filter(pk=item.pk).exists() is may[0]
    for ask in (
        policies.can_download_original,
        policies.can_triage_item,
        policies.can_retry_item,
        policies.can_restrict_item,
        policies.is_records_keeper,
        policies.can_lift_restriction,
    ):
        assert not ask(plain, item)


def test_a_clearance_in_another_agency_opens_nothing_here() -> None:
    item = restricted(sealed_item(b"frames"))
    both = cleared_staff(Role.DETECTIVE, AgencyFactory.create())
    RoleGrant.objects.create(user=both, agency=item.agency, role=Role.DETECTIVE)
    with pytest.raises(NotFound):
        selectors.get_item_for(both, item.public_id)


def test_a_clearance_ends_with_its_role_and_does_not_count_without_the_training() -> None:
    item = restricted(sealed_item(b"frames"))
    user = cleared_staff(Role.DETECTIVE, item.agency)
    grant = RoleGrant.objects.filter(user=user)
    assert policies.can_view_item(user, item)
    item.agency.training_months = 12
    item.agency.save(update_fields=["training_months"])
    assert not policies.can_view_item(user, item)
    grant.update(trained_until=timezone.now() + timedelta(days=1))
    assert policies.can_view_item(user, item)
    grant.update(ended_at=timezone.now())
    RoleGrant.objects.create(
        user=user, agency=item.agency, role=Role.DETECTIVE, trained_until=timezone.now() + timedelta(days=1)
    )
    assert not policies.can_view_item(user, item)


def test_restricting_twice_is_one_act_and_its_reason_is_not_in_the_leaf() -> None:
    item = sealed_item(b"frames")
    for _time in range(2):
        restrict_item(item=item, user=cleared_staff(Role.SUPERVISOR, item.agency), reason=WHY)
    assert acts_on(item).count("restricted") == 1
    assert WHY.encode() not in bytes(ledger.entries_for(subject_of(item))[-1].leaf)


@pytest.mark.parametrize("role", [Role.ANALYST, Role.AUDITOR, Role.PROGRAM_MANAGER])
def test_other_roles_restrict_nothing(role: str) -> None:
    item = sealed_item(b"frames")
    with pytest.raises(NotAllowed):
        restrict_item(item=item, user=staff(role, item.agency), reason=WHY)


def test_restricting_and_lifting_need_a_reason() -> None:
    item = sealed_item(b"frames")
    with pytest.raises(InvalidInput):
        restrict_item(item=item, user=staff(Role.SUPERVISOR, item.agency), reason=" ")
    with pytest.raises(InvalidInput):
        lift_restriction(item=restricted(item), user=cleared_staff(Role.SUPERVISOR, item.agency), reason="")


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.RECORDS_CUSTODIAN])
def test_a_cleared_supervisor_or_custodian_lifts_it_once(role: str) -> None:
    item = restricted(sealed_item(b"frames"))
    for person in (staff(role, item.agency), cleared_staff(Role.DETECTIVE, item.agency)):
        with pytest.raises(NotAllowed):
            lift_restriction(item=item, user=person, reason="A mistake.")
    who = cleared_staff(role, item.agency)
    for _time in range(2):
        item = lift_restriction(item=item, user=who, reason="A mistake.")
    assert (item.is_restricted, item.restricted_because) == (False, "")
    assert acts_on(item).count("restriction_lifted") == 1
    assert policies.can_view_item(staff(Role.DETECTIVE, item.agency), item)


def test_neither_its_giver_nor_a_court_reads_that_it_was_restricted() -> None:
    item = restricted(sealed_item(b"frames"))
    assert not any("hidden" in line.act for line in custody_of(item))
    assert any("hidden" in line.act for line in custody_of(item, named=True))


def opened(item: EvidenceItem, user: User) -> tuple[Client, footage_access.MediaAccess]:
    client = sign_in(Client(), user)
    access = footage_access.open_footage(
        user=user, item=item, purpose=purpose_for_case(user, item), session_key=client.session.session_key
    )
    return client, access


def test_an_address_that_played_stops_playing_and_a_poster_stops_for_everybody() -> None:
    item = playable_item()
    client, access = opened(item, staff(Role.DETECTIVE, item.agency))
    cleared, cleared_access = opened(item, cleared_staff(Role.DETECTIVE, item.agency))
    film, poster = (f"/media/{make_token(access.for_thing(kind))}" for kind in ("working_copy", "poster"))
    assert [client.get(address).status_code for address in (film, poster)] == [200, 200]
    restricted(item)
    assert [client.get(address).status_code for address in (film, poster)] == [404, 404]
    theirs = [f"/media/{make_token(cleared_access.for_thing(kind))}" for kind in ("working_copy", "poster")]
    assert [cleared.get(address).status_code for address in theirs] == [200, 404]


def test_its_poster_is_not_opened_for_anybody() -> None:
    item = restricted(playable_item())
    user = cleared_staff(Role.DETECTIVE, item.agency)
    purpose = purpose_for_case(user, item)
    with pytest.raises(NotAllowed):
        footage_access.open_posters(user=user, items=[item], purpose=purpose, session_key="s")


def test_pages_of_staff_do_not_tell_of_it() -> None:
    item = sealed_item(b"frames")
    who, cleared = staff(Role.DETECTIVE, item.agency), cleared_staff(Role.DETECTIVE, item.agency)
    restricted(item)
    page = reverse("admin:evidence_evidenceitem_change", args=[item.public_id])
    shown = [
        reverse("admin:evidence_evidenceitem_changelist"),
        reverse("admin:evidence_evidenceitem_changelist") + f"?q={item.digest[:12]}",
        reverse("admin:agencies_case_change", args=[item.submission.case.public_id]),
    ]
    plain, theirs = sign_in(Client(), who), sign_in(Client(), cleared)
    assert (plain.get(page).status_code, theirs.get(page).status_code) == (404, 200)
    for address in shown:
        assert str(item.public_id) not in plain.get(address).content.decode()
        assert str(item.public_id) in theirs.get(address).content.decode()
    assert submitted_items(item.submission.invitation.request) == []


def test_who_restricts_it_without_a_clearance_is_led_to_the_list() -> None:
    item = sealed_item(b"frames")
    client = sign_in(Client(), staff(Role.DETECTIVE, item.agency))
    answer = client.post(reverse("admin:evidence_evidenceitem_restrict", args=[item.public_id]), {"reason": WHY})
    assert answer.url == reverse("admin:evidence_evidenceitem_changelist")
    assert EvidenceItem.objects.get(pk=item.pk).restricted_because == WHY


def test_verbs_are_refused_to_who_held_the_item_before() -> None:
    item = sealed_item(b"frames")
    detective = staff(Role.DETECTIVE, item.agency)
    restricted(item)
    with pytest.raises(NotAllowed):
        triage.accept_item(item=item, user=detective)


def test_it_leaves_in_a_package_only_by_cleared_people_and_a_second_one() -> None:
    item = plain_item()
    plain = asker(item)
    item = restricted(item)
    case = item.submission.case
    assert list(items_to_offer(plain, case)) == []
    wanted = {"originals": True, "working_copies": False, **FOR}
    with pytest.raises(InvalidInput):
        request_export(user=plain, case=case, items=[item.public_id], **wanted)
    cleared = cleared_staff(Role.DETECTIVE, item.agency)
    purpose_for_case(cleared, item)
    export = export_of(item, user=cleared)
    assert export.second_reasons == [SecondReason.RESTRICTED]
    for role in Role.values:
        seen = can_view_export(staff(role, item.agency), export)
        assert not seen
    assert viewable_exports(cleared).get() == export


def test_a_package_that_was_ready_is_held_back_when_a_file_of_it_is_restricted() -> None:
    item = plain_item()
    user = asker(item)
    export = built(export_of(item, user=user))
    assert can_take_package(user, export)
    restricted(item)
    assert is_held_back(export)
    assert not can_take_package(user, export)


def test_a_records_request_names_it_to_nobody_who_is_not_cleared() -> None:
    item = sealed_item(b"frames")
    custodian = staff(Role.RECORDS_CUSTODIAN, item.agency)
    asked = taken_request(custodian, item.agency)
    add_items(request=asked, user=custodian, items=[item.public_id])
    restricted(item)
    page = sign_in(Client(), custodian).get(reverse("admin:disclosure_recordsrequest_change", args=[asked.public_id]))
    assert item.filename not in page.content.decode()
    assert str(item.public_id) not in page.content.decode()
