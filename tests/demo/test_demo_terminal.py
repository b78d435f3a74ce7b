"""What the demo says in the terminal: who may sign in and how, and when the last video plays."""

from __future__ import annotations

import io
import time
from types import SimpleNamespace

import pytest
from django.core.management import call_command

from apps.demo import people
from apps.demo.management.commands import watch_demo
from apps.evidence.models import EvidenceItem
from apps.evidence.services import processing, sealing
from apps.evidence.states import ItemState
from tests.evidence.conftest import own_folders  # noqa: F401 - a fixture
from tests.factories.clips import clip
from tests.factories.evidence import received_item


def said_by(command: str, *words: str) -> str:
    out = io.StringIO()
    call_command(command, *words, stdout=out)
    return out.getvalue()


def test_everybody_is_named_with_role_password_and_the_page_of_the_codes() -> None:
    said = said_by("demo_people", "--url", "http://localhost:8765/")
    assert f"Password of everybody: {people.PASSWORD}" in said
    assert "http://localhost:8765/demo/" in said
    for member in people.STAFF:
        line = next(line for line in said.splitlines() if member.email in line)
        assert f"{member.agency} {member.role.label}" in line
    for email, _name in (people.RESIDENT, people.BUSINESS, people.ASSOCIATION, people.UNIVERSITY):
        assert email in said


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("own_folders")
def test_it_waits_for_the_workers_and_says_how_many_play(monkeypatch: pytest.MonkeyPatch) -> None:
    received_item(clip("h264"))
    received_item(b"SVRX\x00which no decoder reads" * 200)

    def the_workers_go_on(_seconds: float) -> None:
        item = EvidenceItem.objects.exclude(state__in=[ItemState.PLAYABLE, ItemState.UNPLAYABLE]).order_by("pk")[0]
        assert sealing.hash_and_seal(item_pk=item.pk)
        assert processing.make_playable(item_pk=item.pk)

    monkeypatch.setattr(watch_demo, "time", SimpleNamespace(sleep=the_workers_go_on, monotonic=time.monotonic))
    said = said_by("watch_demo")
    assert "The last video plays" in said
    assert "1 play in the browser, 1 can only be downloaded" in said


@pytest.mark.django_db
def test_it_says_nothing_when_nothing_waits() -> None:
    assert said_by("watch_demo") == ""
