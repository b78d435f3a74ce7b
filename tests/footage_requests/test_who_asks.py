"""An owner can check that a letter is real: by the agency's own number, and the request's code."""

import pytest

from apps.agencies.models import Agency
from apps.notifications.models import Message
from tests.factories.footage_requests import open_request

pytestmark = pytest.mark.django_db


def letter(agency):
    Agency.objects.filter(pk=agency.pk).update(name="Fuller & Sons <b>Police</b>", phone=agency.phone)
    agency.refresh_from_db()
    opened = open_request(agency=agency)
    message = Message.objects.get(kind="footage_request.invitation")
    return opened, message.letter.text, message.letter.html


def test_the_letter_names_the_published_number_and_the_request(agency):
    agency.phone = "850-555-0100"
    opened, plain, html = letter(agency)
    code = opened.request.code
    assert "call Fuller & Sons <b>Police</b> at 850-555-0100, or at a number that you find yourself." in plain
    assert f"Say request {code}." in plain
    assert "call Fuller &amp; Sons &lt;b&gt;Police&lt;/b&gt; at 850-555-0100, or" in html
    assert "<b>Police" not in html


def test_without_a_published_number_it_says_to_find_one(agency):
    opened, plain, html = letter(agency)
    for body in (plain, html):
        assert f"at a number that you find yourself. Say request {opened.request.code}." in body


def test_the_letter_says_what_the_recorder_still_holds_in_words_and_local_time(agency):
    letter(agency)
    for words in Message.objects.get(kind="footage_request.invitation").words:
        assert "Your recorder still has it, and may write over it in 6 days: on " in words
        assert "(EST)" in words or "(EDT)" in words
