"""Tallahassee as the demo knows it: agencies, zones, and where cameras plausibly stand.

Zones are drawn by us to look like a city's and are no official boundaries. Rings are [longitude, latitude] in degrees.
"""

from __future__ import annotations

from dataclasses import dataclass

TIME_ZONE = "America/New_York"

Ring = list[list[float]]


def box(west: float, south: float, east: float, north: float) -> Ring:
    """A closed ring around a rectangle."""
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


@dataclass(frozen=True, slots=True)
class AgencyPlan:
    name: str
    short_name: str
    ori: str
    case_mask: str
    zones: tuple[tuple[str, str, Ring], ...]
    training_months: int | None = None
    phone: str = ""


# The four corners of the city's core, shared by neighboring zones so that no gap opens between them.
_C = [-84.2807, 30.4383]
AGENCIES: tuple[AgencyPlan, ...] = (
    AgencyPlan(
        "Florida State University Police Department",
        "FSU-PD",
        "FL0370300",
        "FSU-##-######",
        (
            (
                "C1",
                "Main campus",
                [
                    [-84.3080, 30.4372],
                    [-84.2905, 30.4372],
                    [-84.2905, 30.4462],
                    [-84.3080, 30.4462],
                    [-84.3080, 30.4372],
                ],
            ),
        ),
        phone="850-555-0122",
    ),
    AgencyPlan(
        "Tallahassee Police Department",
        "TPD",
        "FL0370100",
        "TPD-##-######",
        (
            (
                "N1",
                "Midtown and Lake Ella",
                [
                    [-84.2905, 30.4462],
                    [-84.2640, 30.4462],
                    [-84.2600, 30.4830],
                    [-84.2905, 30.4830],
                    [-84.2905, 30.4462],
                ],
            ),
            (
                "N2",
                "North Monroe",
                [
                    [-84.3420, 30.4462],
                    [-84.2905, 30.4462],
                    [-84.2905, 30.5080],
                    [-84.3420, 30.5080],
                    [-84.3420, 30.4462],
                ],
            ),
            (
                "N3",
                "Thomasville Road",
                [
                    [-84.2905, 30.4830],
                    [-84.2600, 30.4830],
                    [-84.2200, 30.4900],
                    [-84.2200, 30.5080],
                    [-84.2905, 30.5080],
                    [-84.2905, 30.4830],
                ],
            ),
            ("N4", "Killearn", box(-84.2450, 30.5080, -84.1800, 30.5500)),
            (
                "E1",
                "Betton and Capital Circle",
                [
                    [-84.2640, 30.4462],
                    [-84.2050, 30.4462],
                    [-84.2200, 30.4900],
                    [-84.2600, 30.4830],
                    [-84.2640, 30.4462],
                ],
            ),
            (
                "E2",
                "Apalachee Parkway",
                [
                    [-84.2640, 30.4200],
                    [-84.2050, 30.4200],
                    [-84.2050, 30.4462],
                    [-84.2640, 30.4462],
                    [-84.2640, 30.4200],
                ],
            ),
            (
                "D1",
                "Downtown and Myers Park",
                [
                    [-84.2905, 30.4200],
                    [-84.2640, 30.4200],
                    [-84.2640, 30.4462],
                    [-84.2905, 30.4462],
                    [-84.2905, 30.4200],
                ],
            ),
            (
                "W1",
                "College Town and West Pensacola",
                [
                    [-84.3420, 30.4200],
                    [-84.2905, 30.4200],
                    [-84.2905, 30.4372],
                    [-84.3080, 30.4372],
                    [-84.3080, 30.4462],
                    [-84.3420, 30.4462],
                    [-84.3420, 30.4200],
                ],
            ),
            (
                "S1",
                "South City and the fairground",
                [
                    [-84.3420, 30.3850],
                    [-84.2640, 30.3850],
                    [-84.2640, 30.4200],
                    [-84.3420, 30.4200],
                    [-84.3420, 30.3850],
                ],
            ),
            ("S2", "SouthWood", box(-84.2640, 30.3600, -84.2050, 30.4200)),
        ),
        training_months=12,
        phone="850-555-0100",
    ),
    AgencyPlan(
        "Leon County Sheriff's Office",
        "LCSO",
        "FL0370000",
        "LCSO-##-######",
        (
            (
                "A",
                "Northwest county",
                [
                    [-84.4600, 30.4462],
                    [-84.3420, 30.4462],
                    [-84.3420, 30.5080],
                    [-84.2450, 30.5080],
                    [-84.2450, 30.6200],
                    [-84.4600, 30.6200],
                    [-84.4600, 30.4462],
                ],
            ),
            (
                "B",
                "Northeast county",
                [
                    [-84.2450, 30.5500],
                    [-84.1800, 30.5500],
                    [-84.1800, 30.4900],
                    [-84.0800, 30.4900],
                    [-84.0800, 30.6200],
                    [-84.2450, 30.6200],
                    [-84.2450, 30.5500],
                ],
            ),
            (
                "C",
                "Southeast county",
                [
                    [-84.2050, 30.3000],
                    [-84.0800, 30.3000],
                    [-84.0800, 30.4900],
                    [-84.1800, 30.4900],
                    [-84.1800, 30.5080],
                    [-84.2200, 30.5080],
                    [-84.2200, 30.4900],
                    [-84.2050, 30.4462],
                    [-84.2050, 30.3000],
                ],
            ),
            (
                "D",
                "Southwest county",
                [
                    [-84.4600, 30.3000],
                    [-84.2050, 30.3000],
                    [-84.2050, 30.3600],
                    [-84.2640, 30.3600],
                    [-84.2640, 30.3850],
                    [-84.3420, 30.3850],
                    [-84.3420, 30.4462],
                    [-84.4600, 30.4462],
                    [-84.4600, 30.3000],
                ],
            ),
        ),
        phone="850-555-0111",
    ),
)


