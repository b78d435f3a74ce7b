"""Reads of cameras. What returns a place to staff takes a purpose and records the access."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, OuterRef, QuerySet, Subquery, prefetch_related_objects
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.access.allowance import allowance_of
from apps.access.models import AccessKind, Purpose
from apps.access.reach import sides_m
from apps.access.selectors import may_access
from apps.access.services import record_access
from apps.accounts.models import User
from apps.agencies.policies import Person
from apps.cameras import policies
from apps.cameras.models import (
    Camera,
    CameraDraft,
    CameraPlace,
    CameraView,
    CatalogEntry,
    Conformance,
    MemberSite,
    Site,
    SiteWord,
)
from apps.cameras.places import LATITUDE_BANDS_PER_DEGREE, is_in_bounds
from apps.cameras.states import CameraState
from apps.core.errors import InvalidInput, NotFound
from apps.core.name_words import LEAST, found_by_name, words_in
from apps.geo import Bounds, numbers
from apps.geo.units import length_in_words
from apps.ledger.values import Subject
from apps.partners.models import Membership, Partner, PartnerWord
from apps.partners.policies import MANAGING_ROLES, is_of_program, partners_for
from apps.specifications.checks import ASK, Check, Finding, in_words
from apps.terms.impact import Impact

#: Cameras that one name opens.
MOST_BY_NAME = 20


@dataclass(frozen=True, slots=True)
class PlacedCamera:
    """A camera on the staff's map."""

    camera: Camera
    place: CameraPlace


def cameras_of(partner: Partner) -> QuerySet[Camera]:
    """The partner's cameras with site, place and zone, in the order of registration."""
    rows = Camera.objects.filter(site__partner=partner).select_related("site", "place", "zone__agency")
    return rows.order_by("site_id", "pk")


def sites_of_member(membership: Membership) -> list[UUID]:
    """The public ids of the sites that were named for a member who answers for some only."""
    rows = MemberSite.objects.filter(membership=membership).order_by("site_id")
    return list(rows.values_list("site__public_id", flat=True))


def site_names_of(membership: Membership) -> list[str]:
    """Their names."""
    rows = MemberSite.objects.filter(membership=membership).order_by("site_id").select_related("site")
    return [row.site.name for row in rows]


def sites_of(partner: Partner) -> QuerySet[Site]:
    """The partner's open sites in the order in which they were added."""
    return Site.objects.filter(partner=partner, closed_at__isnull=True).order_by("pk")


def site_key(name: str) -> str:
    """The name as it is compared: two spellings of one site have the same key."""
    return " ".join(name.casefold().split())


def own_cameras(user: Person) -> QuerySet[Camera]:
    """The cameras of the partners that the person runs, with all that their owner sees; none for staff.

    With their places, so none for a responder either: to answer, names are enough.
    """
    rows = Camera.objects.filter(site__partner__in=partners_for(user, *MANAGING_ROLES))
    rows = rows.select_related("site__partner", "place", "zone__agency", "catalog_entry")
    return rows.prefetch_related("conformances__specification").order_by("pk")


def get_own_camera(user: Person, public_id: UUID | str) -> Camera:
    """One of `own_cameras`. Raises NotFound for everybody else, staff included."""
    camera = own_cameras(user).filter(public_id=public_id).first()
    if camera is None:
        raise NotFound(_("There is no such camera among yours."))
    return camera


def get_camera_with_history(user: Person, public_id: UUID) -> Camera:
    """One of `own_cameras`, with the one that it replaced and the one that replaced it. Raises NotFound."""
    rows = own_cameras(user).prefetch_related(None).select_related(None)
    camera = rows.select_related("site__partner", "replaces", "replaced_by").filter(public_id=public_id).first()
    if camera is None:
        raise NotFound(_("There is no such camera among yours."))
    return camera


def get_site_for(user: Person, public_id: UUID | str) -> Site:
    """The site, if the person acts for its partner. Raises NotFound otherwise."""
    site = policies.viewable_sites(user).select_related("partner").filter(public_id=public_id).first()
    if site is None:
        raise NotFound(_("There is no such site among yours."))
    return site


def get_camera_for(user: Person, public_id: UUID | str) -> Camera:
    """The camera, if the person may see it; without its place for staff. Raises NotFound otherwise."""
    rows = policies.viewable_cameras(user).select_related("site__partner", "zone__agency")
    camera = rows.filter(public_id=public_id).first()
    if camera is None:
        raise NotFound(_("There is no such camera among yours."))
    return camera


def own_place(user: Person, camera: Camera) -> CameraPlace:
    """The place of a camera of one's own partner; no access is recorded. Raises NotFound for everybody else."""
    if not policies.can_view_site(user, camera.site):
        raise NotFound(_("There is no such camera among yours."))
    return camera.place


