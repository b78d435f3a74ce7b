"""The camera's form: what is filled in without any script, addresses, another one here, two editors, nonsense."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.cameras.catalog import read_entries
from apps.cameras.models import Camera, CatalogEntry
from apps.cameras.services import load_catalog, save_catalog_entry
from apps.ledger.values import Actor
from apps.web.cameras.selectors import MOST_NAMES, MOST_SITES
from tests.cameras.census_server import CensusServer, match
from tests.factories.cameras import pending_camera, site
from tests.factories.people import AgencyFactory, registrant
from tests.factories.sessions import sign_in
from tests.web.joining.test_joining import camera_post

pytestmark = pytest.mark.django_db
ADD = reverse("web:add_camera")
NAUGHTY = [
    "<script>alert(1)</script>",
    "'; DROP TABLE cameras_camera; --",
    "{{ 7*7 }} {% include 'x' %} %(name)s {0}",
    "=cmd|' /C calc'!A0",
    "Ṱ̺̺̕o͞ ̷i̲̬͇̪͙n̝̗͕v̟̜̘̦͟o̶̙̰̠kè͚̮̺̪̹̱̤",
    "田中さん 👩‍👩‍👧 ﷽",
    "../../etc/passwd\\x00",
]


@pytest.fixture
def partner(client):
    cache.clear()
    user, partner = registrant(AgencyFactory.create())
    sign_in(client, user)
    return partner


@pytest.fixture
def entry():
    load_catalog(entries=read_entries(), actor=Actor.system("test"))
    return CatalogEntry.objects.get(maker="Ring", name="Video Doorbell Pro 2")


EMPTY = {"field_of_view": "", "range_ft": "", "retention_days": "", "records_sound": ""}


def test_what_is_left_empty_is_filled_from_the_catalog(client, partner, entry):
    client.post(ADD, camera_post(catalog_entry=str(entry.public_id), **EMPTY))
    camera = Camera.objects.select_related("place").get()
    assert camera.catalog_entry == entry
    assert (camera.place.field_of_view, camera.place.range_m) == (entry.field_of_view, entry.range_m)
    assert camera.retention_hours == min(plan["retention_hours"] for plan in entry.plans)
    facts = (camera.recording, camera.picture_height, camera.clock, camera.night_view)
    assert facts == ("event", 1536, "automatic", True)


def test_not_being_sure_of_sound_is_an_answer_whatever_the_catalog_knows(client, partner, entry):
    assert entry.records_sound
    client.post(ADD, camera_post(catalog_entry=str(entry.public_id), **EMPTY))
    camera = Camera.objects.get()
    assert camera.records_sound is None
    page = client.get(f"/cameras/{camera.public_id}/").content.decode()
    assert '<option value="" selected>I am not sure</option>' in page


def test_what_the_owner_says_counts_more_than_the_catalog(client, partner, entry):
    own = {"field_of_view": "70", "range_ft": "33", "retention_days": "3", "records_sound": "no"}
    more = {"recording": "continuous", "clock": "by_hand", "night_view": "no", "picture_height": "720"}
    client.post(ADD, camera_post(catalog_entry=str(entry.public_id), **own, **more))
    camera = Camera.objects.select_related("place").get()
    assert (camera.place.field_of_view, camera.place.range_m, camera.retention_hours) == (70, 10.1, 72)
    facts = (camera.recording, camera.picture_height, camera.clock, camera.night_view, camera.records_sound)
    assert facts == ("continuous", 720, "by_hand", False, False)


def test_without_an_entry_and_without_words_the_usual_counts_and_sound_is_not_known(client, partner):
    client.post(ADD, camera_post(**EMPTY))
    camera = Camera.objects.select_related("place").get()
    assert (camera.place.field_of_view, camera.place.range_m, camera.retention_hours) == (90, 18.3, 168)
    assert camera.records_sound is None
    assert (camera.recording, camera.clock, camera.night_view, camera.catalog_entry) == ("", "", None, None)


def test_an_entry_that_is_not_offered_cannot_be_chosen_but_stays_with_its_cameras(client, partner, entry):
    client.post(ADD, camera_post(catalog_entry=str(entry.public_id)))
    facts = {"kind": entry.kind, "maker": entry.maker, "name": entry.name, "is_offered": False}
    save_catalog_entry(facts=facts, entry=entry, actor=Actor.system("test"))
    assert client.post(ADD, camera_post(catalog_entry=str(entry.public_id))).status_code == 422
    camera = Camera.objects.get()
    page = client.get(reverse("web:edit_camera", args=[camera.public_id]))
    assert page.context["form"]["catalog_entry"].value() == str(entry.public_id)
    assert str(entry.public_id) in page.content.decode()


def test_the_registered_page_says_how_to_check_the_clock_and_to_export(client, partner, entry):
    page = client.post(ADD, camera_post(catalog_entry=str(entry.public_id)), follow=True).content.decode()
    assert entry.clock_help["en"][:40] in page
    assert "In the Ring app" in page


def test_another_one_here_keeps_place_make_and_site_and_has_a_name_and_a_key_of_its_own(client, partner, entry):
    first = client.post(ADD, camera_post(catalog_entry=str(entry.public_id), retention_days="12"))
    camera = Camera.objects.get()
    assert f"{ADD}?like={camera.public_id}" in client.get(first.url).content.decode()
    form = client.get(ADD, {"like": str(camera.public_id)}).context["form"]
    assert form["latitude"].value() == camera.place.latitude
    assert (form["name"].value(), form["bearing"].value()) == ("Driveway", None)
    assert (form["catalog_entry"].value(), form["retention_days"].value()) == (str(entry.public_id), 12)
    assert form["site"].value() == str(camera.site.public_id)
    assert form["request_key"].value() != camera.request_key


@pytest.mark.parametrize("like", ["x", "", "7c3f1c52-0c3e-4d0a-9c0c-0a51b3ac2f10"])
def test_another_one_beside_nothing_of_mine_is_just_another_one(client, partner, like):
    theirs = pending_camera(registrant(AgencyFactory.create())[1], latitude=30.412345)
    for asked in (like, str(theirs.public_id)):
        page = client.get(ADD, {"like": asked})
        assert page.status_code == 200
        assert "30.412" not in page.content.decode()


@pytest.fixture
def census(settings):
    server = CensusServer()
    settings.GEOCODER, settings.GEOCODER_URL = "census", server.url
    yield server
    server.close()


def test_an_address_is_found_without_a_script_and_nothing_is_registered_yet(client, partner, census):
    page = client.post(ADD, camera_post(find="1", latitude="", longitude="", site_address="1127 Live Oak Lane"))
    assert page.context["form"]["latitude"].value() == "30.4585"
    assert "Found: 1127 LIVE OAK LN" in page.content.decode()
    assert 'value="1127 Live Oak Lane"' in page.content.decode()
    assert not Camera.objects.exists()


def test_an_address_that_is_not_found_is_said_beside_its_field(client, partner, census):
    census.answer = []
    page = client.post(ADD, camera_post(find="1", site_address="Nowhere"))
    assert "We cannot find this address" in str(page.context["form"].errors["site_address"])


def test_a_script_gets_places_or_a_problem_in_json(client, partner, census):
    find = reverse("web:find_address")
    census.answer = [match("A"), match("B", -84.28, 30.44)]
    answer = client.post(find, {"address": "12 Oak"}, headers={"accept": "application/json"})
    assert [place["label"] for place in answer.json()["found"]] == ["A", "B"]
    assert "no-store" in answer["Cache-Control"]
    census.status = 500
    answer = client.post(find, {"address": "12 Oak"}, headers={"accept": "application/json"})
    assert answer.status_code == 503
    assert "on the map" in answer.json()["detail"]
    assert client.get(find, {"address": "12 Oak"}).status_code == 405


def test_without_a_geocoder_the_page_offers_no_look_up(client, partner):
    assert "Find the address" not in client.get(ADD).content.decode()


def test_the_later_of_two_editors_sees_what_changed_and_keeps_what_was_typed(client, partner):
    camera = pending_camera(partner)
    address = reverse("web:edit_camera", args=[camera.public_id])
    page = client.get(address)
    read = {field.html_name: field.value() if field.value() is not None else "" for field in page.context["form"]}
    read["read"] = page.context["read"]
    assert client.post(address, read | {"name": "Theirs", "retention_days": "21"}).status_code == 302
    answer = client.post(address, read | {"name": "Mine", "range_ft": "44"})
    assert answer.status_code == 409
    form = answer.context["form"]
    assert (form["name"].value(), form["range_ft"].value()) == ("Mine", "44")
    assert form["retention_days"].value() == "21"  # left alone here, so the other's word counts
    changed = {change.label: (change.before, change.now, change.yours) for change in answer.context["changes"]}
    assert changed["Name of the camera"] == ("Front door", "Theirs", "Mine")
    assert changed["Days until old video is overwritten"] == ("14", "21", None)
    again = {field.html_name: field.value() or "" for field in form} | {"read": answer.context["read"]}
    assert client.post(address, again).status_code == 302
    camera.refresh_from_db()
    assert (camera.name, camera.retention_hours) == ("Mine", 21 * 24)


@pytest.mark.parametrize("read", ["", "x", "eyJhIjoxfQ:1abc:zzz", "\x00"])
def test_a_form_that_lost_what_was_read_still_overwrites_nothing(client, partner, read):
    camera = pending_camera(partner)
    address = reverse("web:edit_camera", args=[camera.public_id])
    values = {field.html_name: field.value() or "" for field in client.get(address).context["form"]}
    client.post(address, values | {"name": "Theirs"})
    assert client.post(address, values | {"name": "Mine", "read": read}).status_code == 409
    camera.refresh_from_db()
    assert camera.name == "Theirs"


@pytest.mark.parametrize("words", NAUGHTY)
@pytest.mark.parametrize("field", ["name", "site_name", "site_address", "notes"])
def test_naughty_words_are_kept_as_words(client, partner, field, words):
    answer = client.post(ADD, camera_post(**{field: words}), follow=True)
    camera = Camera.objects.get()
    kept = {"name": camera.name, "site_name": camera.site.name, "site_address": camera.site.address}
    assert kept.get(field, camera.notes) == words
    assert "<script>alert" not in answer.content.decode()


NO_WORDS = (
    "latitude longitude bearing field_of_view range_ft retention_days picture_height frame_rate catalog_entry "
    "recording records_sound clock night_view sign_posted keeps_off_private premises funding request_key site"
).split()


@pytest.mark.parametrize("words", [*NAUGHTY[:3], "nan", "1e400", "-1", "9" * 400])
def test_nonsense_where_a_choice_or_a_number_belongs_is_refused_beside_its_field(client, partner, words):
    pending_camera(partner)  # so that the form asks for the site
    answers = {field: client.post(ADD, camera_post(**{field: words})).status_code for field in NO_WORDS}
    allowed = {"latitude", "longitude"} if words == "-1" else set()
    assert {field for field, status in answers.items() if status == 302} == allowed
    assert {status for field, status in answers.items() if field not in allowed} <= {404, 422}
    assert Camera.objects.count() == 1 + len(allowed)


@pytest.mark.parametrize("field", ["name", "site_name", "site_address"])
def test_three_hundred_characters_are_too_many_and_are_not_lost(client, partner, field):
    answer = client.post(ADD, camera_post(**{field: "x" * 300}))
    assert answer.status_code == 422
    assert answer.context["form"].errors[field]
    assert "x" * 300 in answer.content.decode()


@pytest.mark.parametrize(("latitude", "longitude"), [("29.0", "-86.0"), ("48.85", "2.35")], ids=["sea", "elsewhere"])
def test_outside_the_area_is_registered_with_a_warning(client, partner, latitude, longitude):
    page = client.post(ADD, camera_post(latitude=latitude, longitude=longitude), follow=True).content.decode()
    assert Camera.objects.get().state == "pending"
    assert "outside the area that the program covers" in page


def test_proposing_a_name_reads_some_names_and_no_cameras(client, partner):
    place = site(partner)
    pending_camera(partner, site=place, name="Front door")
    assert 'value="Driveway"' in client.get(ADD).content.decode()
    with CaptureQueriesContext(connection) as few:
        client.get(ADD)
    for number in range(MOST_NAMES):
        pending_camera(partner, site=place, name=f"Camera {number}", latitude=30.44 + number / 1000)
    with CaptureQueriesContext(connection) as many:
        client.get(ADD)
    assert len(many) <= len(few)
    assert any(f"LIMIT {MOST_NAMES}" in query["sql"] and "name" in query["sql"] for query in many)


def test_who_has_many_places_chooses_from_some_and_starts_at_any_of_them(client, partner):
    places = [site(partner, f"Shop {number:02}") for number in range(MOST_SITES + 2)]
    page = client.get(ADD).content.decode()
    assert "Shop 00" not in page
    assert "Shop 02" in page
    assert "start on the page" in page
    there = client.get(ADD, {"site": str(places[0].public_id)})
    assert there.context["form"]["site"].value() == str(places[0].public_id)
    assert "Shop 00" in there.content.decode()
    assert "Shop 01" not in there.content.decode()
    sent = client.post(ADD, camera_post(site=str(places[0].public_id)))
    assert sent.status_code == 302
    assert Camera.objects.get().site == places[0]


def test_a_place_of_somebody_else_or_a_closed_one_is_none_to_start_at(client, partner):
    _user, stranger = registrant()
    places = [site(partner, f"Shop {number:02}") for number in range(MOST_SITES + 2)]
    places[0].closed_at = timezone.now()
    places[0].save()
    for place in (site(stranger, "Elsewhere"), places[0]):
        page = client.get(ADD, {"site": str(place.public_id)}).content.decode()
        assert place.name not in page
        assert client.post(ADD, camera_post(site=str(place.public_id))).status_code == 422
