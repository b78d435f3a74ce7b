"""The conversation on both sides' pages: by link and signed in, escaped, with its files, after the request too."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.conversations.models import Attachment, StaffNote, Thread, ThreadMessage
from apps.conversations.services import write_to_agency
from apps.ledger.values import Actor
from tests.conversations.test_conversation_services import SECRET, ask, finish, reply
from tests.factories.footage_requests import Opened, open_request
from tests.factories.links import post_secret
from tests.factories.people import AgencyFactory, registrant, staff
from tests.factories.sessions import sign_in
from tests.media.test_pictures import with_gps

pytestmark = pytest.mark.django_db


@pytest.fixture
def opened() -> Opened:
    return open_request()


@pytest.fixture
def browser(opened: Opened) -> Client:
    client = Client()
    post_secret(client, "invitation", opened.invitation.public_id, opened.token())
    return client


def page_of(opened: Opened) -> str:
    return reverse("footage_requests:conversation", args=[opened.invitation.public_id])


def admin(name: str, row) -> str:
    return reverse(f"admin:footage_requests_footagerequest_{name}", args=[row.public_id])


def test_who_holds_the_link_asks_and_reads_the_answer(opened, browser):
    assert (
        page_of(opened)
        in browser.get(reverse("footage_requests:invitation", args=[opened.invitation.public_id])).content.decode()
    )
    response = browser.post(page_of(opened), {"text": "Which <b>door</b>?", "kind": "words"})
    assert response.status_code == 303
    reply(opened, "The front door & the garage.")
    page = browser.get(page_of(opened)).content.decode()
    assert "Which &lt;b&gt;door&lt;/b&gt;?" in page
    assert "The front door &amp; the garage." in page
    assert str(opened.author) in page


def test_a_message_that_is_refused_comes_back_with_what_was_typed(opened, browser):
    response = browser.post(page_of(opened), {"text": "<script>alert(1)</script>"})
    assert response.status_code == 422
    assert "plain words" in response.content.decode()
    assert "&lt;script&gt;alert(1)" in response.content.decode()
    assert browser.post(page_of(opened), {"text": "x" * 1_000_000}).status_code == 422
    assert browser.post(page_of(opened), {"text": "x", "kind": "thanks"}).status_code == 422


def test_nobody_reads_it_without_the_link_or_a_membership(opened, browser):
    ask(opened)
    assert SECRET not in Client().get(page_of(opened)).content.decode()
    other = sign_in(Client(), registrant(AgencyFactory.create())[0])
    assert SECRET not in other.get(page_of(opened)).content.decode()
    assert other.post(page_of(opened), {"text": "Hello"}).status_code == 403
    assert ThreadMessage.objects.count() == 1


def test_a_file_is_for_both_sides_and_no_browser_opens_a_document(opened, browser):
    files = [
        SimpleUploadedFile("screen.jpg", with_gps(), "image/jpeg"),
        SimpleUploadedFile("steps.pdf", b"%PDF-1.7 <script>", "text/html"),
    ]
    assert browser.post(page_of(opened), {"text": "", "files": files}).status_code == 303
    picture, document = Attachment.objects.order_by("pk")
    officer = sign_in(Client(), opened.author)
    for client, name in ((browser, "footage_requests:attachment"), (officer, None)):
        at = [reverse(name, args=[one.public_id]) if name else admin("thread_file", one) for one in (picture, document)]
        shown, saved = client.get(at[0]), client.get(at[1])
        assert shown["Content-Type"] == "image/jpeg"
        assert saved["Content-Type"] == "application/octet-stream"
        assert saved["Content-Disposition"].startswith("attachment")
        assert "sandbox" in saved["Content-Security-Policy"]
    assert Client().get(reverse("footage_requests:attachment", args=[picture.public_id])).status_code == 404


def test_a_body_larger_than_any_message_is_refused_unread(opened, browser):
    response = browser.post(page_of(opened), {"text": "x"}, CONTENT_LENGTH="90000000")
    assert response.status_code == 413


def test_after_the_request_the_owner_rates_and_opens_it_again(opened, browser):
    finish(opened)
    assert b"How did it go" in browser.get(page_of(opened)).content
    rate = reverse("footage_requests:rate", args=[opened.invitation.public_id])
    assert browser.post(rate, {"rating": "5"}).status_code == 303
    assert browser.post(rate, {"rating": "six"}).status_code == 422
    assert Thread.objects.get().rating == 5
    assert browser.post(page_of(opened), {"text": "That was not me.", "kind": "not_right"}).status_code == 303
    assert Thread.objects.get().state == "asked"


def test_staff_answer_take_note_and_thank_from_the_requests_page(opened):
    ask(opened)
    officer = sign_in(Client(), opened.author)
    assert admin("thread", opened.invitation) in officer.get(admin("change", opened.request)).content.decode()
    page = officer.get(admin("thread", opened.invitation)).content.decode()
    assert SECRET in page
    assert officer.post(admin("acknowledge", opened.invitation)).status_code == 303
    assert officer.post(admin("note", opened.invitation), {"note": "Nervous."}).status_code == 303
    assert officer.post(admin("write", opened.invitation), {"text": "See https://x.example"}).status_code == 422
    assert officer.post(admin("write", opened.invitation), {"text": "The front door."}).status_code == 303
    assert Thread.objects.get().state == "decided"
    assert StaffNote.objects.get().text == "Nervous."
    finish(opened)
    response = officer.post(admin("thank", opened.request), {"text": "Thank you.", "tells_outcome": "on"})
    assert response.status_code == 303
    owner = Client()
    post_secret(owner, "invitation", opened.invitation.public_id, opened.token())
    page = owner.get(page_of(opened)).content.decode()
    assert "no footage was to be had" in page
    assert "Nervous." not in page


def test_an_auditor_reads_and_writes_nothing(opened):
    ask(opened)
    auditor = sign_in(Client(), staff("auditor", opened.agency))
    page = auditor.get(admin("thread", opened.invitation)).content.decode()
    assert SECRET in page
    assert admin("write", opened.invitation) not in page
    assert auditor.post(admin("write", opened.invitation), {"text": "Hi"}).status_code == 403


def test_a_registrant_who_is_signed_in_writes_under_their_own_name(opened):
    owner = opened.invitation.partner.memberships.get().user
    client = sign_in(Client(), owner)
    assert client.post(page_of(opened), {"text": "It is mine."}).status_code == 303
    assert ThreadMessage.objects.get().author == owner
    write_to_agency(
        invitation=opened.invitation, text="By link.", author=None, actor=Actor.invitation(opened.invitation.public_id)
    )
    assert ThreadMessage.objects.get(number=2).author is None
