"""Files that no browser plays: the page names their player and how to export again, as staff wrote it."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from apps.agencies.models import Role
from apps.core.errors import InvalidInput, NotAllowed, Stale
from apps.evidence.format_guides import checked_guide, guide_of, read_guides
from apps.evidence.models import EvidenceItem, FormatGuide
from apps.evidence.services import processing, sealing
from apps.evidence.services.format_guides import load_format_guides, save_format_guide
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from tests.factories.evidence import received_item
from tests.factories.items import purpose_for_case
from tests.factories.people import staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
WHO = Actor.system("test")


@pytest.fixture
def guides() -> None:
    load_format_guides(guides=read_guides(), actor=WHO)


def unplayable(content: bytes, filename: str) -> EvidenceItem:
    item = received_item(content, filename=filename)
    assert sealing.hash_and_seal(item_pk=item.pk)
    assert processing.make_playable(item_pk=item.pk)
    item.refresh_from_db()
    return item


def test_each_of_the_first_guides_holds_and_has_both_languages() -> None:
    for facts in read_guides():
        checked = checked_guide(facts)
        assert all(checked["steps"].values()), facts["name"]


def test_a_first_guide_names_its_sources_or_says_that_there_is_none(guides: None) -> None:
    checked = FormatGuide.objects.exclude(checked_on=None)
    assert all(guide.sources for guide in checked)
    assert not FormatGuide.objects.filter(checked_on=None).exclude(player="").exists()
    item = unplayable(b"\x07\x11" + bytes(range(256)) * 40, "Camera 1.cme")
    user = staff(Role.DETECTIVE, item.agency)
    purpose_for_case(user, item)
    page = sign_in(Client(), user).get(reverse("admin:evidence_evidenceitem_change", args=[item.public_id]))
    assert "Nobody has compared this with a source yet." in page.content.decode()


def test_loading_them_twice_adds_nothing_and_overwrites_nothing(guides: None) -> None:
    guide = FormatGuide.objects.get(name="Dahua DAV")
    facts = {**read_guides()[0], "player": "Another player"}
    save_format_guide(facts=facts, guide=guide, version=1, actor=WHO)
    call_command("load_format_guides", stdout=StringIO())
    assert FormatGuide.objects.get(name="Dahua DAV").player == "Another player"
    assert FormatGuide.objects.count() == len(read_guides())


@pytest.mark.parametrize(
    ("content", "filename", "name"),
    [
        (b"IMKH" + bytes(range(256)) * 40, "front.bin", "Hikvision private format"),
        (b"\x07\x11" + bytes(range(256)) * 40, "Camera 1.G64X", "Genetec Security Center G64"),
        (
            b"IMKH" + bytes(range(256)) * 40,
            "export.g64x",
            "Hikvision private format",
        ),  # the bytes count before the name
        (b"MZ\x90\x00" + bytes(4000), "player.exe", "A player with the video inside (EXE)"),
    ],
)
def test_an_item_is_matched_by_its_bytes_and_else_by_its_ending(
    guides: None, content: bytes, filename: str, name: str
) -> None:
    found = guide_of(unplayable(content, filename))
    assert found is not None
    assert found.name == name


def test_the_page_of_an_item_names_player_and_steps(guides: None) -> None:
    item = unplayable(b"\x07\x11" + bytes(range(256)) * 40, "Camera 1.g64x")
    user = staff(Role.DETECTIVE, item.agency)
    purpose_for_case(user, item)
    page = sign_in(Client(), user).get(reverse("admin:evidence_evidenceitem_change", args=[item.public_id]))
    words = page.content.decode()
    assert "not known. Ask who gave the file" in words
    assert "export to MP4 or ASF" in words
    assert "Checked on" in words
    assert "https://github.com/Genetec/DAP/wiki/media-sdk-media-file-formats" in words
    assert "which may be wrong" in words


def test_a_change_is_a_version_in_the_ledger_and_the_same_again_is_none(guides: None) -> None:
    manager = staff(Role.PROGRAM_MANAGER)
    guide = FormatGuide.objects.get(name="Dahua DAV")
    facts = {**read_guides()[0], "player": "SmartPlayer 5"}
    for version in (1, 2):
        guide = save_format_guide(facts=facts, guide=guide, version=version, user=manager, actor=WHO)
    assert guide.version == 2
    entries = Entry.objects.filter(subject_kind="format_guide", subject_id=str(guide.public_id)).order_by("pk")
    assert [(one.action, one.facts["version"], one.facts["player"]) for one in entries] == [
        ("format_guide.added", 1, ""),
        ("format_guide.changed", 2, "SmartPlayer 5"),
    ]
    with pytest.raises(Stale):
        save_format_guide(facts={**facts, "player": "x"}, guide=guide, version=1, user=manager, actor=WHO)
    with pytest.raises(NotAllowed):
        save_format_guide(facts=facts, guide=guide, version=2, user=staff(Role.DETECTIVE), actor=WHO)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"endings": ["../x"]}, "endings"),
        ({"endings": [], "signature": ""}, "endings"),
        ({"signature": "44 4"}, "signature"),
        ({"player_url": "http://example.org/"}, "player_url"),
        ({"player_url": "javascript:alert(1)"}, "player_url"),
        ({"name": ""}, "name"),
        ({"sources": ["http://example.org/"], "checked_on": "2026-11-30"}, "sources"),
        ({"sources": [], "checked_on": "2026-11-30"}, "sources"),
        ({"sources": ["https://example.org/"], "checked_on": None}, "sources"),
        ({"sources": ["https://example.org/"], "checked_on": "2126-11-30"}, "checked_on"),
    ],
)
def test_what_makes_no_sense_is_refused_beside_its_field(change: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        checked_guide({**read_guides()[0], **change})
    assert field in refused.value.fields


def test_a_manager_writes_a_format_on_its_page_and_others_read(guides: None) -> None:
    manager, auditor = staff(Role.PROGRAM_MANAGER), staff(Role.AUDITOR)
    add = reverse("admin:evidence_formatguide_add")
    form = {
        "name": "Some DVR",
        "endings": "dvx, .DVY",
        "signature": "53 56",
        "player": "DVR Player",
        "player_url": "",
        "steps_en": "Choose AVI.",
        "steps_es": "Elija AVI.",
        "sources": "https://example.org/a\nhttps://example.org/b",
        "checked_on": "2026-11-29",
        "is_offered": "on",
    }
    client = sign_in(Client(), manager)
    assert client.post(add, {**form, "signature": "zz"}).status_code == 422
    assert client.post(add, form).status_code == 302
    guide = FormatGuide.objects.get(name="Some DVR")
    assert (guide.endings, guide.signature, json.dumps(guide.steps)) == (
        ["dvx", "dvy"],
        "5356",
        json.dumps({"en": "Choose AVI.", "es": "Elija AVI."}),
    )
    assert (guide.sources, str(guide.checked_on)) == (["https://example.org/a", "https://example.org/b"], "2026-11-29")
    reader = sign_in(Client(), auditor)
    change = reverse("admin:evidence_formatguide_change", args=[guide.public_id])
    assert reader.get(change).status_code == 200
    assert reader.post(change, form).status_code == 403
    assert reader.get(add).status_code == 403
