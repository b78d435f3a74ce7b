"""What each access opened is found by the thing that was opened, and stands or falls with the ledger's entry."""

import uuid

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from apps.access.models import AccessEvent
from apps.access.selectors import accesses_to
from apps.access.services import record_access
from apps.agencies.models import Role
from apps.ledger.models import Entry
from apps.ledger.values import Subject
from tests.factories.access import map_purpose
from tests.factories.people import AgencyFactory, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def purpose():
    agency = AgencyFactory.create()
    user = staff(Role.DETECTIVE, agency)
    return map_purpose(user, agency)


def _opened(purpose, *things):
    with transaction.atomic():
        cameras = [thing.public_id for thing in things]
        return record_access(purpose, "camera.place_viewed", Subject.of("purpose", purpose.public_id), cameras=cameras)


def test_a_thing_is_told_of_its_accesses_alone_and_how_many_of_them_each_opened(purpose):
    one, other, third = (Subject.of("camera", uuid.uuid4()) for _ in range(3))
    first, _second, last = (_opened(purpose, *things) for things in [(one, other), (third,), (one,)])
    told = list(accesses_to("camera", [one.public_id, other.public_id]))
    assert [(access.entry, access.things) for access in told] == [(first, 2), (last, 1)]
    assert {access.ground for access in told} == {"an active call for service"}
    assert not list(accesses_to("evidence_item", [one.public_id]))


def test_without_things_of_its_own_an_access_opened_the_subject_of_its_entry(purpose):
    item = Subject.of("evidence_item", uuid.uuid4())
    with transaction.atomic():
        record_access(purpose, "evidence_item.viewed", item, digest="")
    assert AccessEvent.objects.get().subject_id == uuid.UUID(item.public_id)


def test_an_access_that_showed_nothing_is_an_entry_and_no_event(purpose):
    entry = _opened(purpose)
    assert Entry.objects.filter(pk=entry.pk).exists()
    assert not AccessEvent.objects.exists()


def test_no_event_no_entry(purpose, monkeypatch):
    def broken(_rows):
        raise RuntimeError("the table cannot be written")

    monkeypatch.setattr(AccessEvent.objects, "bulk_create", broken)
    with pytest.raises(RuntimeError):
        _opened(purpose, Subject.of("camera", uuid.uuid4()))
    assert not Entry.objects.filter(action="camera.place_viewed").exists()


def _table():
    return sorted(AccessEvent.objects.values_list("entry_id", "purpose_id", "subject_kind", "subject_id"))


def test_a_table_that_is_rebuilt_from_the_ledger_equals_the_written_one(purpose):
    one, other, gone = (Subject.of("camera", uuid.uuid4()) for _ in range(3))
    _opened(purpose, one, other)
    _opened(purpose)
    with transaction.atomic():
        record_access(purpose, "evidence_item.viewed", Subject.of("evidence_item", uuid.uuid4()), digest="")
    last = _opened(purpose, other)
    written = _table()
    call_command("rebuild_access_events", "--check")
    AccessEvent.objects.filter(subject_id=one.public_id).delete()
    AccessEvent.objects.create(entry=last, purpose=purpose, subject_kind="camera", subject_id=gone.public_id)
    with pytest.raises(CommandError, match="1 were missing, 1 were too many"):
        call_command("rebuild_access_events", "--check")
    call_command("rebuild_access_events")
    assert _table() == written
    AccessEvent.objects.all().delete()
    call_command("rebuild_access_events")
    assert _table() == written
