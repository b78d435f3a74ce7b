"""A program manager adds words and a seal to the agency's letters: shown first, and published in versions."""

from __future__ import annotations

import base64
import io
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from PIL import Image

from apps.agencies.models import Role
from apps.core.errors import InvalidInput, NotAllowed, Stale
from apps.ledger.models import Entry
from apps.letterhead.models import Letterhead
from apps.letterhead.selectors import words_at
from apps.letterhead.services import MOST, publish_letterhead
from apps.notifications.models import Message
from tests.factories.footage_requests import open_request
from tests.factories.links import post_secret
from tests.factories.people import AgencyFactory, staff
from tests.factories.pictures import seal as picture
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
WORDS = {
    "invitation": {"en": "Our detectives read every answer.", "es": "Nuestros detectives leen cada respuesta."},
    "thanks": {"en": "Your help matters to <us>.", "es": "Su ayuda nos importa."},
}


def published(agency, **changes):
    manager = changes.pop("by", None) or staff(Role.PROGRAM_MANAGER, agency)
    given = {"agency": agency, "read": 0, "words": WORDS, "seal": None, "by": manager} | changes
    return publish_letterhead(**given)


def typed(words=WORDS) -> dict[str, str]:
    return {f"{place}_{code}": one for place, by_code in words.items() for code, one in by_code.items()}


def test_new_letters_carry_the_words_in_their_readers_language(agency):
    published(agency)
    open_request(agency)
    letter = Message.objects.get(kind="footage_request.invitation").words
    assert "Our detectives read every answer." in letter.text
    assert "Our detectives read every answer." in letter.html
    assert words_at("reminder", agency) == ""
    with translation.override("es"):
        assert words_at("invitation", agency) == "Nuestros detectives leen cada respuesta."


def test_a_letter_that_is_out_keeps_its_words(agency):
    open_request(agency)
    before = Message.objects.get(kind="footage_request.invitation").words
    published(agency)
    assert Message.objects.get(kind="footage_request.invitation").words == before


def test_each_version_is_a_row_and_an_entry_without_the_words(agency):
    manager = staff(Role.PROGRAM_MANAGER, agency)
    first = published(agency, by=manager)
    assert published(agency, by=manager, read=1) == first
    published(agency, by=manager, read=1, words={})
    assert [(one.number, sorted(one.words)) for one in Letterhead.objects.order_by("number")] == [
        (1, ["invitation", "thanks"]),
        (2, []),
    ]
    entries = Entry.objects.filter(action="agency.letterhead_published").order_by("pk")
    assert [entry.facts["number"] for entry in entries] == [1, 2]
    assert "detectives" not in str([entry.facts for entry in entries])


def test_who_read_an_older_version_overwrites_nothing(agency):
    published(agency)
    with pytest.raises(Stale):
        published(agency, words={})


@pytest.mark.parametrize(
    ("place", "english", "spanish", "field"),
    [
        ("thanks", "Call 850-891-4200.", "Llame.", "thanks_en"),
        ("thanks", "See tallahassee.gov", "Vea.", "thanks_en"),
        ("reminder", "Thank you.", "", "reminder_es"),
        ("invitation", "a" * (MOST + 1), "b", "invitation_en"),
        ("invitation", "\u202eThank you", "Gracias", "invitation_en"),
        ("invitation", "\ue000link\ue000", "Gracias", "invitation_en"),
    ],
    ids=["number", "address", "one language", "long", "turned", "mark"],
)
def test_words_that_cannot_stand_in_a_letter_are_refused_at_their_field(agency, place, english, spanish, field):
    with pytest.raises(InvalidInput) as refused:
        published(agency, words={place: {"en": english, "es": spanish}})
    assert list(refused.value.fields) == [field]
    assert not Letterhead.objects.exists()


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.PROGRAM_MANAGER])
def test_nobody_but_a_program_manager_of_the_agency_publishes(agency, role):
    with pytest.raises(NotAllowed):
        published(agency, by=staff(role, agency))
    with pytest.raises(NotAllowed):
        published(agency, by=staff(Role.PROGRAM_MANAGER, AgencyFactory.create()))


