"""A partner's sites with their cameras, as the pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from apps.cameras.models import Camera, Site
from apps.cameras.states import CameraState


@dataclass(frozen=True, slots=True)
class SiteCard:
    """One site, and its cameras that were not withdrawn."""

    public_id: UUID
    name: str
    address: str
    cameras: list[Camera]


def site_cards(sites: list[Site]) -> list[SiteCard]:
    """These sites with their cameras, in one query."""
    by_site: dict[int, list[Camera]] = {}
    rows = Camera.objects.filter(site__in=sites).exclude(state=CameraState.RETIRED)
    for camera in rows.defer("notes").order_by("pk"):
        by_site.setdefault(camera.site_id, []).append(camera)
    return [SiteCard(site.public_id, site.name, site.address, by_site.get(site.pk, [])) for site in sites]


def cameras_at(site: Site) -> list[Camera]:
    """What would go with the site."""
    return list(Camera.objects.filter(site=site).exclude(state=CameraState.RETIRED).order_by("pk"))
