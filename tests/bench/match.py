"""Matching beside PostGIS, on one server, in one run: `make bench BENCH=match`.

Both answer the same question for the same areas (500 m across) one after the other: which active cameras, of partners
who accepted the terms in force and allowed the agency, see the area. Ours is `find_matches` as the portal calls it; the
peer is one SQL statement with ST_Intersects on a GiST index, through the same connection. The density of cameras is
that of a large city and stays the same, so that more cameras mean more ground.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench.postgis import NoPostGIS, postgis

ROOT = Path(__file__).resolve().parents[2]
CENTER = (30.44, -84.28)
PER_KM2 = 45.0
METERS_PER_DEGREE = 110_900.0
BASES = 2_000
SIZES = (1_000, 100_000, 1_000_000)
RADIUS_M = 250.0
HOUSEHOLDS = 100_000
ELIGIBLE = """
    FROM peer_place p JOIN cameras_camera c ON c.id = p.camera_id JOIN cameras_site s ON s.id = c.site_id
    JOIN partners_partner o ON o.id = s.partner_id
    WHERE ST_Intersects(p.geom, ST_GeomFromWKB(%s, 4326)) AND c.state = 'active' AND o.left_at IS NULL
    AND (o.paused_at IS NULL OR o.paused_until <= now())
    AND NOT EXISTS (SELECT 1 FROM partners_contactrules r WHERE r.partner_id = o.id AND r.most_requests <=
                    (SELECT count(*) FROM partners_contact t
                     WHERE t.partner_id = o.id AND t.made_at > now() - interval '30 days'))
    AND EXISTS (SELECT 1 FROM partners_consent k WHERE k.partner_id = o.id AND k.agency_id = %s
                AND k.withdrawn_at IS NULL)
    AND NOT EXISTS (SELECT 1 FROM terms_termsversion n WHERE n.state = 'in_force' AND NOT EXISTS
                    (SELECT 1 FROM terms_acceptance a JOIN terms_termsversion v ON v.id = a.version_id
                     WHERE a.partner_id = o.id AND v.kind = n.kind AND v.state <> 'withdrawn'
                     AND v.number >= COALESCE(n.holds_from, n.number)))
    ORDER BY c.id
"""
PEER = f"SELECT c.id, s.partner_id, c.retention_hours {ELIGIBLE}"  # noqa: S608
VACUUM = "VACUUM ANALYZE"
_FLOATS = ("latitude", "longitude", "bearing", "field_of_view", "range_m", "south", "west", "north", "east")
DRAWN = {"camera_id": "bigint", **dict.fromkeys(_FLOATS, "float8"), "latitude_band": "smallint", "outline": "bytea"}
BARE = "SELECT camera_id FROM peer_place WHERE ST_Intersects(geom, ST_GeomFromWKB(%s, 4326)) ORDER BY camera_id"


def say(line: str) -> None:
    """One line of the report, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def set_up(url: str, folder: str) -> None:
    """The portal on this database, DEBUG off."""
    os.environ.update(
        {
            "DJANGO_SETTINGS_MODULE": "config.settings.local",
            "DEBUG": "0",
            "DATA_DIR": folder,
            "DATABASE_URL": url,
            "BROKER_URL": "memory://",
        }
    )
    sys.path.insert(0, str(ROOT))
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    settings.DEBUG = False
    settings.CELERY_TASK_ALWAYS_EAGER = False
    call_command("migrate", verbosity=0)


def half_side(count: int) -> float:
    """Half the side, in degrees of latitude, of the square that holds so many cameras."""
    return math.sqrt(count / PER_KM2) * 1000 / METERS_PER_DEGREE / 2


def stretch() -> float:
    """Degrees of longitude for one degree of latitude of ground."""
    return 1 / math.cos(math.radians(CENTER[0]))