def own_view(user: User, camera: Camera) -> CameraView | None:
    """The photo that its owner gave, for those who run the account; no access is recorded. Raises NotFound."""
    if not policies.can_change_camera(user, camera):
        raise NotFound(_("There is no such camera among yours."))
    return CameraView.objects.filter(camera=camera).first()


def view_beside(place: CameraPlace) -> CameraView | None:
    """The photo that belongs to a place which a recorded access has just given: one access opens both."""
    return CameraView.objects.filter(camera_id=place.camera_id).first()


def offered_entries() -> list[CatalogEntry]:
    """What owners may choose from, by maker and model, “Other make” last."""
    rows = CatalogEntry.objects.filter(is_offered=True).order_by("maker", "name")
    return sorted(rows, key=lambda entry: (entry.maker == "Other make", entry.maker.lower(), entry.name.lower()))


def get_catalog_entry_for(user: Person, public_id: UUID | str) -> CatalogEntry:
    """One entry, if the person may see it. Raises NotFound."""
    entry = policies.viewable_catalog(user).filter(public_id=public_id).first()
    if entry is None:
        raise NotFound(_("The catalog has no such entry."))
    return entry


def draft_of(user: Person, partner: Partner, form: str) -> CameraDraft | None:
    """What this person typed into this form and did not send."""
    return policies.viewable_drafts(user).filter(partner=partner, form=form).first()


def conformance_of(camera: Camera) -> Conformance | None:
    """How the camera did against the latest specification that it was judged by. No query where lists prefetched."""
    return max(camera.conformances.all(), key=lambda one: one.specification.number or 0, default=None)


def latest_outcome() -> Subquery:
    """For an annotation of cameras: the outcome of `conformance_of`, without the conformance."""
    latest_first = F("specification__number").desc(nulls_last=True)
    judged = Conformance.objects.filter(camera=OuterRef("pk")).order_by(latest_first)
    return Subquery(judged.values("outcome")[:1])


def findings_of(conformance: Conformance, language: str | None = None) -> list[Finding]:
    """Each check that is not met, and each fact that nobody stated, with what to do, in the reader's language."""
    return findings_among(conformance.reasons, conformance.specification.checks, language)


def findings_among(reasons: list[dict[str, str]], checks: list[Check], language: str | None = None) -> list[Finding]:
    """The same for the reasons of a conformance and the checks of its specification."""
    wanted = (language or get_language() or settings.LANGUAGE_CODE).split("-")[0]
    return in_words(reasons, checks, wanted)


def reasons_of(conformance: Conformance, language: str | None = None) -> list[str]:
    """The checks that are not met, as sentences in the reader's language; open questions are `findings_of`."""
    return [found.words for found in findings_of(conformance, language) if found.level != ASK]


def advice_for(camera: Camera) -> list[str]:
    """What the owner should know at once: reasons of the specification, and a place outside the city's bounds.

    For the owner's pages: it speaks of the place.
    """
    conformance = conformance_of(camera)
    advice = reasons_of(conformance) if conformance else []
    if not is_in_bounds(camera.place.latitude, camera.place.longitude):
        advice.append(
            _("This camera stands outside the area that the program covers. A program manager will look at it.")
        )
    return advice


def stands_in_bounds(place: CameraPlace) -> bool:
    """Whether the camera stands where the city expects cameras."""
    return is_in_bounds(place.latitude, place.longitude)


def place_for(*, camera: Camera, purpose: Purpose, user: User) -> CameraPlace:
    """Where one camera stands, for staff with a purpose; the access is recorded or the place is not given.

    Raises NotFound unless the purpose opens this camera to this person.
    """
    with transaction.atomic():
        erased = not CameraPlace.objects.filter(camera=camera).exists()
        if erased or not policies.can_view_place(user, camera, purpose):
            raise NotFound(_("Your purpose does not open the place of this camera."))
        record_places_viewed(purpose, Subject.of("camera", camera.public_id), [camera])
        return camera.place


@dataclass(frozen=True, slots=True)
class MapView:
    """What one look at the map opened. `limit` says why cameras in view are missing, where the allowance ran out."""

    cameras: list[PlacedCamera]
    limit: str = ""


