"""Which cameras a request reaches: eligibility, and geometry against a brute force that knows no index."""

import math
import random
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
import shapely
from django.utils import timezone
from geographiclib.geodesic import Geodesic

from apps.agencies.models import Agency
from apps.cameras.matching import find_matches
from apps.cameras.models import Camera, CameraPlace, Site
from apps.cameras.places import place_fields
from apps.cameras.states import CameraState
from apps.geo import Area, Sector, parse_area
from apps.ledger.values import Actor
from apps.partners.models import Partner
from apps.partners.services import leave_program, set_consents
from apps.terms.models import TermsVersion
from apps.terms.selectors import terms_accepted
from apps.terms.services import publish_and_put_in_force, publish_terms, put_in_force
from apps.terms.states import TermsKind, TermsState
from tests.factories.actors import actor_for
from tests.factories.cameras import DOWNTOWN, camera, owner_of, pending_camera
from tests.factories.people import AgencyFactory, accept, registrant

pytestmark = pytest.mark.django_db

HERE = {"type": "Circle", "center": [DOWNTOWN[1], DOWNTOWN[0]], "radius_m": 50}


def leave(partner: Partner, agency: Agency) -> None:
    user = owner_of(partner)
    leave_program(partner=partner, user=user, actor=actor_for(user))


def withdraw_consent(partner: Partner, agency: Agency) -> None:
    user = owner_of(partner)
    set_consents(partner=partner, user=user, agencies=[AgencyFactory.create()], actor=actor_for(user))


def new_terms(partner: Partner, agency: Agency) -> None:
    texts = {"en": "New.", "es": "Nuevo."}
    publish_and_put_in_force(summary=texts, full_text=texts, actor=Actor.system("test"))


def small_change(partner: Partner, agency: Agency) -> None:
    texts = {"en": "Corrected.", "es": "Corregido."}
    publish_and_put_in_force(summary=texts, full_text=texts, material=False, actor=Actor.system("test"))


def small_change_after_new_terms(partner: Partner, agency: Agency) -> None:
    new_terms(partner, agency)
    small_change(partner, agency)


def further_document(partner: Partner, agency: Agency) -> None:
    texts = {"en": "How to.", "es": "Cómo."}
    publish_and_put_in_force(summary=texts, full_text=texts, kind=TermsKind.INSTALLATION, actor=Actor.system("test"))


def announced_terms(partner: Partner, agency: Agency) -> None:
    texts = {"en": "Coming.", "es": "Viene."}
    later = timezone.now() + timedelta(days=1)
    publish_terms(summary=texts, full_text=texts, effective_at=later, actor=Actor.system("test"))


def accepted_early_and_in_force(partner: Partner, agency: Agency) -> None:
    announced_terms(partner, agency)
    version = TermsVersion.objects.get(state=TermsState.PUBLISHED)
    accept(partner, owner_of(partner), version)
    put_in_force(version=version, actor=Actor.system("test"))


def only_what_was_withdrawn(partner: Partner, agency: Agency) -> None:
    new_terms(partner, agency)
    TermsVersion.objects.create(number=9, state=TermsState.WITHDRAWN, summary={}, text={"en": "Never."})
    accept(partner, owner_of(partner), TermsVersion.objects.get(number=9))


def nothing(partner: Partner, agency: Agency) -> None:
    return


@pytest.mark.parametrize(
    ("change", "reached"),
    [
        (nothing, True),
        (leave, False),
        (withdraw_consent, False),
        (new_terms, False),
        (small_change, True),
        (small_change_after_new_terms, False),
        (further_document, False),
        (announced_terms, True),
        (accepted_early_and_in_force, True),
        (only_what_was_withdrawn, False),
    ],
)
def test_only_who_may_be_asked_is_reached(change, reached):
    agency = AgencyFactory.create()
    _user, partner = registrant(agency)
    one = camera(partner)
    change(partner, agency)
    expected = [(one.pk, partner.pk, one.retention_hours)] if reached else []
    found = find_matches(parse_area(HERE), agency=agency)
    assert [(match.camera_id, match.partner_id, match.retention_hours) for match in found] == expected
    if change not in (leave, withdraw_consent):
        assert Partner.objects.filter(terms_accepted("pk"), pk=partner.pk).exists() is reached