class City:
    """Cameras that grow outwards from the center, and areas to ask about."""

    def __init__(self, most: int, seed: int = 20261121, bases: int = BASES) -> None:
        import numpy as np
        import shapely

        from apps.geo import Sector

        self.random = random.Random(seed)
        draw = np.random.default_rng(seed)
        side = half_side(most)
        # Moving a sector along its parallel is exact on an ellipsoid of revolution: 2,000 drawn ones make the city.
        self.bases = []
        for latitude in draw.uniform(CENTER[0] - side, CENTER[0] + side, bases):
            sector = Sector(
                float(latitude), CENTER[1], self.random.uniform(0, 360),
                self.random.choice([60, 90, 100, 110, 130, 360]), self.random.uniform(10, 60),
            )  # fmt: skip
            self.bases.append((sector, np.asarray(sector.polygon().exterior.coords)))
        east = draw.uniform(-side, side, most)
        base = draw.integers(0, bases, most)
        north = np.array([one.latitude - CENTER[0] for one, _ring in self.bases])[base]
        order = np.argsort(np.maximum(np.abs(east), np.abs(north)), kind="stable")
        self.east, self.base = east[order] * stretch(), base[order]
        self.shapely, self.numpy = shapely, np

    def places(self, first: int, last: int) -> list[tuple[Any, ...]]:
        """Rows of CameraPlace for the cameras with keys first+1 … last."""
        from apps.cameras.places import latitude_band_of

        rows: list[tuple[Any, ...]] = []
        for number, (sector, ring) in enumerate(self.bases):
            keys = self.numpy.flatnonzero(self.base[first:last] == number) + first
            if not len(keys):
                continue
            offsets = self.east[keys]
            rings = self.numpy.repeat(ring[None, :, :], len(keys), axis=0)
            rings[:, :, 0] += offsets[:, None]
            outlines = self.shapely.to_wkb(self.shapely.polygons(rings))
            boxes = rings.min(axis=1), rings.max(axis=1)
            for index, key in enumerate(keys):
                (west, south), (east, north) = boxes[0][index], boxes[1][index]
                rows.append(
                    (int(key) + 1, sector.latitude, CENTER[1] + float(offsets[index]), sector.bearing,
                     sector.field_of_view, sector.range_m, float(south), float(west), float(north), float(east),
                     latitude_band_of(sector.latitude), outlines[index])
                )  # fmt: skip
        return rows

    def areas(self, size: int, count: int, radius_m: float = RADIUS_M) -> list[Any]:
        """Random circles well within the ground of so many cameras."""
        from apps.geo import parse_area

        side = half_side(size) * 0.8
        return [
            parse_area(
                {
                    "type": "Circle",
                    "center": [
                        CENTER[1] + self.random.uniform(-side, side) * stretch(),
                        CENTER[0] + self.random.uniform(-side, side),
                    ],
                    "radius_m": radius_m,
                }
            )
            for _ in range(count)
        ]


def agency_with_terms() -> Any:
    """An agency, and both terms in force."""
    from tests.factories.people import AgencyFactory, installation_terms_in_force, terms_in_force

    terms_in_force()
    installation_terms_in_force()
    return AgencyFactory.create()


