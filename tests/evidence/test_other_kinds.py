"""Evidence that is no film: what it is by its content, sealed like all else, with a preview where one is safe."""

from __future__ import annotations

import hashlib
import io
import os
import struct
import subprocess
import zipfile
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django.fixtures import Settings

from apps.agencies.models import Role
from apps.evidence.models import EvidenceItem
from apps.evidence.services import processing, sealing
from apps.evidence.states import PAGES, DerivativeKind, ItemKind, ItemState
from apps.evidence.storage import derivative_key, original_key, store
from apps.media.pages import page_program
from tests.factories.evidence import received_item
from tests.factories.items import purpose_for_case
from tests.factories.people import staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
needs_pages = pytest.mark.skipif(not page_program(), reason="pdftoppm is not installed here")


def looked_at(content: bytes, *, filename: str = "video.mp4") -> EvidenceItem:
    """Received, sealed and looked at; the original is what was sent."""
    item = received_item(content, filename=filename)
    assert sealing.hash_and_seal(item_pk=item.pk)
    assert processing.make_playable(item_pk=item.pk)
    item.refresh_from_db()
    assert store().read_back(original_key(item.digest)) == hashlib.sha256(content).hexdigest()
    return item


def sound(tmp_path: Path, ending: str, *coding: str) -> bytes:
    target = tmp_path / f"call.{ending}"
    tone = ["-f", "lavfi", "-i", "sine=frequency=440:duration=3:sample_rate=8000"]
    subprocess.run([configured.FFMPEG_BINARY, "-v", "error", *tone, *coding, str(target)], check=True)
    return target.read_bytes()


def picture(form: str, **how: object) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((900, 600), 60).convert("RGB").save(out, format=form, **how)
    return out.getvalue()


def pdf(pages: int) -> bytes:
    out = io.BytesIO()
    first, *others = [Image.new("RGB", (400, 560), (200, 40 * number, 90)) for number in range(pages)]
    first.save(out, format="PDF", save_all=True, append_images=others)
    return out.getvalue()


def derivative(item: EvidenceItem, kind: DerivativeKind) -> bytes:
    made = item.derivatives.get(kind=kind)
    return b"".join(store().open_range(derivative_key(made.digest), 0, made.size))


def page_of(item: EvidenceItem) -> str:
    user = staff(Role.DETECTIVE, item.agency)
    purpose_for_case(user, item)
    address = reverse("admin:evidence_evidenceitem_change", args=[item.public_id])
    return sign_in(Client(), user).get(address).content.decode()


@pytest.mark.parametrize(
    ("ending", "coding"),
    [
        ("wav", ("-c:a", "pcm_mulaw")),  # as dispatch centers store calls
        ("wav", ("-c:a", "pcm_s16le")),
        ("mp3", ()),
        ("ogg", ("-c:a", "libvorbis", "-ar", "44100")),
        ("flac", ()),
        ("m4a", ("-c:a", "aac")),
        ("aac", ("-c:a", "aac")),
    ],
)
def test_a_recording_of_sound_plays_beside_its_waveform(tmp_path: Path, ending: str, coding: tuple[str, ...]) -> None:
    item = looked_at(sound(tmp_path, ending, *coding), filename="911 call.mp4")
    assert (item.kind, item.state, item.problem) == (ItemKind.SOUND, ItemState.PLAYABLE, "")
    assert 2.5 < item.probe["duration_s"] < 3.6
    with Image.open(io.BytesIO(derivative(item, DerivativeKind.POSTER))) as wave:
        assert wave.size == (1280, 320)
        assert len({wave.getpixel((x, 160)) for x in range(0, 1280, 40)}) >= 1
        assert max(wave.convert("L").getextrema()) > 100
    assert derivative(item, DerivativeKind.WORKING_COPY)[4:8] == b"ftyp"
    page = page_of(item)
    assert "player-sound" in page
    assert "sound recording" in page


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photograph_is_shown_made_anew_from_its_pixels(form: str) -> None:
    exif = Image.Exif()
    exif[0x010F] = "SECRET-MAKER"
    item = looked_at(picture(form, exif=exif), filename="suspect.mp4")
    assert (item.kind, item.state) == (ItemKind.PHOTO, ItemState.PLAYABLE)
    shown = derivative(item, DerivativeKind.WORKING_COPY)
    assert b"SECRET-MAKER" not in shown
    with Image.open(io.BytesIO(shown)) as drawn:
        assert (drawn.format, drawn.size) == ("JPEG", (900, 600))
    assert "player-photo" in page_of(item)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (picture("TIFF"), "picture_format"),
        (picture("GIF"), "picture_format"),
        (struct.pack(">I", 24) + b"ftypheic" + bytes(5000), "heic"),
        (picture("JPEG")[:3000], "damaged"),
    ],
)
def test_a_photograph_that_is_not_drawn_is_kept_and_says_why(content: bytes, problem: str) -> None:
    item = looked_at(content)
    assert (item.kind, item.state) == (ItemKind.PHOTO, ItemState.UNPLAYABLE)
    assert item.problem.split()[0] == problem
    assert "No preview" in page_of(item)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_a_text_is_shown_as_letters_and_runs_nothing(encoding: str) -> None:
    words = "22:04 <script>alert(1)</script> “Está aquí” señor\n" * 20
    item = looked_at(words.encode(encoding), filename="messages.mp4")
    assert (item.kind, item.state) == (ItemKind.TEXT, ItemState.PLAYABLE)
    page = page_of(item)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert(1)" not in page
    assert "señor" in page


