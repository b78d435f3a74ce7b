"""The author's words in the owner's language, marked as a translation; the internal text in none."""

from __future__ import annotations

import pytest
from django.urls import reverse

from apps.agencies.models import Role
from apps.core.errors import InvalidInput
from apps.footage_requests.states import RequestKind
from apps.notifications.models import Message
from tests.factories.footage_requests import camera_at, draft, open_request
from tests.factories.people import AgencyFactory, registrant, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
SPANISH = {"es": "Una persona con chaqueta roja."}


def test_each_owner_reads_it_in_their_language_and_a_translation_says_so(client):
    agency = AgencyFactory.create()
    cameras = []
    for language in ("es", "en"):
        user, partner = registrant(agency)
        user.language = language
        user.save(update_fields=["language"])
        cameras.append((user, camera_at(partner)))
    opened = open_request(agency, *[camera for _user, camera in cameras], message_translations=SPANISH)
    letters = {one.recipient: one.words.text for one in Message.objects.filter(kind="footage_request.invitation")}
    spanish, english = (letters[user.email] for user, _camera in cameras)
    assert SPANISH["es"] in spanish
    assert "(traducción)" in spanish
    assert "red jacket" not in spanish
    assert "A person in a red jacket." in english
    assert "chaqueta" not in english
    assert "(translation)" not in english
    sign_in(client, cameras[0][0])
    mine = next(one for one in opened.invitations if one.partner_id == cameras[0][1].site.partner_id)
    page = client.get(reverse("footage_requests:invitation", args=[mine.public_id])).content.decode()
    assert SPANISH["es"] in page
    assert "traducción" in page
    assert "fled on foot" not in page


def test_a_translation_of_nothing_is_refused_and_keeping_needs_no_words():
    agency = AgencyFactory.create()
    author = staff(Role.DETECTIVE, agency)
    with pytest.raises(InvalidInput) as refused:
        draft(author, agency, message="", message_translations=SPANISH)
    assert "message" in refused.value.fields
    with pytest.raises(InvalidInput) as refused:
        draft(author, agency, message_translations={"es": "x" * 1001})
    assert "message_es" in refused.value.fields
    kept = draft(author, agency, kind=RequestKind.PRESERVATION, message_translations=SPANISH)
    assert kept.message_translations == {}
    assert draft(author, agency, message_translations={"es": "  ", "xx": "?"}).message_translations == {}
