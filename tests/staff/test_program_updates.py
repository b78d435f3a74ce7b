"""The editor of a quarterly update, and the public page: words, preview, publication, archive."""

from __future__ import annotations

import html
import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from apps.agencies.models import Role
from apps.program.models import QuarterlyUpdate
from apps.program.services import draft_correction, publish_update, save_update
from apps.program.states import UpdateState
from tests.factories.people import staff
from tests.factories.program import IN_OCTOBER, Q3, drafted, measured, published, saved
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
MORE = {"en": "The date was wrong.", "es": "La fecha era incorrecta."}
LIST = reverse("admin:program_updates")
PUBLIC = reverse("web:program")


def address(update, name="program_update"):
    return reverse(f"admin:{name}", args=[update.public_id])


def text(response):
    return html.unescape(re.sub(r"\s+", " ", response.content.decode()))


def typed(update, **changes):
    return {"version": update.version, "intro_en": "A good quarter.", "intro_es": "Un buen trimestre."} | changes


@pytest.fixture(autouse=True)
def clock(settings):
    settings.PORTAL_TIME_ZONE = "America/New_York"
    with time_machine.travel(IN_OCTOBER, tick=False):
        yield


@pytest.fixture
def manager():
    return staff(Role.PROGRAM_MANAGER)


@pytest.fixture
def client(manager):
    return sign_in(Client(), manager)


def test_a_manager_writes_previews_saves_and_publishes(client):
    update = drafted()
    assert "Quarter 3 of 2026" in text(client.get(LIST))
    page = text(client.get(address(update)))
    assert "Approved cameras" in page
    preview = client.post(address(update, "program_update_save"), typed(update, preview="1", note_cameras_en="South!"))
    assert "Preview (not saved)" in text(preview)
    assert "South!" in text(preview)
    update.refresh_from_db()
    assert (update.intro, update.version) == ({}, 1)
    assert client.post(address(update, "program_update_save"), typed(update)).status_code == 302
    assert text(Client().get(PUBLIC)).count("A good quarter.") == 0
    update.refresh_from_db()
    answer = client.post(address(update, "program_update_publish"), {"version": update.version})
    assert answer.status_code == 302
    assert "A good quarter." in text(Client().get(PUBLIC))
    assert "Un buen trimestre." in text(Client().get(PUBLIC, headers={"Accept-Language": "es"}))


def test_a_figure_in_the_form_is_not_read(client):
    update = drafted()
    before = update.figures
    client.post(address(update, "program_update_save"), typed(update, figures="[]", value_cameras="99999"))
    update.refresh_from_db()
    assert update.figures == before


def test_missing_words_are_named_and_what_is_typed_stays(client):
    update = saved(drafted(), staff(Role.PROGRAM_MANAGER), intro={"en": "Only English."})
    answer = client.post(address(update, "program_update_publish"), {"version": update.version})
    assert answer.status_code == 422
    assert "Please fill this in: the public reads it in this language." in text(answer)
    assert "Only English." in text(answer)
    answer = client.post(address(update, "program_update_save"), typed(update, intro_en="x" * 4001))
    assert answer.status_code == 422


def test_a_colleagues_words_are_shown_beside_ones_own(client):
    update = drafted()
    saved(update, staff(Role.PROGRAM_MANAGER), intro={"en": "Theirs."})
    answer = client.post(address(update, "program_update_save"), typed(update, intro_en="Mine."))
    assert answer.status_code == 409
    assert "Theirs." in text(answer)
    assert "Mine." in text(answer)
    assert client.post(address(update, "program_update_publish"), {"version": "1"}).status_code == 409
    assert client.post(address(update, "program_update_publish"), {"version": "²"}).status_code == 409


@pytest.mark.parametrize("role", Role)
def test_readers_see_a_draft_without_a_form_and_others_nothing(role):
    update, client = drafted(), sign_in(Client(), staff(role))
    reads = role in (Role.PROGRAM_MANAGER, Role.SUPERVISOR, Role.AUDITOR)
    page = client.get(address(update))
    assert page.status_code == (200 if reads else 404)
    assert ("draft-form" in text(page)) == (role == Role.PROGRAM_MANAGER)
    assert client.get(LIST).status_code == (200 if reads else 403)
    if role != Role.PROGRAM_MANAGER:
        for name in ("save", "publish", "discard"):
            data = typed(update)
            assert client.post(address(update, f"program_update_{name}"), data).status_code in (403, 404)
        update.refresh_from_db()
        assert (update.state, update.version) == (UpdateState.DRAFT, 1)


def test_a_correction_is_begun_from_the_list_and_a_draft_thrown_away(client, manager):
    published(manager)
    assert client.post(reverse("admin:program_update_correct"), {"quarter": "1999-q9"}).status_code == 404
    begun = client.post(reverse("admin:program_update_correct"), {"quarter": Q3.slug})
    draft = QuarterlyUpdate.objects.get(state=UpdateState.DRAFT)
    assert begun.headers["Location"] == address(draft)
    assert "What changed since the version before" in text(client.get(address(draft)))
    client.post(address(draft, "program_update_discard"), {"version": draft.version})
    assert not QuarterlyUpdate.objects.filter(state=UpdateState.DRAFT).exists()
    assert text(client.get(LIST)).count("mark-") == 1


def test_the_public_page_says_what_it_is_before_there_is_an_update():
    page = Client().get(PUBLIC)
    assert page.status_code == 200
    assert "The first update is not published yet." in text(page)
    assert Client().get(reverse("web:program_quarter", args=["2026-q3"])).status_code == 404


def test_the_archive_has_every_version_and_an_old_one_leads_to_the_newer(manager):
    published(manager)
    second = draft_correction(quarter=Q3, user=manager)
    second = save_update(update=second, read=second.version, intro=second.intro, changes=MORE, notes={}, user=manager)
    second = publish_update(update=second, read=second.version, user=manager)
    newest = text(Client().get(PUBLIC))
    assert "The date was wrong." in newest
    assert "A later version corrects this one." not in newest
    old = text(Client().get(reverse("web:program_update", args=["2026-q3", 1])))
    assert "A later version corrects this one." in old
    assert reverse("web:program_update", args=["2026-q3", 2]) in old
    assert text(Client().get(reverse("web:program_quarter", args=["2026-q3"]))).count(second.digest) == 1


def test_a_draft_is_on_no_public_page_and_small_numbers_on_none():
    measured("used_in_cases", 3, 3)
    drafted()
    assert "fewer than 5" not in text(Client().get(PUBLIC))
    assert Client().get(reverse("web:program_update", args=["2026-q3", 1])).status_code == 404


def test_typed_markup_stays_text(client, manager):
    update = saved(drafted(), manager, intro={"en": "<script>alert(1)</script>", "es": "<b>no</b>"})
    publish_update(update=update, read=update.version, user=manager)
    assert "<script>alert(1)" not in Client().get(PUBLIC).content.decode()
