"""Partners and sites found by their encrypted names: by whom, and what the database then tells a thief."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.access.models import PurposeKind
from apps.agencies.models import Role
from apps.cameras.models import Site, SiteWord
from apps.cameras.selectors import MOST_BY_NAME, places_by_name
from apps.cameras.services import add_site, index_names, update_site
from apps.cameras.services.erasing import erase_cameras
from apps.core.errors import InvalidInput, NotFound, TooMany
from apps.core.name_words import found_by_name, words_in
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.lists.models import ListView
from apps.partners.models import Partner, PartnerKind, PartnerWord
from apps.partners.services import join_program
from apps.partners.services.erasing import erase_partner
from tests.factories.access import map_purpose
from tests.factories.actors import actor_for
from tests.factories.cameras import DOWNTOWN, camera, site
from tests.factories.people import AgencyFactory, UserFactory, accept, registrant, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")
LIST = reverse("admin:partners_partner_changelist")


@pytest.fixture
def agency():
    return AgencyFactory.create()


def joined(agency, name):
    user = UserFactory.create()
    partner = join_program(
        user=user, kind=PartnerKind.RESIDENT, name=name, agencies=[agency], request_key=uuid.uuid4(),
        actor=actor_for(user),
    )  # fmt: skip
    accept(partner, user)
    return user, partner


def found(text):
    return [row.name for row in found_by_name(Partner.objects.order_by("pk"), PartnerWord, text)]


@pytest.mark.parametrize(
    "typed",
    ["Núñez", "nunez", "NUN", "maría nu", "Nuñez María", "hernandez", "hernandez-nunez", "obrien", "o'brien", "O’Bri"],
)
def test_a_name_is_found_by_its_words_and_how_they_begin(agency, typed):
    joined(agency, "María Hernández-Núñez O'Brien")
    joined(agency, "Grace Hopper")
    assert found(typed) == ["María Hernández-Núñez O'Brien"]


@pytest.mark.parametrize(
    "typed", ["", "  ", "&", "nu", "ñez", "nunes", "hopper hernandez", "hopper nunez g", "%", "_", "a" * 5000]
)
def test_what_is_no_beginning_of_its_words_finds_nothing(agency, typed):
    joined(agency, "María Hernández-Núñez")
    joined(agency, "Grace Hopper")
    assert found(typed) == []


def test_a_word_of_two_letters_is_found_whole(agency):
    joined(agency, "Ng Family")
    assert found("ng") == ["Ng Family"]
    assert found("fa") == []


def test_digests_hold_no_word_and_differ_between_partners_and_sites(agency):
    user, partner = joined(agency, "Lovelace")
    add_site(partner=partner, user=user, name="Lovelace", request_key=None, actor=actor_for(user))
    kept = set(PartnerWord.objects.values_list("digest", flat=True))
    assert len(kept) == len("Lovelace") - 2
    assert not kept & set(SiteWord.objects.values_list("digest", flat=True))
    assert all(len(digest) == 32 and set(digest) <= set("0123456789abcdef") for digest in kept)


def test_every_verb_that_writes_a_name_keeps_it_found(agency):
    user, partner = joined(agency, "Ada Lovelace")
    shop = add_site(partner=partner, user=user, name="Corner shop", request_key=None, actor=actor_for(user))
    assert found_by_name(Site.objects.all(), SiteWord, "corn").get() == shop
    update_site(site=shop, user=user, name="Warehouse", address="", actor=actor_for(user))
    assert not found_by_name(Site.objects.all(), SiteWord, "corn").exists()
    assert found_by_name(Site.objects.all(), SiteWord, "wareh").get() == shop
    erase_cameras(partner=partner, actor=SYSTEM)
    erase_partner(partner=partner, actor=SYSTEM)
    assert not PartnerWord.objects.exists()
    assert not SiteWord.objects.exists()


def test_another_digest_key_finds_nothing_until_names_are_indexed_again(agency, settings):
    joined(agency, "Ada Lovelace")
    settings.DIGEST_KEY = "another key that was never used before"
    assert found("lovelace") == []
    assert index_names() == Partner.objects.count() + Site.objects.count()
    before = PartnerWord.objects.count()
    assert found("lovelace") == ["Ada Lovelace"]
    index_names()
    assert PartnerWord.objects.count() == before


def test_a_name_of_many_words_makes_no_many_rows(agency):
    assert len(words_in("a b c d e f g h i j k l")) == 8
    joined(agency, "abcdefghijklmnopqrstuvwxyz " * 4)
    assert PartnerWord.objects.count() == 6


@pytest.mark.parametrize("role", [Role.PROGRAM_MANAGER, Role.AUDITOR])
def test_people_of_the_program_search_their_list_by_name(agency, role):
    joined(agency, "Ada Lovelace")
    joined(agency, "Grace Hopper")
    client = sign_in(Client(), staff(role, agency))
    page = client.get(LIST, {"q": "lovel"}).content.decode()
    assert "Ada Lovelace" in page
    assert "Grace Hopper" not in page
    assert "Grace Hopper" in client.get(LIST, {"q": "hopper"}).content.decode()
    assert "Grace Hopper" in client.get(LIST).content.decode()


def test_a_saved_view_keeps_no_name(agency):
    manager = staff(Role.PROGRAM_MANAGER, agency)
    client = sign_in(Client(), manager)
    page = client.get(LIST, {"q": "lovelace", "kind__exact": "resident"})
    client.post(
        page.context["views_url"], {"name": "Mine", "agency": str(agency.public_id), "request_key": str(uuid.uuid4())}
    )
    kept = ListView.objects.get()
    assert (kept.search, kept.filters) == ("", {"kind__exact": ["resident"]})


@pytest.mark.parametrize("role", [Role.DETECTIVE, Role.SUPERVISOR, Role.ANALYST, Role.RECORDS_CUSTODIAN])
def test_nobody_else_searches_that_list(agency, role):
    joined(agency, "Ada Lovelace")
    answer = sign_in(Client(), staff(role, agency)).get(LIST, {"q": "lovelace"})
    assert answer.status_code in (403, 404)
    assert "Lovelace" not in answer.content.decode()


# ---- places


@pytest.fixture
def shop(agency):
    user, partner = joined(agency, "Ada Lovelace")
    made = camera(partner, name="Door", site=site(partner, name="Corner shop"))
    return made


def looks():
    return list(Entry.objects.filter(action="camera.place_viewed").order_by("pk"))


def by_name(client, text):
    return client.post(reverse("admin:partner_map_sites"), {"q": text}, headers={"accept": "application/json"})


def test_a_site_of_this_name_is_a_look_like_any_other(agency, shop):
    detective = staff(Role.DETECTIVE, agency)
    purpose = map_purpose(detective, agency)
    client = sign_in(Client(), detective)
    answer = by_name(client, "corner sh")
    assert [one["site"] for one in answer.json()["cameras"]] == ["Corner shop"]
    assert "no-store" in answer["Cache-Control"]
    [look] = looks()
    assert look.facts["purpose"] == str(purpose.public_id)
    assert look.facts["cameras"] == [str(shop.public_id)]
    assert by_name(client, "nothing of that name").json()["cameras"] == []
    assert len(looks()) == 2  # also that nothing is there


def test_without_a_purpose_no_name_leads_to_a_place(agency, shop):
    for role in (Role.DETECTIVE, Role.PROGRAM_MANAGER, Role.AUDITOR):
        answer = by_name(sign_in(Client(), staff(role, agency)), "corner")
        assert answer.status_code == 404
        assert "Corner" not in answer.content.decode()
    assert looks() == []


def test_the_staffs_search_as_one_types_knows_no_name(agency, shop):
    detective = staff(Role.DETECTIVE, agency)
    map_purpose(detective, agency)
    client = sign_in(Client(), detective)
    for text in ("corner", "lovelace", "corner shop"):
        assert client.post(reverse("admin:find_place"), {"q": text}).json() == {"found": []}
    assert looks() == []


def test_a_purpose_reaches_no_farther_by_a_name(agency, shop):
    detective = staff(Role.DETECTIVE, agency)
    purpose = map_purpose(detective, agency, near=(DOWNTOWN[0] + 0.2, DOWNTOWN[1]))
    assert places_by_name(purpose=purpose, name="corner", user=detective).cameras == []
    purpose.ends_at = timezone.now() - timedelta(minutes=1)
    purpose.save()
    with pytest.raises(NotFound):
        places_by_name(purpose=purpose, name="corner", user=detective)
    other = staff(Role.DETECTIVE, agency)
    with pytest.raises(NotFound):
        places_by_name(purpose=map_purpose(detective, agency), name="corner", user=other)


def test_investigators_search_by_the_site_and_never_by_whose_it_is(agency, shop):
    detective, manager = staff(Role.DETECTIVE, agency), staff(Role.PROGRAM_MANAGER, agency)
    assert places_by_name(purpose=map_purpose(detective, agency), name="lovelace", user=detective).cameras == []
    review = map_purpose(manager, agency, PurposeKind.REGISTRATION_REVIEW, camera=shop)
    [one] = places_by_name(purpose=review, name="lovelace", user=manager).cameras
    assert one.camera == shop


def test_a_name_opens_no_more_than_the_allowance_and_says_the_same_with_and_without_a_hit(agency, shop, settings):
    settings.PLACES_PER_PURPOSE = 1
    detective = staff(Role.DETECTIVE, agency)
    purpose = map_purpose(detective, agency)
    _user, partner = registrant(agency)
    camera(partner, name="Till", site=site(partner, name="Corner bar"))
    seen = places_by_name(purpose=purpose, name="corner", user=detective)
    assert len(seen.cameras) == 1
    assert "as many as one purpose opens" in seen.limit
    said = []
    for name in ("corner", "nowhere"):
        with pytest.raises(TooMany) as refused:
            places_by_name(purpose=purpose, name=name, user=detective)
        said.append(str(refused.value.message))
    assert said[0] == said[1]


def test_a_name_that_says_little_opens_nothing(agency, shop):
    detective = staff(Role.DETECTIVE, agency)
    purpose = map_purpose(detective, agency)
    for name in ("", "co", "& %"):
        with pytest.raises(InvalidInput):
            places_by_name(purpose=purpose, name=name, user=detective)
    _user, partner = registrant(agency)
    home = site(partner, name="Home")
    for number in range(MOST_BY_NAME + 1):
        camera(partner, name=f"Camera {number}", site=home)
    seen = places_by_name(purpose=purpose, name="home", user=detective)
    assert len(seen.cameras) == MOST_BY_NAME
    assert "more of this name" in seen.limit
