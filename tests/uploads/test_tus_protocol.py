"""The protocol, one request at a time."""

from __future__ import annotations

import base64
import hashlib
import uuid
from datetime import timedelta
from typing import Any

import hypothesis
import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from apps.uploads import services, staging
from apps.uploads.models import Upload
from apps.uploads.states import UploadState
from tests.uploads import tus_site

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.uploads.tus_site")]

TUS = {"Tus-Resumable": "1.0.0", "X-Who": "ana"}


@pytest.fixture(autouse=True)
def small_limits(settings: Settings) -> None:
    settings.UPLOAD_RESERVE_BYTES = 0


def create(client: Client, length: object, **headers: str) -> Any:
    return client.post("/tus/", headers={**TUS, "Upload-Length": str(length), **headers})


def patch(client: Client, where: str, offset: object, content: bytes, **headers: str) -> Any:
    return client.patch(
        where,
        content,
        content_type="application/offset+octet-stream",
        # Django's client leaves the type of an empty body out.
        headers={**TUS, "Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset), **headers},
    )


def begin(client: Client, length: int) -> tuple[str, Upload]:
    answer = create(client, length)
    assert answer.status_code == 201
    return answer["Location"], Upload.objects.latest("pk")


def test_options_tell_what_the_server_can_do(client: Client) -> None:
    answer = client.options("/tus/")
    assert answer.status_code == 204
    assert answer["Tus-Version"] == "1.0.0"
    assert "creation-with-upload" in answer["Tus-Extension"]


def test_file_arrives_in_two_parts(client: Client) -> None:
    where, upload = begin(client, 10)
    first = patch(client, where, 0, b"hello ")
    assert (first.status_code, first["Upload-Offset"]) == (204, "6")
    assert client.head(where, headers=TUS)["Upload-Offset"] == "6"
    last = patch(client, where, 6, b"you!")
    assert (last.status_code, last["Upload-Offset"]) == (204, "10")
    upload.refresh_from_db()
    assert upload.state == UploadState.RECEIVED
    assert staging.path_of(upload).read_bytes() == b"hello you!"
    assert staging.path_of(upload).stat().st_mode & 0o222 == 0
    assert tus_site.received[-1] == upload.public_id
    head = client.head(where, headers=TUS)
    assert (head.status_code, head["Upload-Offset"], head["Cache-Control"]) == (200, "10", "no-store")


def test_first_bytes_may_come_with_the_creation(client: Client) -> None:
    answer = client.post(
        "/tus/",
        b"abc",
        content_type="application/offset+octet-stream",
        headers={**TUS, "Upload-Length": "4"},
    )
    assert (answer.status_code, answer["Upload-Offset"]) == (201, "3")


def test_creation_with_more_bytes_than_declared_is_refused(client: Client) -> None:
    answer = client.post(
        "/tus/", b"abcde", content_type="application/offset+octet-stream", headers={**TUS, "Upload-Length": "4"}
    )
    assert answer.status_code == 413
    assert not Upload.objects.exists()


@pytest.mark.parametrize("length", ["-1", str(2**63), "1e9", "0", "many"])
def test_creation_with_a_bad_length_is_refused(client: Client, length: str) -> None:
    assert create(client, length).status_code == 400
    assert client.post("/tus/", headers=TUS).status_code == 400
    assert not Upload.objects.exists()


def test_creation_with_twice_the_same_metadata_is_refused(client: Client) -> None:
    assert create(client, 4, **{"Upload-Metadata": "filename YQ==,filename Yg=="}).status_code == 400


def defer(client: Client, **headers: str) -> tuple[str, Upload]:
    answer = client.post("/tus/", headers={**TUS, "Upload-Defer-Length": "1", **headers})
    assert answer.status_code == 201
    return answer["Location"], Upload.objects.latest("pk")


def test_length_may_be_told_with_the_last_part(client: Client) -> None:
    where, upload = defer(client)
    assert patch(client, where, 0, b"hello ").status_code == 204
    head = client.head(where, headers=TUS)
    assert (head["Upload-Defer-Length"], head["Upload-Offset"]) == ("1", "6")
    assert "Upload-Length" not in head
    assert patch(client, where, 6, b"you!", **{"Upload-Length": "10"}).status_code == 204
    head = client.head(where, headers=TUS)
    assert (head["Upload-Length"], head["Upload-Offset"]) == ("10", "10")
    assert "Upload-Defer-Length" not in head
    upload.refresh_from_db()
    assert upload.state == UploadState.RECEIVED
    assert staging.path_of(upload).read_bytes() == b"hello you!"


def test_length_may_be_told_alone_when_all_has_come(client: Client) -> None:
    where, upload = defer(client)
    patch(client, where, 0, b"abc")
    assert patch(client, where, 3, b"", **{"Upload-Length": "3"}).status_code == 204
    upload.refresh_from_db()
    assert upload.state == UploadState.RECEIVED
    assert tus_site.received[-1] == upload.public_id


def test_length_is_told_once_and_may_be_repeated(client: Client) -> None:
    where, upload = defer(client)
    patch(client, where, 0, b"abc", **{"Upload-Length": "6"})
    assert patch(client, where, 3, b"d", **{"Upload-Length": "7"}).status_code == 400
    assert patch(client, where, 3, b"d", **{"Upload-Length": "6"}).status_code == 204
    upload.refresh_from_db()
    assert (upload.length, upload.offset) == (6, 4)
    other, _upload = begin(client, 5)
    assert patch(client, other, 0, b"abc", **{"Upload-Length": "9"}).status_code == 400
    assert patch(client, other, 0, b"abc", **{"Upload-Length": "5"}).status_code == 204


@pytest.mark.parametrize("told", ["0", "2", "-1", "many"])
def test_told_length_that_cannot_be_is_refused_and_what_came_is_kept(client: Client, told: str) -> None:
    where, upload = defer(client)
    patch(client, where, 0, b"abc")
    assert patch(client, where, 3, b"", **{"Upload-Length": told}).status_code == 400
    upload.refresh_from_db()
    assert (upload.offset, upload.length) == (3, None)
    assert staging.path_of(upload).read_bytes() == b"abc"


def test_file_without_a_length_grows_no_further_than_its_share(client: Client, settings: Settings) -> None:
    where, upload = defer(client)
    patch(client, where, 0, b"abc")
    settings.UPLOAD_BYTES_PER_SCOPE = 100
    assert patch(client, where, 3, b"def").status_code == 413
    assert client.head(where, headers=TUS)["Upload-Offset"] == "6"
    assert patch(client, where, 6, b"", **{"Upload-Length": "101"}).status_code == 413
    assert patch(client, where, 6, b"", **{"Upload-Length": "6"}).status_code == 204
    upload.refresh_from_db()
    assert upload.state == UploadState.RECEIVED


def test_largest_file_is_the_limit_also_where_no_length_was_told(client: Client, settings: Settings) -> None:
    where, upload = defer(client)
    settings.UPLOAD_MAX_BYTES = 5
    assert patch(client, where, 0, b"abcdef").status_code == 413
    upload.refresh_from_db()
    assert upload.offset == 0


def test_upload_without_a_length_expires_like_any(client: Client) -> None:
    _where, upload = defer(client)
    Upload.objects.filter(pk=upload.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert services.sweep().abandoned == 1


def test_other_version_is_refused(client: Client) -> None:
    answer = client.post("/tus/", headers={**TUS, "Tus-Resumable": "0.2.2", "Upload-Length": "4"})
    assert answer.status_code == 412
    assert answer["Tus-Version"] == "1.0.0"  # the protocol: so that the sender can choose another


def test_wrong_offset_is_refused_and_nothing_moves(client: Client) -> None:
    where, upload = begin(client, 10)
    patch(client, where, 0, b"abc")
    assert patch(client, where, 5, b"xyz").status_code == 409
    assert patch(client, where, 0, b"xyz").status_code == 409
    upload.refresh_from_db()
    assert upload.offset == 3
    assert staging.path_of(upload).read_bytes() == b"abc"


def test_longer_body_than_declared_is_refused_and_the_offset_stays(client: Client) -> None:
    where, upload = begin(client, 5)
    patch(client, where, 0, b"abc")
    assert patch(client, where, 3, b"defg").status_code == 413
    upload.refresh_from_db()
    assert upload.offset == 3


def test_bad_checksum_is_refused_and_the_offset_stays(client: Client) -> None:
    where, upload = begin(client, 5)
    right = "sha1 " + base64.b64encode(hashlib.sha1(b"abc").digest()).decode()
    assert patch(client, where, 0, b"abX", **{"Upload-Checksum": right}).status_code == 460
    upload.refresh_from_db()
    assert upload.offset == 0
    assert patch(client, where, 0, b"abc", **{"Upload-Checksum": right}).status_code == 204
    assert patch(client, where, 3, b"de").status_code == 204
    assert staging.path_of(upload).read_bytes() == b"abcde"


def test_bytes_of_another_type_are_refused(client: Client) -> None:
    where, _upload = begin(client, 5)
    answer = client.patch(where, b"abc", content_type="video/mp4", headers={**TUS, "Upload-Offset": "0"})
    assert answer.status_code == 415


def test_other_persons_upload_is_not_found(client: Client) -> None:
    where, upload = begin(client, 5)
    stranger = {"X-Who": "eve"}
    assert patch(client, where, 0, b"abc", **stranger).status_code == 404
    assert client.head(where, headers={**TUS, **stranger}).status_code == 404
    assert client.delete(where, headers={**TUS, **stranger}).status_code == 404
    assert patch(client, f"/tus/{uuid.uuid4()}", 0, b"abc").status_code == 404
    upload.refresh_from_db()
    assert (upload.offset, upload.state) == (0, UploadState.RECEIVING)


def test_other_sites_page_is_refused(client: Client) -> None:
    assert create(client, 5, Origin="https://evil.example").status_code == 403
    assert create(client, 5, Origin="null").status_code == 403
    assert create(client, 5, Origin="http://testserver").status_code == 201


def test_patch_after_the_finish_is_refused(client: Client) -> None:
    where, upload = begin(client, 3)
    patch(client, where, 0, b"abc")
    assert patch(client, where, 3, b"").status_code == 403
    assert patch(client, where, 0, b"xyz").status_code == 403
    assert client.delete(where, headers=TUS).status_code == 403
    assert staging.path_of(upload).read_bytes() == b"abc"


def test_patch_after_expiry_is_refused(client: Client) -> None:
    where, upload = begin(client, 3)
    Upload.objects.filter(pk=upload.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert patch(client, where, 0, b"abc").status_code == 410
    assert client.head(where, headers=TUS).status_code == 410


def test_terminated_upload_is_gone_with_its_bytes(client: Client, django_capture_on_commit_callbacks: Any) -> None:
    where, upload = begin(client, 3)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.delete(where, headers=TUS).status_code == 204
    assert client.head(where, headers=TUS).status_code == 410
    assert not staging.path_of(upload).exists()


def test_method_may_be_overridden(client: Client) -> None:
    where, _upload = begin(client, 3)
    answer = client.post(
        where,
        b"abc",
        content_type="application/offset+octet-stream",
        headers={**TUS, "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"},
    )
    assert (answer.status_code, answer["Upload-Offset"]) == (204, "3")


def test_uncommitted_bytes_are_cut_off_at_resume(client: Client) -> None:
    where, upload = begin(client, 6)
    patch(client, where, 0, b"abc")
    with staging.path_of(upload).open("ab") as handle:
        handle.write(b"never acknowledged")
    assert client.head(where, headers=TUS)["Upload-Offset"] == "3"
    assert patch(client, where, 3, b"def").status_code == 204
    assert staging.path_of(upload).read_bytes() == b"abcdef"


def test_complete_upload_whose_finish_was_lost_is_finished_by_head(client: Client) -> None:
    where, upload = begin(client, 3)
    staging.path_of(upload).write_bytes(b"abc")
    services.commit_offset(upload=upload, offset=3)
    assert client.head(where, headers=TUS)["Upload-Offset"] == "3"
    upload.refresh_from_db()
    assert upload.state == UploadState.RECEIVED


def test_too_many_open_uploads_are_refused(client: Client, settings: Settings) -> None:
    settings.UPLOAD_OPEN_PER_SCOPE = 2
    begin(client, 3)
    begin(client, 3)
    assert create(client, 3).status_code == 429
    assert create(client, 3, **{"X-Who": "bob"}).status_code == 201


def test_too_many_bytes_are_refused(client: Client, settings: Settings) -> None:
    settings.UPLOAD_BYTES_PER_SCOPE = 10
    begin(client, 8)
    assert create(client, 3).status_code == 413
    settings.UPLOAD_MAX_BYTES = 5
    assert create(client, 6).status_code == 413


def test_no_room_on_the_disk_refuses_a_new_upload(client: Client, settings: Settings) -> None:
    settings.UPLOAD_RESERVE_BYTES = 2**62
    before = sorted(staging.folder().iterdir())
    assert create(client, 3).status_code == 507
    assert sorted(staging.folder().iterdir()) == before
    assert not Upload.objects.exists()


@hypothesis.settings(
    max_examples=60, deadline=None, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture]
)
@hypothesis.given(data=st.data())
def test_only_bytes_at_the_committed_offset_ever_count(client: Client, data: st.DataObject) -> None:
    Upload.objects.filter(scope="test:ana").update(state=UploadState.ABANDONED)
    content = data.draw(st.binary(min_size=1, max_size=40))
    where, upload = begin(client, len(content))
    at = 0
    for _turn in range(data.draw(st.integers(0, 8))):
        offset = data.draw(st.integers(0, len(content) + 2))
        size = data.draw(st.integers(0, len(content) + 2))
        answer = patch(client, where, offset, content[offset : offset + size])
        if at == len(content):
            assert answer.status_code == 403
        elif offset == at:
            at += len(content[offset : offset + size])
            assert (answer.status_code, answer["Upload-Offset"]) == (204, str(at))
        else:
            assert answer.status_code == 409
        assert client.head(where, headers=TUS)["Upload-Offset"] == str(at)
        assert staging.path_of(upload).read_bytes() == content[:at]
