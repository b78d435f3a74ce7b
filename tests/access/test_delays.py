"""A supervisor has owners told later who looked: for a stated time, with a reason, never longer than the limit."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.access.delays import delays_of
from apps.access.models import TellingDelay
from apps.access.services import delay_telling, end_delay
from apps.agencies.models import Role
from apps.core.errors import InvalidInput, NotAllowed, WrongState
from apps.evidence.models import EvidenceItem
from apps.evidence.services.footage_access import open_footage
from apps.ledger.models import Entry
from apps.partners.models import Membership
from apps.program import readings
from tests.factories.footage_requests import open_request
from tests.factories.items import purpose_for_case, sealed_item
from tests.factories.people import AgencyFactory, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db

SEEN = "The footage was viewed."


@pytest.fixture(autouse=True)
def _own_folders(settings: LazySettings, tmp_path: Path) -> None:
    settings.EVIDENCE_URL = f"file://{tmp_path / 'evidence'}"
    settings.STAGING_DIR = tmp_path / "staging"
    (tmp_path / "evidence").mkdir()


@pytest.fixture
def item() -> EvidenceItem:
    return sealed_item(b"video of the street", sent_through=open_request().invitation)


def look(item: EvidenceItem) -> None:
    detective = staff(Role.DETECTIVE, item.agency)
    open_footage(user=detective, item=item, purpose=purpose_for_case(detective, item), session_key="s")


def delay(item: EvidenceItem, days: int = 10) -> TellingDelay:
    return delay_telling(
        case=item.submission.case,
        user=staff(Role.SUPERVISOR, item.agency),
        days=days,
        reason="An arrest is being prepared.",
    )


def told(item: EvidenceItem) -> list[int]:
    """How often a look stands on the giver's two pages and in the copy of the own data."""
    client = sign_in(Client(), Membership.objects.get(partner=item.submission.partner).user)
    pages = [
        client.get(reverse("web:given")),
        client.get(reverse("evidence:item", args=[item.public_id])),
        client.get(reverse("web:my_data")),
    ]
    assert [page.status_code for page in pages] == [200, 200, 200]
    return [page.content.decode().count(SEEN) for page in pages]


def test_a_look_during_a_delay_is_told_on_every_page_when_the_delay_is_over(item: EvidenceItem) -> None:
    delay(item)
    look(item)
    assert told(item) == [0, 0, 0]
    with time_machine.travel(timezone.now() + timedelta(days=10, minutes=1)):
        assert min(told(item)) >= 1


def test_what_was_told_before_stays_told(item: EvidenceItem) -> None:
    look(item)
    before = told(item)
    assert min(before) >= 1
    delay(item)
    assert told(item) == before


def test_ending_a_delay_tells_at_once(item: EvidenceItem) -> None:
    delay(item)
    look(item)
    supervisor = staff(Role.SUPERVISOR, item.agency)
    assert end_delay(case=item.submission.case, user=supervisor) is not None
    assert end_delay(case=item.submission.case, user=supervisor) is None
    assert min(told(item)) >= 1
    actions = [entry.action for entry in Entry.objects.filter(subject_kind="case").order_by("pk")]
    assert actions[-2:] == ["case.telling_delayed", "case.telling_delay_ended"]


def test_nothing_is_kept_from_an_owner_for_longer_than_the_limit(item: EvidenceItem, settings: LazySettings) -> None:
    """Also when a row says otherwise."""
    delay(item)
    look(item)
    TellingDelay.objects.update(ends_at=timezone.now() + timedelta(days=4000))
    case = item.submission.case_id
    now = timezone.now()
    with time_machine.travel(now + timedelta(days=settings.LOOK_DELAY_MAX_DAYS, minutes=-1), tick=False):
        assert not delays_of([case]).is_told(case, now)
    with time_machine.travel(now + timedelta(days=settings.LOOK_DELAY_MAX_DAYS, minutes=1), tick=False):
        assert delays_of([case]).is_told(case, now)


def test_a_delay_is_never_extended(item: EvidenceItem) -> None:
    delay(item)
    with pytest.raises(WrongState):
        delay(item, days=90)


@pytest.mark.parametrize(("days", "reason"), [(0, "An arrest."), (91, "An arrest."), (5, " ")])
def test_a_delay_has_a_reason_and_an_end_within_the_limit(item: EvidenceItem, days: int, reason: str) -> None:
    with pytest.raises(InvalidInput):
        delay_telling(case=item.submission.case, user=staff(Role.SUPERVISOR, item.agency), days=days, reason=reason)


def test_only_a_supervisor_of_the_agency_delays(item: EvidenceItem) -> None:
    for user in (staff(Role.DETECTIVE, item.agency), staff(Role.SUPERVISOR, AgencyFactory.create())):
        with pytest.raises(NotAllowed):
            delay_telling(case=item.submission.case, user=user, days=5, reason="An arrest is prepared.")
        with pytest.raises(NotAllowed):
            end_delay(case=item.submission.case, user=user)


def test_each_delay_is_counted_in_the_figures(item: EvidenceItem) -> None:
    delay(item)
    end_delay(case=item.submission.case, user=staff(Role.SUPERVISOR, item.agency))
    delay(item)
    asked = readings.Asked(agency=item.agency, now=timezone.now())
    assert readings.look_delays(asked)[0].value == 2
    assert readings.look_delays(readings.Asked(agency=AgencyFactory.create(), now=timezone.now()))[0].value == 0


def test_a_supervisor_delays_and_ends_it_on_the_page_of_the_case(item: EvidenceItem) -> None:
    case = item.submission.case
    client = sign_in(Client(), staff(Role.SUPERVISOR, item.agency))
    page = reverse("admin:agencies_case_change", args=[case.public_id])
    address = reverse("admin:agencies_case_delay", args=[case.public_id])
    assert "Owners read of each access at once." in client.get(page).content.decode()
    refused = client.post(address, {"days": "400", "reason": "An arrest is being prepared."})
    assert refused.status_code == 422
    assert "from 1 to 90" in refused.content.decode()
    shown = client.post(address, {"days": "7", "reason": "An arrest is being prepared."}, follow=True)
    assert "An arrest is being prepared." in shown.content.decode()
    client.post(reverse("admin:agencies_case_tell", args=[case.public_id]))
    assert "Owners read of each access at once." in client.get(page).content.decode()