def prepare() -> Any:
    """The agency, the terms and the peer's table."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE peer_place (camera_id bigint PRIMARY KEY, geom geometry(Polygon, 4326))")
        cursor.execute("CREATE INDEX peer_place_geom ON peer_place USING gist (geom)")
    return agency_with_terms()


def partner_of(camera: int) -> int:
    """One camera a household; beyond the first 100,000, ten a business."""
    return camera if camera <= HOUSEHOLDS else HOUSEHOLDS + (camera - HOUSEHOLDS + 9) // 10


def grow(city: City, first: int, last: int, agency: Any) -> None:
    """Add the cameras first+1 … last with their partners: some not active, some not consenting."""
    from django.db import connection

    from apps.accounts.models import User
    from apps.cameras.models import Camera, CameraPlace, Site
    from apps.partners.models import Consent, Membership, Partner
    from apps.terms.models import Acceptance
    from tests.bench.rows import insert

    span = {
        "first": first + 1, "last": last, "agency": agency.pk, "homes": HOUSEHOLDS,
        "from": partner_of(first + 1), "to": partner_of(last),
    }  # fmt: skip
    partners = "generate_series(%(from)s, %(to)s) n"
    numbered = {"id": "n", "partner_id": "n"}
    with connection.cursor() as cursor:
        # The rows fit each other by construction: a million foreign keys need no checking.
        cursor.execute("SET session_replication_role = replica")
        insert(Partner, {"id": "n", "kind": "'resident'"}, partners, span)
        insert(User, {"id": "n + 1000", "email": "'p' || n || '@example.org'", "password": "'!'"}, partners, span)
        insert(Membership, {**numbered, "user_id": "n + 1000", "role": "'owner'"}, partners, span)
        insert(Consent, {**numbered, "agency_id": "%(agency)s"}, f"{partners} WHERE n %% 20 > 0", span)
        accepted = {"id": "2 * n + v.id %% 2", "partner_id": "n", "user_id": "n + 1000", "version_id": "v.id"}
        in_force = f"{partners}, terms_termsversion v WHERE v.state = 'in_force'"
        insert(Acceptance, {**accepted, "language": "'en'", "digest": "''"}, in_force, span)
        insert(Site, numbered, partners, span)
        cameras = {
            "id": "n",
            "site_id": "CASE WHEN n <= %(homes)s THEN n ELSE %(homes)s + (n - %(homes)s + 9) / 10 END",
            "state": "CASE WHEN n %% 25 = 0 THEN 'pending' ELSE 'active' END",
            "retention_hours": "24 + n %% 700",
            "records_sound": "false",
            "confirmed_at": "now()",
        }
        insert(Camera, cameras, "generate_series(%(first)s, %(last)s) n", span)
        cursor.execute(f"CREATE TEMPORARY TABLE drawn ({', '.join(f'{name} {kind}' for name, kind in DRAWN.items())})")
        with cursor.copy("COPY drawn FROM STDIN") as copy:
            for row in city.places(first, last):
                copy.write_row(row)
        insert(CameraPlace, {name: name for name in DRAWN}, "drawn", {})
        cursor.execute("INSERT INTO peer_place SELECT camera_id, ST_GeomFromWKB(outline, 4326) FROM drawn")
        cursor.execute("DROP TABLE drawn")
        cursor.execute("SET session_replication_role = origin")
        cursor.execute(VACUUM)


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    """Milliseconds, and the answer."""
    started = time.perf_counter()
    answer = call()
    return (time.perf_counter() - started) * 1000, answer


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def ask_both(city: City, size: int, agency: Any, count: int) -> dict[str, Any]:
    """Times of both for the same areas, in turn, and whether every answer is the same."""
    from django.db import connection

    from apps.cameras.matching import find_matches

    ours, peer, bare, same, found = [], [], [], True, []
    with connection.cursor() as cursor:
        for number, area in enumerate(city.areas(size, count + 20)):
            wkb = city.shapely.to_wkb(area.polygon)

            def asked(statement: str, *more: Any, shape: bytes = wkb) -> Any:
                cursor.execute(statement, [shape, *more])
                return cursor.fetchall()

            acts = [lambda area=area: find_matches(area, agency=agency), lambda: asked(PEER, agency.pk)]
            answers = [timed(act) for act in (acts if number % 2 else acts[::-1])]  # neither always goes first
            (mine, matched), (theirs, rows) = answers if number % 2 else answers[::-1]
            nothing_else, _ids = timed(lambda: asked(BARE))
            same = same and [(one.camera_id, one.partner_id, one.retention_hours) for one in matched] == rows
            if number >= 20:  # the first ones warm both
                ours.append(mine)
                peer.append(theirs)
                bare.append(nothing_else)
                found.append(len(rows))
    return {
        "ours": statistics.median(ours), "ours95": p95(ours), "peer": statistics.median(peer), "peer95": p95(peer),
        "bare": statistics.median(bare), "bare95": p95(bare), "same": same, "found": statistics.mean(found),
    }  # fmt: skip


def store_120(city: City, size: int, agency: Any, rounds: int) -> tuple[float, float, float]:
    """Medians of approving a request that reaches about 120 partners, of that scaled to 120, and the mean reached."""
    from apps.agencies.models import Role
    from apps.footage_requests import services
    from apps.footage_requests.models import Match
    from tests.factories.actors import actor_for
    from tests.factories.footage_requests import BEYOND_LIMIT, submitted
    from tests.factories.people import staff

    author, supervisor = staff(Role.DETECTIVE, agency), staff(Role.SUPERVISOR, agency)
    radius_m = math.sqrt(132 / PER_KM2 / math.pi) * 1000
    times, scaled, reached = [], [], []
    for number, area in enumerate(city.areas(size, rounds + 2, radius_m)):
        request = submitted(author, agency, area=area.to_json(), case_number=f"26-{number}")
        spent, _done = timed(
            lambda request=request: services.approve_request(
                user=supervisor, request=request, version=request.version, actor=actor_for(supervisor), **BEYOND_LIMIT
            )
        )
        matches = Match.objects.filter(request=request).count()
        if number >= 2:
            times.append(spent)
            scaled.append(spent * 120 / max(matches, 1))
            reached.append(matches)
    return statistics.median(times), statistics.median(scaled), statistics.mean(reached)


def compare(most: int, areas: int) -> dict[str, float]:
    """Fill, ask, print the table; the ratios."""
    city = City(most)
    agency = prepare()
    measured: dict[int, dict[str, Any]] = {}
    stored = (math.nan, math.nan, math.nan)
    before = 0
    say(f"{'cameras':>9} {'ours':>8} {'p95':>8} {'PostGIS':>8} {'p95':>8} {'bare':>8} {'p95':>8}  found  same (ms)")
    for size in [size for size in SIZES if size <= most]:
        grow(city, before, size, agency)
        before = size
        one = measured[size] = ask_both(city, size, agency, areas)
        say(
            f"{size:>9,} {one['ours']:8.3f} {one['ours95']:8.3f} {one['peer']:8.3f} {one['peer95']:8.3f} "
            f"{one['bare']:8.3f} {one['bare95']:8.3f} {one['found']:6.1f}  {'yes' if one['same'] else 'NO'}"
        )
        if size == 100_000:
            stored = store_120(city, size, agency, 15)
            say(f"approve_request among {size:,}: {stored[0]:.1f} ms for {stored[2]:.0f} invitations with their mails")
    ratios = {"identical": float(all(one["same"] for one in measured.values())), "store_120_ms": round(stored[1], 2)}
    if 100_000 in measured:
        one = measured[100_000]
        ratios["p95_100k"] = round(one["ours95"] / one["peer95"], 3)
        ratios["p95_100k_bare"] = round(one["ours95"] / one["bare95"], 3)
    if 1_000_000 in measured:
        ratios["growth_1k_1m"] = round(measured[1_000_000]["ours"] / measured[1_000]["ours"], 3)
    return ratios


def main() -> int:
    """Run, print, end with the JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=SIZES[-1], help="cameras at most")
    parser.add_argument("--areas", type=int, default=300, help="areas asked at each size")
    options = parser.parse_args()
    started = time.monotonic()
    try:
        with postgis() as url, tempfile.TemporaryDirectory(prefix="portal-bench-match-") as folder:
            set_up(url, folder)
            ratios = compare(options.most, options.areas)
            from django.db import connection

            connection.close()
    except NoPostGIS as error:
        say(f"PostGIS cannot run here: {error}")
        return 1
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    seconds = round(time.monotonic() - started, 1)
    say(json.dumps({"bench": "match", "machine": machine, "ratios": ratios, "seconds": seconds}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