def test_a_manager_sees_the_letters_and_publishes_what_was_shown(client, agency):
    sign_in(client, staff(Role.PROGRAM_MANAGER, agency))
    page = reverse("admin:agencies_agency_letterhead", args=[agency.public_id])
    publish = reverse("admin:agencies_agency_letterhead_publish", args=[agency.public_id])
    assert "Nothing of your own yet" in client.get(page).content.decode()
    file = SimpleUploadedFile("seal.png", picture(), content_type="image/png")
    shown = client.post(f"{page}preview/", typed() | {"seal": file})
    assert shown.status_code == 200
    text = shown.content.decode()
    assert "Our detectives read every answer." in text
    assert "Nuestros detectives leen cada respuesta." in text
    assert "What happened" in text
    assert not Letterhead.objects.exists()
    form = shown.context["publish_form"]
    answer = client.post(publish, form.initial)
    assert answer.status_code == 302
    kept = Letterhead.objects.get()
    assert kept.words == WORDS
    made = Image.open(io.BytesIO(bytes(kept.seal)))
    assert (made.format, made.size) == ("JPEG", (256, 171))
    # Shown once more and published without a file: the seal stays; taken off by its box.
    shown = client.post(f"{page}preview/", typed({}))
    client.post(publish, shown.context["publish_form"].initial)
    assert Letterhead.objects.get(number=2).seal_digest == kept.seal_digest
    shown = client.post(f"{page}preview/", {"remove_seal": "on"})
    client.post(publish, shown.context["publish_form"].initial)
    assert Letterhead.objects.get(number=3).seal_digest == ""


@pytest.mark.parametrize("content", [b"GIF89a", b"", b"%PDF-1.7", b"\x89PNG\r\n\x1a\n" + b"0" * 200])
def test_a_seal_that_is_no_picture_is_refused_beside_its_field(client, agency, content):
    sign_in(client, staff(Role.PROGRAM_MANAGER, agency))
    file = SimpleUploadedFile("seal.png", content, content_type="image/png")
    answer = client.post(
        reverse("admin:agencies_agency_letterhead_preview", args=[agency.public_id]), typed() | {"seal": file}
    )
    assert answer.status_code == 422
    assert answer.context["form"].errors["seal"]


def test_a_seal_that_did_not_arrive_whole_publishes_nothing(client, agency):
    sign_in(client, staff(Role.PROGRAM_MANAGER, agency))
    address = reverse("admin:agencies_agency_letterhead_publish", args=[agency.public_id])
    for seal in ("%%%", base64.b64encode(b"no picture").decode()):
        assert client.post(address, typed() | {"read": 0, "seal": seal}).status_code == 422
    assert not Letterhead.objects.exists()


def test_a_published_seal_is_a_picture_for_everybody(client, agency):
    kept = published(agency, seal=picture())
    address = reverse("web:agency_seal", args=[agency.public_id, kept.seal_digest])
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert answer.content == bytes(kept.seal)
    other = AgencyFactory.create()
    assert client.get(reverse("web:agency_seal", args=[other.public_id, kept.seal_digest])).status_code == 404
    agency.is_active = False
    agency.save()
    assert client.get(address).status_code == 404


def test_an_owner_sees_the_seal_who_asks_and_the_words_after_the_answer(client, agency):
    kept = published(agency, seal=picture())
    opened = open_request(agency)
    post_secret(client, "invitation", opened.invitation.public_id, opened.token())
    page = reverse("footage_requests:invitation", args=[opened.invitation.public_id])
    assert reverse("web:agency_seal", args=[agency.public_id, kept.seal_digest]) in client.get(page).content.decode()
    after = client.post(page, {"all": "none", "request_key": uuid4()}, follow=True).content.decode()
    assert "Your help matters to &lt;us&gt;." in after
