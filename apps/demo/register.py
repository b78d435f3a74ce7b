"""The demo's register, planned deterministically: who takes part, where, with which cameras.

Pure: nothing is saved here.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field, replace

from geographiclib.geodesic import Geodesic

from apps.demo import city, people
from apps.partners.models import PartnerKind

SEED = 1824  # the year in which the city was founded

_SURNAMES = (
    "Adams Alvarez Baker Barnes Bell Bennett Brooks Bryant Butler Campbell Carter Castillo Coleman "
    "Collins Cooper Cruz Daniels Davis Diaz Edwards Ellis Evans Flores Ford Foster Garcia Gibson Gomez "
    "Graham Grant Greene Griffin Hall Harris Hayes Henry Hernandez Hill Howard Hughes Jackson James "
    "Jenkins Jordan Kelly Kennedy King Lewis Long Lopez Marshall Martin Mendoza Miller Mitchell Moore "
    "Morales Morgan Morris Murphy Myers Nelson Nguyen Ortiz Owens Parker Patel Perez Perry Peterson "
    "Phillips Powell Price Ramirez Reed Reyes Rivera Roberts Robinson Rogers Ross Russell Sanchez Sanders "
    "Scott Shaw Simmons Stewart Sullivan Taylor Thomas Torres Turner Vargas Walker Ward Washington Watson "
    "West White Wood"
).split()
_INITIALS = "ABCDEFGHJKLMNPRST"
_STREETS = (
    "Azalea Magnolia Live-Oak Dogwood Camellia Pecan Hickory Sweetgum Wisteria Palmetto Longleaf Tupelo "
    "Cypress Redbud Jasmine Mimosa Sassafras Juniper Laurel Chinaberry"
).split()
_SHOPS = (
    "Grocery Pharmacy Hardware Bakery Laundry Cafe Diner Bookshop Florist Gym Barber Tires Dental Bank "
    "Storage Motel Fuel Electronics Garden Vet Music Optician Clinic Pawn"
).split()
# Second registrations of one camera, for the reviewer to find; their keys begin so.
TWIN, TWINS = "twin:", 4
_HOME_CAMERAS = ("Front door", "Driveway", "Back yard", "Garage", "Side gate")
_SHOP_CAMERAS = ("Entrance", "Parking lot", "Loading dock", "Drive-through", "Street side")
# Hours that recorders and subscriptions commonly keep.
_HOME_RETENTION = (72, 168, 336, 336, 720, 720, 1440)
_SHOP_RETENTION = (336, 720, 720, 1080, 2160)


@dataclass(frozen=True, slots=True)
class CameraPlan:
    name: str
    latitude: float
    longitude: float
    bearing: float
    field_of_view: float
    range_m: float
    retention_hours: int
    records_sound: bool
    made: tuple[str, str] | None = None  # maker and model, as the catalog has them


@dataclass(frozen=True, slots=True)
class SitePlan:
    name: str
    address: str
    cameras: tuple[CameraPlan, ...]


@dataclass(frozen=True, slots=True)
class PartnerPlan:
    key: str
    kind: PartnerKind
    name: str
    email: str
    person: str
    sites: tuple[SitePlan, ...]
    agencies: tuple[str, ...] = field(default=("TPD", "LCSO", "FSU-PD"))


def plan_partners() -> list[PartnerPlan]:
    """The whole register; the same at each call."""
    dice = random.Random(SEED)  # noqa: S311
    plans = [_university(dice), *_associations(dice), _rosa()]
    for quarter in city.QUARTERS:
        plans.extend(_homes(dice, quarter))
    for strip in city.STRIPS:
        plans.extend(_shops(dice, strip))
    return plans


def plan_twins() -> list[PartnerPlan]:
    """Neighbors whom somebody of the same house registered a second time: what a review is to find."""
    homes = [plan for plan in plan_partners() if plan.key.startswith("home:") and plan.key.endswith(":3")]
    return [_twin(plan) for plan in homes[:TWINS]]


def _twin(plan: PartnerPlan) -> PartnerPlan:
    site, camera = plan.sites[0], plan.sites[0].cameras[0]
    latitude, longitude = _away(camera.latitude, camera.longitude, 75, 6)
    again = replace(camera, name="Porch", latitude=latitude, longitude=longitude, bearing=(camera.bearing + 8) % 360)
    return replace(
        plan,
        key=f"{TWIN}{plan.key}",
        email=f"second-{plan.email}",
        person=f"K. {plan.person.split()[-1]}",
        sites=(replace(site, address=site.address.replace(" Lane", " LN."), cameras=(again,)),),
    )


def _away(latitude: float, longitude: float, bearing: float, meters: float) -> tuple[float, float]:
    point = Geodesic.WGS84.Direct(latitude, longitude, bearing, meters)
    return round(point["lat2"], 6), round(point["lon2"], 6)


def _rosa() -> PartnerPlan:
    """The resident whom a visitor signs in as: a house in Midtown with two cameras."""
    email, person = people.RESIDENT
    lat, lng = people.RESIDENT_HOME
    cameras = (
        CameraPlan("Front door", lat, lng, 350.0, 110.0, 30.0, 336, True, ("Ring", "Video Doorbell Wired")),
        CameraPlan("Driveway", lat - 0.00006, lng + 0.00012, 75.0, 90.0, 35.0, 336, False, ("Reolink", "RLC-810A")),
    )
    site = SitePlan("Home", "1127 Live Oak Lane, Midtown", cameras)
    return PartnerPlan("home:rosa", PartnerKind.RESIDENT, "Delgado household", email, person, (site,))


def lane_rows(quarter: city.Quarter) -> range:
    """The rows of houses of a neighborhood, 90 m apart; each has a lane."""
    return range(max(2, int(2 * quarter.across / 90)))


def lane_name(quarter: city.Quarter, row: int) -> str:
    """What the lane of a row is called."""
    return _STREETS[(row * 7 + len(quarter.name)) % len(_STREETS)].replace("-", " ") + " Lane"


def _homes(dice: random.Random, quarter: city.Quarter) -> list[PartnerPlan]:
    """Houses on both sides of streets 90 m apart; each house looks at its street."""
    plans = []
    rows = lane_rows(quarter)
    for number in range(quarter.homes):
        row = dice.randrange(len(rows))
        along = dice.uniform(-quarter.along, quarter.along)
        side = dice.choice((-1, 1))
        across = -quarter.across + row * 90 + side * 17
        heading = (90 + quarter.turn) % 360
        lat, lng = _away(quarter.latitude, quarter.longitude, heading, along)
        lat, lng = _away(lat, lng, (heading + 90) % 360, across)
        to_street = (heading + 90 + (180 if side > 0 else 0)) % 360
        cameras = tuple(
            _camera(dice, name, lat, lng, to_street + turn, _HOME_RETENTION, (12.0, 35.0), sound=0.3)
            for name, turn in zip(dice.sample(_HOME_CAMERAS, dice.choice((1, 1, 2, 2, 3))), (0, 25, -150), strict=False)
        )
        surname = dice.choice(_SURNAMES)
        slug = quarter.name.lower().replace(" ", "-")
        plans.append(
            PartnerPlan(
                key=f"home:{slug}:{number}",
                kind=PartnerKind.RESIDENT,
                name=f"{surname} household",
                email=f"{slug}-{number}@residents.example",
                person=f"{dice.choice(_INITIALS)}. {surname}",
                sites=(SitePlan("Home", f"{100 + 4 * number} {lane_name(quarter, row)}, {quarter.name}", cameras),),
                agencies=("TPD", "LCSO", "FSU-PD") if dice.random() < 0.8 else ("TPD",),
            )
        )
    return plans


def _shops(dice: random.Random, strip: city.Strip) -> list[PartnerPlan]:
    plans = []
    for number in range(strip.shops):
        share = (number + 0.5) / strip.shops
        lat = strip.start[0] + share * (strip.end[0] - strip.start[0])
        lng = strip.start[1] + share * (strip.end[1] - strip.start[1])
        side = dice.choice((-1, 1))
        lat, lng = _away(lat, lng, (strip.bearing + 90 * side) % 360, dice.uniform(22, 45))
        to_road = (strip.bearing - 90 * side) % 360
        trade = dice.choice(_SHOPS)
        cameras = tuple(
            _camera(dice, name, lat, lng, to_road + turn, _SHOP_RETENTION, (20.0, 60.0), sound=0.05)
            for name, turn in zip(
                dice.sample(_SHOP_CAMERAS, dice.choice((2, 3, 3, 4))), (0, 60, -60, 180), strict=False
            )
        )
        slug = strip.name.lower().replace(" ", "-")
        email, person = f"{slug}-{number}@shops.example", f"{dice.choice(_INITIALS)}. {dice.choice(_SURNAMES)}"
        if (strip.name, number) == ("Thomasville Road", 0):
            email, person = people.BUSINESS
        plans.append(
            PartnerPlan(
                key=f"shop:{slug}:{number}",
                kind=PartnerKind.BUSINESS,
                name=f"{strip.name} {trade} {number + 1}",
                email=email,
                person=person,
                sites=(SitePlan(trade, f"{1000 + 20 * number} {strip.name}", cameras),),
            )
        )
    return plans


def _university(dice: random.Random) -> PartnerPlan:
    sites = tuple(
        SitePlan(name, f"{name}, campus", _around(dice, lat, lng, count, 60))
        for name, lat, lng, count in city.UNIVERSITY_SITES
    )
    email, person = people.UNIVERSITY
    return PartnerPlan("university", PartnerKind.BUSINESS, city.UNIVERSITY_NAME, email, person, sites)


def _associations(dice: random.Random) -> list[PartnerPlan]:
    plans = []
    for number, (name, lat, lng, count) in enumerate(city.ASSOCIATIONS):
        email, person = people.ASSOCIATION if number == 0 else (f"association-{number}@example.org", "Jo Field")
        site = SitePlan("Entrances and pool", f"Office of {name}", _around(dice, lat, lng, count, 450))
        plans.append(PartnerPlan(f"association:{number}", PartnerKind.ASSOCIATION, name, email, person, (site,)))
    return plans


def _around(dice: random.Random, lat: float, lng: float, count: int, spread: float) -> tuple[CameraPlan, ...]:
    cameras = []
    for number in range(count):
        direction = 360 * number / count
        at = _away(lat, lng, direction, dice.uniform(0.3, 1.0) * spread)
        cameras.append(
            _camera(dice, f"Camera {number + 1:02d}", *at, direction, (720, 720, 1440), (30.0, 80.0), sound=0.0)
        )
    return tuple(cameras)


def _camera(
    dice: random.Random,
    name: str,
    lat: float,
    lng: float,
    bearing: float,
    retention: tuple[int, ...],
    reach: tuple[float, float],
    *,
    sound: float,
) -> CameraPlan:
    at = _away(lat, lng, dice.uniform(0, 360), dice.uniform(0, 6))
    return CameraPlan(
        name=name,
        latitude=at[0],
        longitude=at[1],
        bearing=float(math.floor((bearing + dice.uniform(-12, 12)) % 360)),
        field_of_view=float(dice.choice((70, 80, 90, 100, 110, 130, 160))),
        range_m=float(round(dice.uniform(*reach))),
        retention_hours=dice.choice(retention),
        records_sound=dice.random() < sound,
    )