def test_signs_that_turn_the_reading_direction_are_left_out_of_a_text() -> None:
    item = looked_at("photo\u202egpj.exe\n\x1b[31mred\n".encode() * 40)
    if item.kind == ItemKind.TEXT:
        assert "\u202e" not in derivative(item, DerivativeKind.WORKING_COPY).decode()


def test_a_long_text_shows_its_beginning_and_says_so() -> None:
    item = looked_at(b"A line of a long log of messages.\n" * 20_000)
    assert (item.state, item.problem) == (ItemState.PLAYABLE, "text_cut")
    assert len(derivative(item, DerivativeKind.WORKING_COPY)) <= 64 * 1024


@needs_pages
@pytest.mark.parametrize("pages", [1, 2, 5])
def test_a_pdf_shows_pictures_of_its_first_pages(pages: int) -> None:
    item = looked_at(pdf(pages), filename="report.mp4")
    assert (item.kind, item.state) == (ItemKind.DOCUMENT, ItemState.PLAYABLE)
    made = set(item.derivatives.values_list("kind", flat=True))
    assert made == set(PAGES[: min(pages, 3)])
    with Image.open(io.BytesIO(derivative(item, DerivativeKind.PAGE_1))) as drawn:
        assert max(drawn.size) == 1600
    assert page_of(item).count("page-preview") == min(pages, 3)


@needs_pages
def test_a_pdf_that_reaches_out_or_is_broken_harms_nothing(tmp_path: Path) -> None:
    script = pdf(1).replace(b"/Type /Catalog", b"/Type /Catalog /OpenAction << /S /JavaScript /JS (app.alert(1)) >>")
    for content in (script, pdf(1)[:400], b"%PDF-1.7\n" + os.urandom(20_000)):
        item = looked_at(content)
        assert item.kind == ItemKind.DOCUMENT
        assert item.state in (ItemState.PLAYABLE, ItemState.UNPLAYABLE)


def test_without_a_program_that_draws_pages_a_pdf_is_kept_and_says_why(settings: Settings) -> None:
    settings.PDFTOPPM_BINARY = "no-such-program"
    item = looked_at(pdf(1))
    assert (item.kind, item.state, item.problem) == (ItemKind.DOCUMENT, ItemState.UNPLAYABLE, "no_preview")


def test_a_document_of_an_office_program_is_kept_and_not_unpacked() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w/>")
    item = looked_at(packed.getvalue())
    assert (item.kind, item.state, item.problem) == (ItemKind.DOCUMENT, ItemState.UNPLAYABLE, "no_preview")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"MZ\x90\x00" + bytes(4000), ItemKind.OTHER),
        (b"SVRX\x03\x00\x01\x00" + bytes(range(256)) * 400, ItemKind.OTHER),
        (b"#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1:9/x.ts\n", ItemKind.OTHER),
        (b"\xff\xfb\x90\x00" + bytes(3000), ItemKind.SOUND),
        (b"RIFF" + struct.pack("<I", 2000) + b"WAVEfmt " + bytes(2000), ItemKind.SOUND),
    ],
)
def test_what_nothing_opens_is_kept_with_its_kind(content: bytes, kind: ItemKind) -> None:
    item = looked_at(content)
    assert (item.kind, item.state) == (kind, ItemState.UNPLAYABLE)
    assert item.problem