def test_without_any_terms_in_force_nobody_is_reached():
    agency = AgencyFactory.create()
    _user, partner = registrant(agency)
    camera(partner)
    TermsVersion.objects.update(state=TermsState.SUPERSEDED)
    assert find_matches(parse_area(HERE), agency=agency) == []


def test_accepting_the_new_terms_brings_a_partner_back():
    agency = AgencyFactory.create()
    user, partner = registrant(agency)
    one = camera(partner)
    new_terms(partner, agency)
    accept(partner, user)
    assert [match.camera_id for match in find_matches(parse_area(HERE), agency=agency)] == [one.pk]


def test_a_consent_given_again_counts_once():
    agency = AgencyFactory.create()
    user, partner = registrant(agency)
    camera(partner)
    for agencies in ([], [agency]):
        set_consents(partner=partner, user=user, agencies=agencies, actor=actor_for(user))
    assert len(find_matches(parse_area(HERE), agency=agency)) == 1


@pytest.mark.parametrize("state", CameraState.values)
def test_only_active_cameras_are_reached(state):
    agency = AgencyFactory.create()
    _user, partner = registrant(agency)
    Camera.objects.filter(pk=pending_camera(partner).pk).update(state=state)
    assert len(find_matches(parse_area(HERE), agency=agency)) == (state == CameraState.ACTIVE)


def test_a_camera_outside_that_looks_in_is_reached_and_one_that_looks_away_is_not():
    agency = AgencyFactory.create()
    _user, partner = registrant(agency)
    outside = Geodesic.WGS84.Direct(*DOWNTOWN, 90, 70)
    there = {"latitude": outside["lat2"], "longitude": outside["lon2"], "field_of_view": 60}
    looks_in = camera(partner, bearing=270, **there)
    camera(partner, bearing=90, **there)
    assert [match.camera_id for match in find_matches(parse_area(HERE), agency=agency)] == [looks_in.pk]


def _town(latitude: float, longitude: float, count: int, seed: int) -> tuple[Agency, dict[int, Sector]]:
    agency = AgencyFactory.create()
    _user, partner = registrant(agency)
    site = Site.objects.create(partner=partner, name="Everywhere")
    draw = random.Random(seed)
    sectors = [
        Sector(
            latitude + draw.uniform(-0.02, 0.02),
            longitude + draw.uniform(-0.02, 0.02),
            draw.uniform(0, 360),
            draw.choice([5, 60, 90, 110, 180, 200, 359, 360]),
            draw.choice([1, 15, 40, 120, 500]),
        )
        for _ in range(count)
    ]
    cameras = Camera.objects.bulk_create(
        Camera(site=site, name="", state=CameraState.ACTIVE, retention_hours=100) for _ in sectors
    )
    CameraPlace.objects.bulk_create(
        CameraPlace(camera=one, **place_fields(sector)) for one, sector in zip(cameras, sectors, strict=True)
    )
    return agency, {one.pk: sector for one, sector in zip(cameras, sectors, strict=True)}


def _areas(latitude: float, longitude: float, seed: int):
    draw = random.Random(seed)
    for _ in range(20):
        east, north = longitude + draw.uniform(-0.02, 0.02), latitude + draw.uniform(-0.02, 0.02)
        yield {"type": "Circle", "center": [east, north], "radius_m": draw.uniform(5, 900)}
        wide, high = draw.uniform(0.0005, 0.02), draw.uniform(0.0005, 0.02)
        ring = [[east, north], [east + wide, north], [east + wide / 2, north + high], [east, north]]
        yield {"type": "Polygon", "coordinates": [ring]}


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [DOWNTOWN, (0.0, 0.0), (-33.86, 151.2), (64.14, -21.94), (70.0, 179.7)],
    ids=["here", "where the equator meets Greenwich", "south", "north", "near the 180th meridian"],
)
def test_the_index_finds_what_a_brute_force_finds(latitude, longitude):
    agency, sectors = _town(latitude, longitude, 150, seed=7)
    polygons = {key: sector.polygon() for key, sector in sectors.items()}
    reached = 0
    for form in _areas(latitude, longitude, seed=11):
        area = parse_area(form)
        found = [match.camera_id for match in find_matches(area, agency=agency)]
        expected = [key for key, polygon in polygons.items() if area.polygon.intersects(polygon)]
        assert found == sorted(expected)
        reached += len(found)
    assert reached > 50


