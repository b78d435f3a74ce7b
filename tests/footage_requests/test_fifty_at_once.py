"""One link, fifty hands, a real server: one answer, the same receipt for all."""

from __future__ import annotations

import re
import threading
import urllib.error
import urllib.parse
import urllib.request

import pytest

from apps.footage_requests.models import Response
from apps.ledger.models import Entry
from tests.factories.footage_requests import open_request
from tests.uploads.live import cookie_for, serving

pytestmark = pytest.mark.django_db(transaction=True)
HANDS = 50


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args, **kwargs):
        return None


def test_the_same_answer_fifty_times_at_once_through_one_link_is_one_answer():
    opened = open_request()
    with serving(threads=HANDS) as server:
        url = f"{server.url}/i/{opened.invitation.public_id}/"
        cookie = cookie_for(opened.invitation)
        first = urllib.request.Request(url, headers={"Cookie": cookie})
        with urllib.request.urlopen(first, timeout=30) as page:
            csrf = page.headers["Set-Cookie"].split(";")[0]
            form = page.read().decode()
        fields = {
            "csrfmiddlewaretoken": re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)[1],
            "request_key": re.search(r'name="request_key" value="([0-9a-f-]+)"', form)[1],
            "all": "none",
        }
        body = urllib.parse.urlencode(fields).encode()
        together, answers = threading.Barrier(HANDS), []

        def send():
            request = urllib.request.Request(url, data=body, headers={"Cookie": f"{cookie}; {csrf}", "Referer": url})
            together.wait()
            try:
                urllib.request.build_opener(_NoRedirect).open(request, timeout=60)
            except urllib.error.HTTPError as answer:
                answers.append((answer.code, answer.headers["Location"]))

        hands = [threading.Thread(target=send) for _ in range(HANDS)]
        for hand in hands:
            hand.start()
        for hand in hands:
            hand.join()
    assert len(answers) == HANDS
    assert set(answers) == {(303, f"/i/{opened.invitation.public_id}/thanks/")}
    assert Response.objects.count() == 1
    assert Entry.objects.filter(action="request.answered").count() == 1