def places_in_view(*, purpose: Purpose, bounds: Bounds, user: User) -> MapView:
    """The cameras that the purpose opens within bounds (west, south, east, north in degrees); one recorded access.

    Raises NotFound if the purpose is not the person's own and current, InvalidInput if the part of the view that the
    purpose reaches is wider than PLACES_VIEW_MAX_M, TooMany if nothing is left to open. None of these depends on
    where cameras stand.
    """
    bounds = _checked(bounds)
    with transaction.atomic():
        if not may_access(user, AccessKind.PARTNER_MAP, purpose=purpose):
            raise NotFound(_("Your purpose has ended. Say again why you need access."))
        allowance = allowance_of(purpose)
        if not allowance.left:
            raise allowance.refusal()
        west, south, east, north = _reached(purpose, bounds)
        first, last = int(south * LATITUDE_BANDS_PER_DEGREE) - 1, int(north * LATITUDE_BANDS_PER_DEGREE) + 1
        rows = policies.cameras_in_reach(user, purpose).filter(
            place__latitude_band__range=(first, last),
            place__longitude__range=(west, east),
            place__latitude__range=(south, north),
        )
        rows = rows.exclude(state=CameraState.RETIRED).order_by("pk")
        found = list(rows.values_list("public_id", flat=True))
        admitted = allowance.admits(found)
        cameras = list(rows.filter(public_id__in=admitted).select_related("place", "site__partner", "zone__agency"))
        prefetch_related_objects(cameras, "conformances__specification")
        record_places_viewed(purpose, Subject.of("purpose", purpose.public_id), cameras)
        limit = str(allowance.refusal().message) if len(admitted) < len(found) else ""
        return MapView([PlacedCamera(camera, camera.place) for camera in cameras], limit)


def places_by_name(*, purpose: Purpose, name: str, user: User) -> MapView:
    """The cameras at sites of this name among those that the purpose opens; one recorded access, as of a view.

    People of the program, who read partners' names, find by these as well; others search by the site, not by whose it
    is. At most MOST_BY_NAME cameras: whoever asks for “home” means one. Raises as `places_in_view` does, and
    InvalidInput for a name that says too little.
    """
    if not any(len(word) >= LEAST for word in words_in(name)):
        raise InvalidInput(_("Type at least three letters of a site's name."), code="too_short")
    with transaction.atomic():
        if not may_access(user, AccessKind.PARTNER_MAP, purpose=purpose):
            raise NotFound(_("Your purpose has ended. Say again why you need access."))
        allowance = allowance_of(purpose)
        if not allowance.left:
            raise allowance.refusal()
        rows = policies.cameras_in_reach(user, purpose).exclude(state=CameraState.RETIRED)
        named = found_by_name(rows, SiteWord, name, owner="site_id")
        if is_of_program(user):
            named = named | found_by_name(rows, PartnerWord, name, owner="site__partner_id")
        found = list(named.order_by("pk").values_list("public_id", flat=True)[: MOST_BY_NAME + 1])
        admitted = allowance.admits(found[:MOST_BY_NAME])
        cameras = list(
            rows.filter(public_id__in=admitted).order_by("pk").select_related("place", "site__partner", "zone__agency")
        )
        prefetch_related_objects(cameras, "conformances__specification")
        record_places_viewed(purpose, Subject.of("purpose", purpose.public_id), cameras)
        limit = ""
        if len(admitted) < min(len(found), MOST_BY_NAME):
            limit = str(allowance.refusal().message)
        elif len(found) > MOST_BY_NAME:
            limit = _("There are more of this name. Type more of it.")
        return MapView([PlacedCamera(camera, camera.place) for camera in cameras], limit)


def _reached(purpose: Purpose, view: Bounds) -> Bounds:
    """The part of the view that the purpose reaches; all of it is no wider than a map of some streets."""
    boxes = policies.map_reach(purpose) or [view]
    west, south, east, north = zip(*boxes, strict=True)
    part = (
        max(view[0], min(west)),
        max(view[1], min(south)),
        min(view[2], max(east)),
        min(view[3], max(north)),
    )
    if sides_m(part) > settings.PLACES_VIEW_MAX_M:
        raise InvalidInput(
            _("This view is too wide. Please zoom in until it is at most %(most)s wide.")
            % {"most": length_in_words(settings.PLACES_VIEW_MAX_M)},
            code="zoom_in",
        )
    return part


def record_places_viewed(purpose: Purpose, subject: Subject, cameras: list[Camera]) -> None:
    """Record which places were seen, and on which ground; part of the selector that gives them."""
    record_access(purpose, "camera.place_viewed", subject, cameras=[str(camera.public_id) for camera in cameras])


def _checked(bounds: Bounds) -> Bounds:
    west, east = (numbers.between(bounds[index], "bounds", -180, 180, _("These are no bounds.")) for index in (0, 2))
    south, north = (numbers.between(bounds[index], "bounds", -90, 90, _("These are no bounds.")) for index in (1, 3))
    if west > east or south > north:
        raise numbers.refusal("bounds", _("These are no bounds."))
    return west, south, east, north


def impact_on(partners: QuerySet[Partner]) -> Impact:
    """The active cameras of these partners, and how many of them have one."""
    found = Camera.objects.filter(state=CameraState.ACTIVE, site__partner__in=partners).aggregate(
        cameras=Count("pk"), partners=Count("site__partner", distinct=True)
    )
    return Impact(partners=found["partners"], cameras=found["cameras"])