@dataclass(frozen=True, slots=True)
class Quarter:
    """A neighborhood: streets run in a grid turned by `turn` degrees around its center."""

    name: str
    latitude: float
    longitude: float
    homes: int
    turn: float = 0.0
    # half extent in meters, along and across the streets
    along: float = 520.0
    across: float = 380.0


QUARTERS: tuple[Quarter, ...] = (
    Quarter("Midtown", 30.4585, -84.2775, 29, 4),
    Quarter("Lafayette Park", 30.4560, -84.2690, 23, -6),
    Quarter("Levy Park", 30.4625, -84.2895, 20, 2),
    Quarter("Betton Hills", 30.4735, -84.2640, 30, 18),
    Quarter("Waverly Hills", 30.4850, -84.2745, 22, -12),
    Quarter("Myers Park", 30.4305, -84.2725, 22, 9),
    Quarter("Indian Head Acres", 30.4235, -84.2590, 26, -20),
    Quarter("Frenchtown", 30.4482, -84.2890, 21, 0, 420, 300),
    Quarter("Bond", 30.4255, -84.2935, 20, 3),
    Quarter("Apalachee Ridge", 30.4040, -84.2690, 19, -8),
    Quarter("South City", 30.4110, -84.2800, 20, 5),
    Quarter("SouthWood", 30.3880, -84.2260, 35, 25, 800, 500),
    Quarter("Killearn Estates", 30.5230, -84.2130, 40, 32, 1000, 700),
    Quarter("Killearn Acres", 30.5180, -84.1950, 18, -15),
    Quarter("Huntington Woods", 30.4900, -84.3150, 20, 11),
    Quarter("Ox Bottom", 30.5650, -84.2320, 18, -28, 800, 500),
    Quarter("Woodville", 30.3180, -84.2480, 12, 6, 700, 400),
    Quarter("Lake Jackson", 30.5330, -84.3350, 13, 20, 700, 400),
    Quarter("Buck Lake", 30.4730, -84.1450, 12, -10, 800, 500),
)


@dataclass(frozen=True, slots=True)
class Strip:
    """Shops along a road, from one end to the other."""

    name: str
    start: tuple[float, float]
    end: tuple[float, float]
    shops: int
    bearing: float


STRIPS: tuple[Strip, ...] = (
    Strip("Tennessee Street", (30.4474, -84.2980), (30.4490, -84.3380), 16, 275),
    Strip("North Monroe Street", (30.4640, -84.2845), (30.4990, -84.3045), 18, 333),
    Strip("South Monroe Street", (30.4330, -84.2800), (30.4020, -84.2795), 12, 179),
    Strip("Apalachee Parkway", (30.4380, -84.2680), (30.4345, -84.2160), 16, 95),
    Strip("Thomasville Road", (30.4560, -84.2760), (30.5030, -84.2420), 16, 28),
    Strip("Capital Circle Northeast", (30.4560, -84.2250), (30.4860, -84.2290), 10, 353),
    Strip("Gaines Street", (30.4365, -84.2840), (30.4358, -84.3060), 8, 268),
    Strip("Bannerman Crossings", (30.5880, -84.2260), (30.5895, -84.2210), 4, 70),
)

# The university, its garages and halls: (latitude, longitude, cameras).
UNIVERSITY_NAME = "Florida State University (demo)"
UNIVERSITY_SITES: tuple[tuple[str, float, float, int], ...] = (
    ("Strozier Library", 30.4432, -84.2952, 28),
    ("Student Union", 30.4446, -84.2972, 32),
    ("Doak Campbell Stadium", 30.4382, -84.3043, 36),
    ("Leach Center", 30.4420, -84.3012, 24),
    ("Traditions Way Garage", 30.4400, -84.2968, 24),
    ("Call Street Garage", 30.4437, -84.2925, 24),
    ("Woodward Garage", 30.4455, -84.2990, 24),
    ("College of Medicine", 30.4443, -84.3048, 24),
)

# Two associations; members keep their own cameras, the association its entrances and pools.
ASSOCIATIONS: tuple[tuple[str, float, float, int], ...] = (
    ("Killearn Homes Association (demo)", 30.5205, -84.2105, 28),
    ("SouthWood Residential Association (demo)", 30.3870, -84.2250, 24),
)
