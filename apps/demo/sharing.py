"""Agencies of the county share with each other: agreements, and what they lay on each other's maps."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta
from typing import Any

from apps.accounts.models import User
from apps.agencies.models import Agency
from apps.agreements.models import Agreement, CourtRole
from apps.agreements.services import make_agreement
from apps.demo.asking import the_open_request
from apps.demo.clock import Calendar, as_of
from apps.demo.founding import staff
from apps.demo.keys import key
from apps.layers.services import apply_load, make_layer, offer_load
from apps.sharing.services import give_grant

# A page that says what it is, so that nobody takes it for a contract.
_LINES = ("Sharing agreement (demo)", "Made up for trying out the portal. Nobody signed it.")
_VIDEOS = (("video", "resident"), ("video", "business"), ("incident", "any"))
_OFFICE, _PROSECUTOR = "State Attorney (demo)", ("Robin Vance", "prosecutor@state-attorney.example")
# Who shares, with whom, the title, and what.
_AGREEMENTS: tuple[tuple[str, str, str, tuple[tuple[str, str], ...]], ...] = (
    ("TPD", "LCSO", "Traffic cameras of the city", (("layers", "traffic"),)),
    ("TPD", "LCSO", "Videos, each by a grant", _VIDEOS),
    ("LCSO", "TPD", "Calls and cameras of the county", (("calls", ""), ("layers", "safety"))),
)
# Whose layer, its kind and name, and its places: number, name, latitude, longitude, direction, status.
_LAYERS: tuple[tuple[str, str, str, str], ...] = (
    (
        "TPD",
        "traffic",
        "Traffic cameras",
        """
        T-01,Monroe & Tennessee,30.44560,-84.28085,W,online
        T-02,Monroe & Park,30.44175,-84.28085,N,online
        T-03,Monroe & Apalachee,30.43835,-84.28060,E,online
        T-04,Tennessee & Macomb,30.44660,-84.28870,W,online
        T-05,Tennessee & Copeland,30.44655,-84.29235,E,online
        T-06,Tennessee & Woodward,30.44715,-84.29630,W,offline
        T-07,Tennessee & Magnolia,30.44755,-84.26110,E,online
        T-08,Monroe & Thomasville,30.45455,-84.28085,NE,online
        T-09,Thomasville & Betton,30.46290,-84.27105,S,online
        T-10,Thomasville & I-10,30.49930,-84.24480,S,online
        T-11,Apalachee & Magnolia,30.43800,-84.26500,E,online
        T-12,Apalachee & Capital Circle,30.43450,-84.22600,W,online
        T-13,Mahan & Capital Circle,30.45600,-84.22500,E,maintenance
        T-14,Monroe & I-10,30.49900,-84.30450,S,online
        T-15,Gaines & Railroad,30.43610,-84.29600,W,online
        T-16,Pensacola & Stadium,30.44030,-84.30350,W,online
        T-17,Meridian at the park,30.46210,-84.27720,S,online
        T-18,Adams & Gaines,30.43585,-84.28165,S,online
        """,
    ),
    (
        "LCSO",
        "safety",
        "Cameras of the county",
        """
        C-1,Bannerman Crossing,30.57010,-84.27010,all around,online
        C-2,Fort Braden School,30.43400,-84.45000,N,online
        C-3,Mahan & Chaires Cross,30.47210,-84.17010,W,online
        C-4,Woodville Park,30.31800,-84.24800,all around,offline
        """,
    ),
    (
        "TPD",
        "lpr",
        "License plate reader sites",
        """
        L-1,North Monroe,30.48700,-84.29770,S,online
        L-2,West Tennessee,30.44900,-84.33800,E,online
        L-3,Apalachee,30.43620,-84.24200,W,online
        """,
    ),
)
# Routes and areas of the city: name, status, kind of geometry, coordinates.
_PLANS: tuple[tuple[str, str, str, list[Any]], ...] = (
    (
        "Winter parade, Monroe Street",
        "active",
        "LineString",
        [
            [-84.28085, 30.45455],
            [-84.28085, 30.44560],
            [-84.28085, 30.44175],
            [-84.28060, 30.43835],
            [-84.28165, 30.43585],
        ],
    ),
    (
        "Closed for the parade",
        "active",
        "Polygon",
        [[[-84.2822, 30.4460], [-84.2794, 30.4460], [-84.2794, 30.4376], [-84.2822, 30.4376], [-84.2822, 30.4460]]],
    ),
    (
        "Building site, Gaines Street",
        "active",
        "Polygon",
        [[[-84.2962, 30.4366], [-84.2905, 30.4364], [-84.2905, 30.4351], [-84.2962, 30.4353], [-84.2962, 30.4366]]],
    ),
)


def share(calendar: Calendar) -> None:
    """Make the agreements of a year and the layers, four months ago."""
    agencies = {agency.short_name: agency for agency in Agency.objects.all()}
    day = calendar.anchor - timedelta(days=120)
    with as_of(calendar.at(-120, 10)):
        for owner, kind, name, places in _LAYERS:
            lines = [line.strip() for line in places.strip().splitlines()]
            table = "\n".join(["number,name,latitude,longitude,direction,status", *lines])
            _lay(agencies[owner], kind, name, table.encode())
        _lay(agencies["TPD"], "event", "Parade and building site", _plans())
        for giver, reader, title, items in _AGREEMENTS:
            _agree(agencies[giver], agencies[reader], title, items, day)
        _agree(agencies["TPD"], None, "Videos for the prosecution", _VIDEOS, day)
    _give(calendar)


def _give(calendar: Calendar) -> None:
    """A live folder of the open case, for the sheriff's office and for a prosecutor by a mailed link.

    What staff accept as evidence in the portal comes into both.
    """
    case, custodian = the_open_request().case, staff("custodian@tpd.example")
    agreements = Agreement.objects.filter(from_agency=case.agency, items__scope="video").distinct().order_by("pk")
    with as_of(calendar.at(-1, 14)):
        for agreement in agreements:
            name, address = _PROSECUTOR if agreement.to_agency is None else ("", "")
            give_grant(
                user=custodian,
                case=case,
                agreement=agreement,
                items=[],
                later_items=True,
                last_day=calendar.anchor + timedelta(days=60),
                downloads=True,
                originals=False,
                reason="They work on the same burglaries.",
                recipient=name,
                address=address,
                request_key=key(f"grant:{agreement.public_id}"),
            )


def _plans() -> bytes:
    features = [
        {
            "type": "Feature",
            "id": f"P-{number}",
            "properties": {"name": name, "status": status},
            "geometry": {"type": geometry, "coordinates": coordinates},
        }
        for number, (name, status, geometry, coordinates) in enumerate(_PLANS, start=1)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def _lay(agency: Agency, kind: str, name: str, content: bytes) -> None:
    """A layer of a file that its manager uploaded and put on the map."""
    manager = _manager(agency)
    layer = make_layer(user=manager, agency=agency, name=name, kind=kind, request_key=key(f"layer:{agency}:{name}"))
    if layer.version:
        return
    apply_load(user=manager, load=offer_load(user=manager, layer=layer, file=io.BytesIO(content)))


def _manager(agency: Agency) -> User:
    hosts = {"TPD": "tpd.example", "LCSO": "lcso.example", "FSU-PD": "fsupd.example"}
    return staff(f"manager@{hosts[agency.short_name]}")


def _agree(
    giver: Agency, reader: Agency | None, title: str, items: tuple[tuple[str, str], ...], first: date
) -> Agreement:
    return make_agreement(
        user=_manager(giver),
        from_agency=giver,
        to_agency=reader,
        to_office="" if reader else _OFFICE,
        court_role="" if reader else CourtRole.PROSECUTOR,
        title=title,
        items=items,
        first_day=first,
        last_day=first + timedelta(days=365),
        file=io.BytesIO(_signed_page()),
        request_key=key(f"agreement:{giver}:{reader}:{title}"),
    )


def _signed_page() -> bytes:
    """A PDF of one page with two lines, small enough to be written here."""
    text = "BT /F1 18 Tf 72 720 Td " + " ".join(f"({line}) Tj 0 -28 Td" for line in _LINES) + " ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
        " /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(text)} >>\nstream\n{text}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    end += f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    return body + end.encode()
