"""The catalog of common cameras: what it holds, who writes it, and what may stand in it."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from apps.agencies.models import Role
from apps.cameras import policies
from apps.cameras.catalog import read_entries
from apps.cameras.models import CatalogEntry
from apps.cameras.selectors import offered_entries
from apps.cameras.services import load_catalog, save_catalog_entry
from apps.core.errors import InvalidInput, NotAllowed, Stale
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from tests.factories.actors import actor_for
from tests.factories.people import UserFactory, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db

FACTS = {
    "kind": "camera",
    "maker": "Acme",
    "name": "Doorbell 3",
    "field_of_view": 150,
    "plans": [{"name": {"en": "30 days", "es": "30 días"}, "retention_hours": 720}],
    "clock_help": {"en": "Look.", "es": "Mire."},
}


def save(**changes):
    keys = ("entry", "version", "user")
    given = {name: changes.pop(name) for name in keys if name in changes}
    return save_catalog_entry(facts=FACTS | changes, actor=Actor.system("test"), **given)


def test_the_catalog_that_a_city_starts_with_holds_the_common_ones_in_both_languages():
    call_command("load_catalog")
    entries = offered_entries()
    assert len(entries) >= 25
    assert {"Ring", "Google Nest", "Arlo", "Reolink", "Hikvision"} <= {entry.maker for entry in entries}
    assert {entry.kind for entry in entries} == {"camera", "recorder"}
    assert all(set(entry.clock_help) == set(entry.export_help) == {"en", "es"} for entry in entries)
    assert entries[-1].maker == "Other make"


def test_loading_it_again_changes_nothing_and_what_staff_wrote_stays():
    load_catalog(entries=read_entries(), actor=Actor.system("test"))
    ring = CatalogEntry.objects.filter(maker="Ring").order_by("pk")[0]
    facts = {"kind": "camera", "maker": ring.maker, "name": ring.name, "field_of_view": 12}
    save_catalog_entry(facts=facts, entry=ring, actor=Actor.system("test"))
    count = Entry.objects.count()
    assert load_catalog(entries=read_entries(), actor=Actor.system("test")) == 0
    ring.refresh_from_db()
    assert (ring.field_of_view, Entry.objects.count()) == (12, count)


@pytest.mark.parametrize("text", ["", "{}", "[1]", "[{}]", '[{"kind": "camera", "maker": "A"}]'])
def test_a_file_that_is_no_catalog_adds_nothing(tmp_path, text):
    path = tmp_path / "catalog.json"
    path.write_text(text)
    with pytest.raises(CommandError):
        call_command("load_catalog", str(path))
    assert not CatalogEntry.objects.exists()


def test_one_bad_entry_in_a_file_stops_the_whole_file(tmp_path):
    path = tmp_path / "catalog.json"
    path.write_text(json.dumps([FACTS, FACTS | {"name": "Other", "field_of_view": 0}]))
    with pytest.raises(CommandError):
        call_command("load_catalog", str(path))
    assert not CatalogEntry.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", ""),
        ("kind", "toaster"),
        ("maker", ""),
        ("maker", None),
        ("name", "x" * 81),
        ("name", "\x07"),
        ("field_of_view", 361),
        ("field_of_view", float("nan")),
        ("range_m", True),
        ("range_m", 501),
        ("frame_rate", "30"),
        ("recording", "sometimes"),
        ("clock", "cuckoo"),
        ("night_view", "yes"),
        ("plans", {}),
        ("plans", [{"name": {"en": "x", "es": "x"}, "retention_hours": 0}]),
        ("plans", [{"name": {"en": "x"}, "retention_hours": 24}]),
        ("plans", [{"retention_hours": 24}]),
        ("plans", [{"name": {"en": "x", "es": "x"}, "retention_hours": 24}] * 13),
        ("clock_help", {"en": "Look."}),
        ("clock_help", {"en": "Look.", "es": "Mire.", "tlh": "…"}),
        ("export_help", ["x"]),
        ("weight", 3),
    ],
)
def test_a_fact_that_cannot_be_is_refused_with_its_name(field, value):
    with pytest.raises(InvalidInput) as refusal:
        save(**{field: value})
    assert set(refusal.value.fields) == {field}
    assert not CatalogEntry.objects.exists()


def test_saving_leaves_an_entry_in_the_ledger_and_saving_the_same_does_not():
    entry = save()
    assert save(entry=entry, version=1).version == 1
    assert save(entry=entry, version=1, field_of_view=140).version == 2
    acts = Entry.objects.filter(subject_id=str(entry.public_id)).order_by("pk").values_list("action", flat=True)
    assert list(acts) == ["catalog_entry.added", "catalog_entry.changed"]


def test_the_later_of_two_writers_is_told():
    entry = save()
    save(entry=entry, version=1, field_of_view=140)
    with pytest.raises(Stale):
        save(entry=entry, version=1, field_of_view=130)


def test_one_maker_and_model_stands_once():
    save()
    other = save(name="Other")
    for entry in (None, other):
        with pytest.raises(InvalidInput):
            save(entry=entry)


@pytest.mark.parametrize(
    ("role", "may_read", "may_write"),
    [
        (Role.PROGRAM_MANAGER, True, True),
        (Role.AUDITOR, True, False),
        (Role.DETECTIVE, False, False),
        (Role.SUPERVISOR, False, False),
        (None, False, False),
    ],
)
def test_who_reads_what_is_not_offered_and_who_writes(role, may_read, may_write):
    user = staff(role) if role else UserFactory.create()
    hidden, shown = save(is_offered=False), save(name="Shown")
    assert policies.can_view_catalog_entry(user, hidden) is may_read
    assert (hidden in policies.viewable_catalog(user)) is may_read
    assert policies.can_view_catalog_entry(user, shown)
    assert shown in policies.viewable_catalog(user)
    if may_write:
        assert save(user=user, entry=hidden, field_of_view=99).field_of_view == 99
    else:
        with pytest.raises(NotAllowed):
            save(user=user, entry=hidden)


def form_data(client, address):
    form = client.get(address).context["form"]
    return {field.html_name: field.value() or "" for field in form}


def test_a_program_manager_writes_and_changes_an_entry_on_the_admin(client):
    sign_in(client, staff(Role.PROGRAM_MANAGER))
    listed, adding = reverse("admin:cameras_catalogentry_changelist"), reverse("admin:cameras_catalogentry_add")
    assert adding in client.get(listed).content.decode()
    data = form_data(client, adding) | {
        "maker": "Acme",
        "name": "Doorbell 3",
        "plans": "30 | 30 days | 30 días\n\n0.125 | 3 hours | 3 horas",
        "night_view": "yes",
        "clock_help_en": "Look.",
        "clock_help_es": "Mire.",
    }
    assert client.post(adding, data).url == listed
    entry = CatalogEntry.objects.get()
    assert [plan["retention_hours"] for plan in entry.plans] == [720, 3]
    assert (entry.night_view, entry.records_sound, entry.clock_help["es"]) == (True, None, "Mire.")
    changing = reverse("admin:cameras_catalogentry_change", args=[entry.public_id])
    data = form_data(client, changing)
    assert data["plans"].splitlines() == ["30 | 30 days | 30 días", "0.125 | 3 hours | 3 horas"]
    assert client.post(changing, data | {"field_of_view": "155"}).url == listed
    entry.refresh_from_db()
    assert (entry.field_of_view, entry.version, len(entry.plans)) == (155, 2, 2)
    stale = client.post(changing, data | {"field_of_view": "12"})
    assert stale.status_code == 409
    assert 'value="12"' in stale.content.decode()


@pytest.mark.parametrize("plans", ["thirty | a | b", "30", "30 | only one", "inf | a | b", "-1 | a | b", "30 | | x"])
def test_a_line_of_plans_that_cannot_be_read_is_said(client, plans):
    sign_in(client, staff(Role.PROGRAM_MANAGER))
    adding = reverse("admin:cameras_catalogentry_add")
    answer = client.post(adding, form_data(client, adding) | {"maker": "A", "name": "B", "plans": plans})
    assert answer.status_code == 422
    assert answer.context["form"].errors["plans"]
    assert not CatalogEntry.objects.exists()


def test_an_auditor_reads_an_entry_and_changes_nothing(client):
    entry = save(is_offered=False)
    sign_in(client, staff(Role.AUDITOR))
    address = reverse("admin:cameras_catalogentry_change", args=[entry.public_id])
    body = client.get(address).content.decode()
    assert "Doorbell 3" in body
    assert 'type="submit">Save' not in body
    assert client.post(address, form_data(client, address) | {"maker": "X"}).status_code == 403
    assert client.get(reverse("admin:cameras_catalogentry_add")).status_code == 403


def test_a_detective_has_no_business_in_the_catalog(client):
    entry = save()
    sign_in(client, staff(Role.DETECTIVE))
    assert client.get(reverse("admin:cameras_catalogentry_changelist")).status_code in (403, 404)
    assert client.get(reverse("admin:cameras_catalogentry_change", args=[entry.public_id])).status_code in (403, 404)


def test_the_actor_of_a_change_is_the_manager():
    manager = staff(Role.PROGRAM_MANAGER)
    save_catalog_entry(facts=FACTS, user=manager, actor=actor_for(manager))
    assert str(manager.public_id).encode() in Entry.objects.get(action="catalog_entry.added").leaf
