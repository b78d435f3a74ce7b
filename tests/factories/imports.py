"""Imports for tests, through the real services."""

from __future__ import annotations

import io
import uuid
from typing import Any

from apps.accounts.models import User
from apps.agencies.models import Agency, Role
from apps.imports import services
from apps.imports.models import CameraImport
from apps.partners.models import Partner
from tests.factories.actors import actor_for
from tests.factories.people import AgencyFactory, registrant, staff

HEADER = "site,name,latitude,longitude,bearing,field_of_view,range_m,retention_hours,records_sound"


def csv_of(*rows: str, header: str = HEADER) -> bytes:
    """A CSV file in UTF-8."""
    return ("\n".join([header, *rows]) + "\n").encode()


def line(number: int, **changes: Any) -> str:
    """A row of a camera that differs from every other number's."""
    known = {
        "site": "Shop",
        "name": f"Camera {number}",
        "latitude": 30.4300 + number % 100 * 0.0004,
        "longitude": -84.2800 + number // 100 * 0.0004,
        "bearing": 90,
        "field_of_view": 80,
        "range_m": 20,
        "retention_hours": 240,
        "records_sound": "no",
    } | changes
    return ",".join(str(value) for value in known.values())


def received(content: bytes, *, partner: Partner | None = None, user: User | None = None) -> CameraImport:
    """A file that came in for a partner."""
    if partner is None:
        user, partner = registrant()
    assert user is not None
    return services.receive_import(
        file=io.BytesIO(content), partner=partner, request_key=uuid.uuid4(), user=user, actor=actor_for(user)
    )


def for_agency(content: bytes, agency: Agency | None = None, manager: User | None = None) -> CameraImport:
    """A registry's export that a program manager brings."""
    agency = agency or AgencyFactory.create()
    manager = manager or staff(Role.PROGRAM_MANAGER, agency)
    return services.receive_import(
        file=io.BytesIO(content),
        agency=agency,
        reason="The old registry is closed.",
        request_key=uuid.uuid4(),
        user=manager,
        actor=actor_for(manager),
    )


def checked(camera_import: CameraImport, **choices: Any) -> CameraImport:
    """The dry run, with the columns as they were guessed."""
    user = camera_import.started_by
    services.set_columns(
        camera_import=camera_import, mapping=camera_import.mapping, choices=choices, user=user, actor=actor_for(user)
    )
    services.work_on_import(camera_import.pk)
    camera_import.refresh_from_db()
    return camera_import


def imported(camera_import: CameraImport) -> CameraImport:
    """Import what is ready."""
    user = camera_import.started_by
    services.start_import(camera_import=camera_import, user=user, actor=actor_for(user))
    services.work_on_import(camera_import.pk)
    camera_import.refresh_from_db()
    return camera_import


def undone(camera_import: CameraImport) -> CameraImport:
    """Take it back."""
    user = camera_import.started_by
    services.undo_import(camera_import=camera_import, user=user, actor=actor_for(user))
    services.work_on_import(camera_import.pk)
    camera_import.refresh_from_db()
    return camera_import


def problems_of(camera_import: CameraImport) -> dict[int, list[tuple[str, str]]]:
    """Field and code of each row's problems."""
    from apps.imports.selectors import shown_row

    return {
        row.number: [(problem.field, problem.code) for problem in shown_row(camera_import, row).problems]
        for row in camera_import.rows.order_by("number")
    }
