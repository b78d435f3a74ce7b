"""A file belongs to the computer where its bytes lie, until it is sealed."""

from __future__ import annotations

from uuid import UUID

import pytest
from pytest_django.fixtures import Settings

from apps.evidence import selectors
from apps.evidence.services import sealing
from apps.evidence.states import ItemState
from apps.uploads import nodes, services, staging
from apps.uploads.models import Upload
from apps.uploads.states import UploadState
from tests.evidence.conftest import own_folders  # noqa: F401 - a fixture
from tests.factories.evidence import invitation, open_upload, received_item

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_folders")]


@pytest.mark.parametrize("number", [0, 1, 255])
def test_id_names_the_computer(settings: Settings, number: int) -> None:
    settings.NODE = number
    made = nodes.new_public_id()
    assert made.hex[:2] == f"{number:02x}"
    assert nodes.is_here(made)
    assert made != nodes.new_public_id()
    settings.NODE = (number + 1) % 256
    assert not nodes.is_here(made)


def test_rows_of_this_computer_are_found(settings: Settings) -> None:
    through = invitation()
    uploads = {}
    for number in (0, 1, 255):
        settings.NODE = number
        uploads[number] = open_upload(b"video", sent_through=through)
    for number, upload in uploads.items():
        settings.NODE = number
        assert list(Upload.objects.filter(nodes.here())) == [upload]
    edges = [UUID(int=1 << 120), UUID(int=(2 << 120) - 1)]
    for upload, edge in zip((uploads[0], uploads[255]), edges, strict=True):
        Upload.objects.filter(pk=upload.pk).update(public_id=edge)
    settings.NODE = 1
    assert Upload.objects.filter(nodes.here()).count() == 3


def test_sweep_leaves_the_files_of_other_computers_alone(settings: Settings) -> None:
    settings.NODE = 1
    upload = open_upload(b"video", sent_through=invitation())
    staging.path_of(upload).write_bytes(b"video")
    services.commit_offset(upload=upload, offset=5)
    settings.NODE = 0
    assert services.sweep().finished == 0
    settings.NODE = 1
    assert services.sweep().finished == 1
    upload.refresh_from_db()
    assert upload.state == UploadState.RECEIVED


def test_original_is_sealed_where_its_bytes_lie(settings: Settings) -> None:
    settings.NODE = 1
    item = received_item(b"video", sent_through=invitation())
    settings.NODE = 0
    assert list(selectors.due_item_pks(limit=9)) == []
    assert not sealing.hash_and_seal(item_pk=item.pk)
    item.refresh_from_db()
    assert (item.state, item.attempts) == (ItemState.RECEIVED, 0)
    settings.NODE = 1
    assert list(selectors.due_item_pks(limit=9)) == [item.pk]
    assert sealing.hash_and_seal(item_pk=item.pk)
    settings.NODE = 0
    assert list(selectors.due_item_pks(limit=9)) == [item.pk]  # anybody may decode it
