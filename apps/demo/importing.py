"""Fifth chapter: the shop brings a list of cameras, and the agency an older registry whose owners are asked by mail."""

from __future__ import annotations

import io

from apps.accounts.actors import actor_for
from apps.accounts.models import User
from apps.agencies.models import Agency
from apps.demo import people
from apps.demo.clock import Calendar, as_of
from apps.demo.founding import staff
from apps.demo.keys import key
from apps.imports.exporting import csv_lines, export_rows
from apps.imports.models import CameraImport
from apps.imports.services import receive_import, set_columns, start_import, work_on_import
from apps.ledger.values import Actor
from apps.partners.models import MemberRole, Membership, Partner, PartnerKind
from apps.prospects.services import invite_due_owners

# A new camera that is in order, and one whose coordinates are swapped and wait to be mended.
_NEW = ("Stock room door,30.47362,-84.26415,NW,20", "Delivery ramp,-84.26398,30.47371,S,30")
_REGISTRY = """Camera Name,Street Address,Coordinates,Facing,Owner Name,Owner Email
Porch,12 Laurel Court,"30.45121, -84.27230",NE,Edith Marsh,edith@example.org
Carport,12 Laurel Court,"30.45118, -84.27241",S,Edith Marsh,edith@example.org
Front gate,48 Thomas Court,"30.45390, -84.27512",West,Luis Prado,luis@example.org
Garage,7 Cherry Lane,"30.45533, -84.26988",,Nora Bell,
"""


def bring_lists(calendar: Calendar) -> None:
    """A finished import each: of the shop's own cameras, and of a registry whose owners have a letter to answer."""
    row = Membership.objects.select_related("partner", "user").get(
        user__email=people.BUSINESS[0], role=MemberRole.OWNER, partner__kind=PartnerKind.BUSINESS, ended_at__isnull=True
    )
    with as_of(calendar.at(-1, 10)):
        _bring(_shop_list(row.partner, row.user), row.user, actor_for(row.user, role="registrant"), partner=row.partner)
    manager, agency = staff("manager@tpd.example"), Agency.objects.get(short_name="TPD")
    with as_of(calendar.at(-1, 14)):
        actor = actor_for(manager, role="program_manager", agency=agency.short_name)
        _bring(_REGISTRY.encode(), manager, actor, agency=agency)
        invite_due_owners()


def _shop_list(partner: Partner, user: User) -> bytes:
    """What the shop exported, with two rows more."""
    exported = b"".join(csv_lines(export_rows(partner, user))).decode("utf-8-sig")
    header = exported.splitlines()[0].split(",")
    columns = ("name", "latitude", "longitude", "bearing", "range_m")
    rows = []
    for line in _NEW:
        cells = dict(zip(columns, line.split(","), strict=True))
        rows.append(",".join(cells.get(name, "") for name in header))
    return (exported + "\r\n".join(rows) + "\r\n").encode()


def _bring(
    content: bytes, user: User, actor: Actor, *, partner: Partner | None = None, agency: Agency | None = None
) -> CameraImport:
    brought = receive_import(
        file=io.BytesIO(content),
        partner=partner,
        agency=agency,
        reason="The neighborhood watch hands over its list of 2024." if agency else "",
        request_key=key(f"import:{'agency' if agency else 'shop'}"),
        user=user,
        actor=actor,
    )
    set_columns(camera_import=brought, mapping=brought.mapping, choices={"site": "Shop"}, user=user, actor=actor)
    work_on_import(brought.pk)
    start_import(camera_import=brought, user=user, actor=actor)
    work_on_import(brought.pk)
    return brought
