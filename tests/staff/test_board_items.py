"""What a request's board says of the files that arrived."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.footage_requests.submitted import submitted_items
from tests.factories.evidence import invitation, received_item
from tests.factories.footage_requests import open_request
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db


def test_a_file_appears_on_the_board_beside_its_camera_with_a_link_to_its_page():
    opened = open_request()
    item = received_item(b"video", sent_through=opened.invitation, filename="gate.mp4")
    [told] = submitted_items(opened.request)
    assert told.public_id == item.public_id
    assert told.match == opened.match.public_id
    page = sign_in(Client(), opened.author).get(
        reverse("admin:footage_requests_footagerequest_change", args=[opened.request.public_id])
    )
    assert reverse("admin:evidence_evidenceitem_change", args=[item.public_id]) in page.content.decode()
    assert "gate.mp4" in page.content.decode()


def test_files_of_other_requests_do_not():
    opened = open_request()
    received_item(b"video", sent_through=invitation())
    assert submitted_items(opened.request) == []
