"""Who sees evidence and who may do what to it: role by state by verb, for one and for many alike."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from apps.accounts.models import User
from apps.agencies.models import Agency, Role, RoleGrant
from apps.core.errors import NotFound
from apps.evidence import policies, selectors
from apps.evidence.models import Derivative, EvidenceItem, FixityCheck
from apps.evidence.states import DerivativeKind, FixityOutcome, ItemState
from apps.partners.models import MemberRole, Membership
from tests.factories.evidence import invitation, received_item
from tests.factories.people import AgencyFactory, UserFactory, registrant, staff

pytestmark = pytest.mark.django_db

SEALED_STATES = {ItemState.SEALED, ItemState.PLAYABLE, ItemState.UNPLAYABLE}
VERBS: dict[str, Callable[[User, EvidenceItem], bool]] = {
    "view": policies.can_view_item,
    "play": policies.can_play_item,
    "original": policies.can_download_original,
    "triage": policies.can_triage_item,
    "retry": policies.can_retry_item,
}
# What each role may do with an item of its own agency, and in which states.
ANY = set(ItemState)
OPENED = ANY - {ItemState.QUARANTINED, ItemState.DISPOSED}
TABLE: dict[str, dict[str, set[ItemState]]] = {
    Role.DETECTIVE: {
        "view": ANY,
        "play": OPENED,
        "original": SEALED_STATES,
        "triage": ANY,
        "retry": ANY,
    },
    Role.SUPERVISOR: {
        "view": ANY,
        "play": OPENED,
        "original": SEALED_STATES,
        "triage": ANY,
        "retry": ANY,
    },
    Role.ANALYST: {"view": ANY, "play": OPENED},
    Role.RECORDS_CUSTODIAN: {"view": ANY, "play": OPENED, "original": SEALED_STATES, "retry": ANY},
    Role.AUDITOR: {"view": ANY},
    Role.PROGRAM_MANAGER: {},
}


@pytest.fixture
def item() -> EvidenceItem:
    return received_item(b"frames")


def in_state(item: EvidenceItem, state: ItemState) -> EvidenceItem:
    item.state = state
    if state != ItemState.RECEIVED:
        item.digest, item.sealed_at = "0" * 64, timezone.now()
    item.save()
    return item


@pytest.mark.parametrize("state", list(ItemState))
@pytest.mark.parametrize("role", list(Role))
def test_role_by_state_by_verb(item: EvidenceItem, role: Role, state: ItemState) -> None:
    item = in_state(item, state)
    own, stranger = staff(role, item.agency), staff(role, AgencyFactory.create())
    for verb, can in VERBS.items():
        assert can(own, item) is (state in TABLE[role].get(verb, set())), verb
        assert can(stranger, item) is False, verb


@pytest.mark.parametrize("role", list(Role))
def test_for_one_and_for_many_alike(role: Role) -> None:
    agency, other = AgencyFactory.create(), AgencyFactory.create()
    items = [received_item(b"frames") for _ in range(2)]
    for item, owner in zip(items, (agency, other), strict=True):
        EvidenceItem.objects.filter(pk=item.pk).update(agency=owner)
        item.refresh_from_db()
    Derivative.objects.create(item=items[0], kind=DerivativeKind.POSTER, digest="0" * 64, size=1)
    FixityCheck.objects.create(item=items[0], outcome=FixityOutcome.PASS)
    user = staff(role, agency)
    pairs: list[tuple[Callable[..., object], Callable[..., bool], type]] = [
        (policies.viewable_items, policies.can_view_item, EvidenceItem),
        (policies.viewable_submissions, policies.can_view_submission, type(items[0].submission)),
        (policies.viewable_derivatives, policies.can_view_derivative, Derivative),
        (policies.viewable_fixity_checks, policies.can_view_fixity_check, FixityCheck),
    ]
    for viewable, can_view, model in pairs:
        seen = set(viewable(user))  # type: ignore[call-overload]
        assert {row for row in model.objects.all() if can_view(user, row)} == seen  # type: ignore[attr-defined]
        assert bool(seen) is (role != Role.PROGRAM_MANAGER)


def test_the_partner_who_gave_sees_it_and_no_other_partner_does() -> None:
    through = invitation()
    item = received_item(b"frames", sent_through=through)
    giver = Membership.objects.get(partner=through.partner).user
    other, _partner = registrant(item.agency)
    assert policies.can_view_item(giver, item)
    assert not policies.can_view_item(other, item)
    assert not any(VERBS[verb](giver, item) for verb in ("play", "original", "triage", "retry"))
    Membership.objects.filter(user=giver).update(ended_at=timezone.now())
    assert not policies.can_view_item(giver, item)


def test_every_member_of_the_partner_sees_it() -> None:
    through = invitation()
    item = received_item(b"frames", sent_through=through)
    colleague = UserFactory.create()
    Membership.objects.create(partner=through.partner, user=colleague, role=MemberRole.RESPONDER)
    assert policies.can_view_item(colleague, item)


@pytest.mark.parametrize("lost", ["grant", "account", "staff", "agency"])
def test_who_lost_his_right_sees_nothing(item: EvidenceItem, lost: str) -> None:
    user = staff(Role.DETECTIVE, item.agency)
    assert policies.can_view_item(user, item)
    if lost == "grant":
        RoleGrant.objects.filter(user=user).update(ended_at=timezone.now())
    elif lost == "agency":
        Agency.objects.filter(pk=item.agency_id).update(is_active=False)
    else:
        setattr(user, "is_active" if lost == "account" else "is_staff", False)
        user.save()
    item.refresh_from_db()
    for verb, can in VERBS.items():
        assert can(user, item) is False, verb


def test_nobody_signed_in_sees_nothing(item: EvidenceItem) -> None:
    assert not policies.viewable_items(AnonymousUser()).exists()
    assert not any(can(AnonymousUser(), item) for can in VERBS.values())  # type: ignore[arg-type]


def test_not_yours_and_not_there_are_the_same_answer(item: EvidenceItem) -> None:
    stranger = staff(Role.DETECTIVE, AgencyFactory.create())
    words = set()
    for public_id in (item.public_id, "3f6bb7fb-5a2f-4c5a-a9d3-000000000000", "nonsense"):
        with pytest.raises(NotFound) as refused:
            selectors.get_item_for(stranger, public_id)
        words.add(str(refused.value.message))
    assert len(words) == 1
