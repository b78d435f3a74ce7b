"""The photo of a camera's view: pixels alone, encrypted, for its owner and for a recorded look."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from apps.cameras.models import CameraView
from apps.ledger.models import Entry
from tests.factories.cameras import pending_camera
from tests.factories.people import AgencyFactory, registrant
from tests.factories.sessions import sign_in
from tests.media.test_pictures import HEIC, SVG, opened, png_bomb, with_gps

pytestmark = pytest.mark.django_db


@pytest.fixture
def camera(client):
    user, partner = registrant(AgencyFactory.create())
    sign_in(client, user)
    return pending_camera(partner)


def page_of(camera):
    return reverse("web:camera_photo", args=[camera.public_id])


def send(client, camera, picture, name="IMG_0001.JPG"):
    return client.post(page_of(camera), {"picture": SimpleUploadedFile(name, picture, "image/jpeg")})


def shown(client, camera):
    found = re.search(r"data:image/jpeg;base64,([A-Za-z0-9+/=]+)", client.get(page_of(camera)).content.decode())
    return base64.b64decode(found[1]) if found else None


def test_its_owner_sees_it_without_the_place_that_the_phone_put_in(client, camera):
    assert send(client, camera, with_gps()).url == page_of(camera)
    picture = opened(shown(client, camera))
    assert picture.size == (400, 300)
    assert not picture.getexif().get_ifd(0x8825)
    assert "no-store" in client.get(page_of(camera))["Cache-Control"]


def test_it_lies_encrypted_and_no_file_is_left(client, camera):
    send(client, camera, with_gps())
    with connection.cursor() as cursor:
        cursor.execute("SELECT picture FROM cameras_cameraview")
        stored = bytes(cursor.fetchone()[0])
    assert b"JFIF" not in stored
    assert b"\xff\xd8\xff" not in stored
    scratch = Path(settings.SCRATCH_DIR)
    assert not list(scratch.glob("media-*/*"))


def test_another_takes_its_place_and_it_can_be_removed(client, camera):
    send(client, camera, with_gps())
    send(client, camera, with_gps())
    assert CameraView.objects.count() == 1
    assert client.post(page_of(camera), {"remove": "1"}).url == page_of(camera)
    assert client.post(page_of(camera), {"remove": "1"}).status_code == 302
    assert shown(client, camera) is None
    acts = Entry.objects.filter(subject_id=str(camera.public_id)).order_by("pk").values_list("action", flat=True)
    assert list(acts)[1:] == ["camera.view_saved", "camera.view_saved", "camera.view_removed"]


@pytest.mark.parametrize(
    ("picture", "words"),
    [
        (HEIC, "HEIC"),
        (SVG, "cannot read this as a picture"),
        (b"", "empty"),
        (with_gps()[:500], "cannot read this as a picture"),
        (png_bomb(8192), "too many pixels"),
        (b"<html><script>alert(1)</script>", "cannot read this as a picture"),
    ],
    ids=["heic", "svg", "empty", "cut", "bomb", "html"],
)
def test_what_is_no_photo_is_refused_with_a_sentence_and_the_old_one_stays(client, camera, picture, words):
    send(client, camera, with_gps())
    answer = send(client, camera, picture)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert CameraView.objects.count() == 1


def test_a_form_without_a_file_is_told_so(client, camera):
    assert "Choose a picture first." in client.post(page_of(camera), {}).content.decode()


def test_a_body_larger_than_any_photo_is_not_even_read(client, camera):
    answer = send(client, camera, bytes(21 * 1024 * 1024))
    assert answer.status_code == 413
    assert "at most 20 MB" in answer.content.decode()


def test_a_foreign_page_cannot_send_one(camera, client):
    client.handler.enforce_csrf_checks = True
    assert send(client, camera, with_gps()).status_code == 403
    assert not CameraView.objects.exists()


def test_nobody_else_gets_it_or_puts_one(client, camera):
    send(client, camera, with_gps())
    stranger = registrant(AgencyFactory.create())[0]
    sign_in(client, stranger)
    assert client.get(page_of(camera)).status_code == 404
    assert send(client, camera, with_gps()).status_code == 404
    assert CameraView.objects.count() == 1
