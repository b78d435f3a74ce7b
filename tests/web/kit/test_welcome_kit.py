"""What a partner prints: a sign and a certificate, tagged, in both languages, that tell nothing confidential."""

from __future__ import annotations

import io

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from apps.cameras.models import Camera
from apps.cameras.states import CameraState
from apps.notifications.models import Message
from apps.partners.models import MemberRole, Membership, Partner
from apps.web import kit
from tests.factories.cameras import camera, pending_camera
from tests.factories.people import AgencyFactory, UserFactory, registrant, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db

SHEETS = ["web:sign_pdf", "web:certificate_pdf"]


def words_of(content: bytes) -> str:
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return " ".join(text.replace("\u200b", "").split())  # where a long name may break


def named(name: str) -> Partner:
    _user, partner = registrant(AgencyFactory.create(name="Springfield Police Department"))
    partner.name = name
    partner.save()
    return partner


@pytest.fixture
def partner(client: Client) -> Partner:
    user, partner = registrant(AgencyFactory.create(name="Springfield Police Department"))
    camera(partner, name="Kanarie", latitude=30.41234, longitude=-84.29876)
    sign_in(client, user)
    return partner


@pytest.mark.parametrize(
    ("language", "title"), [("en", "Certificate of partnership"), ("es", "Certificado de participación")]
)
def test_the_certificate_speaks_the_language_that_was_asked_for(
    client: Client, partner: Partner, language, title
) -> None:
    answer = client.get(reverse("web:certificate_pdf", args=[language]))
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    reader = PdfReader(io.BytesIO(answer.content))
    assert len(reader.pages) == 1
    assert reader.metadata is not None
    assert reader.metadata.title == title
    assert reader.root_object["/Lang"] == language
    text = words_of(answer.content)
    assert partner.name in text
    assert "Springfield Police Department" in text


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("page", SHEETS)
def test_each_sheet_is_one_tagged_page_with_a_link_to_the_public_page(
    client: Client, partner, settings, page, language
) -> None:
    settings.SITE_URL = "https://cameras.example.gov"
    content = client.get(reverse(page, args=[language])).content
    reader = PdfReader(io.BytesIO(content))
    assert len(reader.pages) == 1
    assert b"pdfuaid:part" in content
    links = [note.get_object()["/A"]["/URI"] for note in reader.pages[0]["/Annots"]]
    assert links == ["https://cameras.example.gov/"]


@pytest.mark.parametrize("page", SHEETS)
def test_no_sheet_tells_where_cameras_are_or_what_they_are_called(client: Client, partner: Partner, page: str) -> None:
    text = words_of(client.get(reverse(page, args=["en"])).content)
    for canary in ("Kanarie", "30.41", "84.29", "Home"):
        assert canary not in text


def test_the_sign_does_not_name_the_partner(client: Client, partner: Partner) -> None:
    assert partner.name not in words_of(client.get(reverse("web:sign_pdf", args=["en"])).content)


@pytest.mark.parametrize(
    "name",
    [
        "#set page(width: 1cm)",
        '"); #read("/etc/passwd")',
        "$x^2$ *bold* _it_ `raw` \\ @label <tag>",
        "=cmd|' /C calc'!A0",
        "Ünïcödé Ñandú Łódź",
        "李小龍 مرحبا 🎥",
        "W" * 120,
    ],
)
def test_any_name_is_printed_as_it_stands_on_one_page(name: str) -> None:
    content = kit.certificate(named(name), "en")
    assert len(PdfReader(io.BytesIO(content)).pages) == 1
    if name.isascii() and len(name) < 100:
        assert name.replace(" ", "") in words_of(content).replace(" ", "")


def test_nothing_is_printed_before_a_camera_takes_part(client: Client) -> None:
    user, partner = registrant(AgencyFactory.create())
    pending_camera(partner)
    sign_in(client, user)
    assert "as soon as staff have approved your first camera" in client.get(reverse("web:kit")).content.decode()
    for page in SHEETS:
        assert client.get(reverse(page, args=["en"])).status_code == 404
    Camera.objects.update(state=CameraState.ACTIVE)
    for page in SHEETS:
        assert client.get(reverse(page, args=["en"])).status_code == 200
        assert client.get(reverse(page, args=["xx"])).status_code == 404


def test_a_stranger_prints_a_certificate_of_nobody_else(client: Client, partner: Partner) -> None:
    stranger = Client()
    sign_in(stranger, UserFactory.create())
    assert stranger.get(reverse("web:certificate_pdf", args=["en"])).status_code == 302
    officer = Client()
    sign_in(officer, staff())
    assert officer.get(reverse("web:certificate_pdf", args=["en"])).status_code in (302, 403)


def test_a_responder_of_the_partner_may_print_too(client: Client, partner: Partner) -> None:
    responder = UserFactory.create()
    Membership.objects.create(partner=partner, user=responder, role=MemberRole.RESPONDER)
    sign_in(client, responder)
    assert partner.name in words_of(client.get(reverse("web:certificate_pdf", args=["en"])).content)


def test_the_letter_of_approval_leads_to_the_kit(partner: Partner) -> None:
    assert "/kit/" in Message.objects.get(kind="camera.approved").text