def test_a_point_on_the_ground_is_seen_exactly_when_distance_and_direction_say_so():
    agency, sectors = _town(*DOWNTOWN, 120, seed=3)
    draw = random.Random(5)
    checked = 0
    for _ in range(40):
        north, east = DOWNTOWN[0] + draw.uniform(-0.02, 0.02), DOWNTOWN[1] + draw.uniform(-0.02, 0.02)
        spot = parse_area({"type": "Circle", "center": [east, north], "radius_m": 1})
        found = {match.camera_id for match in find_matches(spot, agency=agency)}
        for key, sector in sectors.items():
            line = Geodesic.WGS84.Inverse(sector.latitude, sector.longitude, north, east)
            off = abs((line["azi1"] - sector.bearing + 180) % 360 - 180)
            # Left out: spots within 3 m of an edge, where the spot's own meter and the arc's chords count.
            edge = line["s12"] * abs(math.sin(math.radians(off - sector.field_of_view / 2)))
            if abs(line["s12"] - sector.range_m) < 3 or (edge < 3 and not sector.is_circle) or line["s12"] < 3:
                continue
            sees = line["s12"] < sector.range_m and (sector.is_circle or off < sector.field_of_view / 2)
            assert (key in found) is sees
            checked += sees
    assert checked > 20


def test_what_is_stored_is_the_sector_itself():
    sector = Sector(*DOWNTOWN, 10, 100, 40)
    fields = place_fields(sector)
    assert shapely.from_wkb(fields["outline"]).equals(sector.polygon())
    assert (fields["west"], fields["south"], fields["east"], fields["north"]) == sector.bounds()


@pytest.mark.parametrize(
    ("until", "reached"), [(None, False), (timedelta(days=2), False), (timedelta(hours=-1), True)], ids=str
)
def test_a_paused_partner_is_not_reached_until_the_pause_ends_by_itself(until, reached):
    agency = AgencyFactory.create()
    _user, partner = registrant(agency)
    camera(partner)
    now = timezone.now()
    Partner.objects.filter(pk=partner.pk).update(
        paused_at=now - timedelta(days=1), paused_until=now + until if until else None
    )
    assert len(find_matches(parse_area(HERE), agency=agency)) == reached


@dataclass(frozen=True)
class Watched(Area):
    """An area that remembers how many outlines it was asked about."""

    asked: list[int] = field(default_factory=list)

    def intersects_many(self, outlines):
        self.asked.append(len(outlines))
        return super().intersects_many(outlines)


@pytest.mark.parametrize("seed", range(5))
def test_several_places_reach_the_union_of_what_each_reaches_and_no_camera_twice(seed):
    agency, _sectors = _town(*DOWNTOWN, 150, seed=seed)
    forms = list(_areas(*DOWNTOWN, seed=seed + 50))
    draw = random.Random(seed)
    for _ in range(8):
        parts = draw.sample(forms, draw.randint(2, 4))
        found = [one.camera_id for one in find_matches(parse_area({"type": "Several", "parts": parts}), agency=agency)]
        each = [{one.camera_id for one in find_matches(parse_area(part), agency=agency)} for part in parts]
        assert found == sorted(set().union(*each))


def test_two_places_at_both_ends_of_a_city_read_nothing_between_them():
    agency = AgencyFactory.create()
    _user, partner = registrant(agency)
    north, east = DOWNTOWN
    ends = [camera(partner, latitude=north, longitude=east + far) for far in (-0.1, 0.1)]
    for step in range(-8, 9):
        camera(partner, latitude=north, longitude=east + step / 100)
    parts = [{"type": "Circle", "center": [east + far, north], "radius_m": 60} for far in (-0.1, 0.1)]
    area = parse_area({"type": "Several", "parts": parts})
    watched = Watched(area.polygon, area.form, area.parts)
    assert [one.camera_id for one in find_matches(watched, agency=agency)] == [one.pk for one in ends]
    assert watched.asked == [2]
