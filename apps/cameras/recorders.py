"""Which cameras probably hang on one recorder, so that its owner looks at its clock once and not sixteen times."""

from __future__ import annotations

from dataclasses import dataclass

from apps.cameras.models import Camera, CatalogKind
from apps.cameras.states import CameraState


@dataclass(frozen=True, slots=True)
class Beside:
    """Another camera of the same site; `likely`: nothing says that it has a recorder of its own."""

    camera: Camera
    likely: bool


def cameras_beside(camera: Camera) -> list[Beside]:
    """The other cameras of the site, by which the owner is asked. The register knows models, and no single recorders.

    A camera that keeps its own video (a doorbell), or hangs on another model of recorder, is not taken for likely.
    """
    rows = Camera.objects.filter(site=camera.site_id).exclude(state=CameraState.RETIRED).exclude(pk=camera.pk)
    return [Beside(row, _alike(camera, row)) for row in rows.select_related("catalog_entry").order_by("pk")]


def _alike(one: Camera, other: Camera) -> bool:
    entries = [entry for entry in (one.catalog_entry, other.catalog_entry) if entry is not None]
    if any(entry.kind != CatalogKind.RECORDER for entry in entries):
        return False
    return one.catalog_entry_id == other.catalog_entry_id
