"""A partner's own cameras, as its pages show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import BigIntegerField, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from apps.accounts.models import User
from apps.cameras.models import Camera, Conformance, Site
from apps.cameras.policies import viewable_cameras
from apps.cameras.review_reasons import PASSED_ON, return_words
from apps.cameras.selectors import findings_among, sites_of
from apps.cameras.states import CameraState, Change
from apps.core.errors import NotFound
from apps.core.name_words import has_words, words_in
from apps.core.prepared import Given, PreparedQuery, PreparedRows
from apps.geo import for_map
from apps.partners import policies
from apps.partners.models import Partner
from apps.specifications.checks import ASK, Finding
from apps.specifications.states import ConformanceOutcome

# Names to tell a proposed one from. Who has more cameras names them in ways of their own.
MOST_NAMES = 30
# Places to choose from in a form; who has more starts from the page of the place.
MOST_SITES = 20


@dataclass(frozen=True, slots=True)
class CameraCard:
    """A camera in the words of its owner's pages. `on_map` goes to the map's script."""

    public_id: UUID
    name: str
    site_name: str
    state: str
    state_words: str
    state_class: str
    return_reason: str
    reasons: list[str]
    questions: list[str]
    failed: bool
    view_words: str
    retention_words: str
    can_change: bool
    on_map: dict[str, Any]


def cameras_of(user: User, partner: Partner | None = None) -> QuerySet[Camera]:
    """The cameras of this partner, or of all that the person runs; withdrawn ones are gone from the list.

    With their places, so for owners and managers alone: who only answers requests gets none.
    """
    partners = policies.partners_for(user, *policies.MANAGING_ROLES)
    return _cameras(partners if partner is None else partners.filter(pk=partner.pk))


def listed_cameras(user: User, partner: Partner) -> PreparedRows[Camera]:
    """The same for the page that lists them, of a person who was found to be a registrant."""
    return _LISTED.given(user=user.pk, partner=partner.pk)


def cameras_found(user: User, partner: Partner, *, typed: str, site: str) -> QuerySet[Camera]:
    """Those of them at this site (a public id) and with these words in their own or their site's name, by site.

    Names are encrypted, so they are read and compared here: 2,000 take a fraction of a second, and nobody else's are.
    """
    rows = cameras_of(user, partner)
    if site and is_uuid(site):
        rows = rows.filter(site__public_id=site)
    if wanted := words_in(typed):
        sites = dict(Site.objects.filter(partner=partner).values_list("pk", "name"))
        named = Camera.objects.filter(site__partner=partner).values_list("pk", "site_id", "name")
        rows = rows.filter(pk__in=[pk for pk, at, name in named if has_words(wanted, sites[at], name)])
    return rows.select_related(None).select_related("site", "place").only(*_ON_A_CARD).order_by("site_id", "pk")


def _cameras(partners: QuerySet[Partner]) -> QuerySet[Camera]:
    latest = Conformance.objects.filter(camera=OuterRef("pk")).order_by("-pk")
    return (
        Camera.objects.filter(site__partner__in=partners.filter(left_at__isnull=True))
        .exclude(state=CameraState.RETIRED)
        .annotate(
            latest_outcome=Subquery(latest.values("outcome")[:1]),
            latest_reasons=Subquery(latest.values("reasons")[:1]),
            latest_checks=Subquery(latest.values("specification__checks")[:1]),
        )
        .select_related("site__partner", "place")
        .order_by("pk")
    )


def _cameras_of_given() -> QuerySet[Camera]:
    person, partner = Given("user", BigIntegerField()), Given("partner", BigIntegerField())
    memberships = policies.current_memberships(person).filter(role__in=policies.MANAGING_ROLES)
    cameras = _cameras(policies.partners_with(memberships).filter(pk=partner))
    # What a card shows. Names of people and notes would be decrypted for nothing.
    return cameras.select_related(None).select_related("site", "place").only(*_ON_A_CARD)


_ON_A_CARD = (
    *("public_id", "name", "state", "reported", "return_causes", "return_reason", "retention_hours", "confirmed_at"),
    "site__name",
    *(f"place__{name}" for name in ("latitude", "longitude", "bearing", "field_of_view", "range_m")),
)


_LISTED = PreparedQuery(_cameras_of_given)


def first_names_of(user: User, partner: Partner) -> list[str]:
    """The names of the partner's first cameras, enough to propose another one, however many cameras there are."""
    rows = viewable_cameras(user).filter(site__partner=partner).exclude(state=CameraState.RETIRED)
    return list(rows.order_by("pk").values_list("name", flat=True)[:MOST_NAMES])


def sites_to_choose(partner: Partner, wanted: Iterable[str | None]) -> tuple[list[Site], bool]:
    """The partner's newest open sites and those that are wanted (public ids), and whether there are more.

    In the order in which they were added; what is no open site of the partner is not among them.
    """
    newest = list(sites_of(partner).order_by("-pk")[: MOST_SITES + 1])
    more, sites = len(newest) > MOST_SITES, newest[:MOST_SITES][::-1]
    if more:
        others = {one for one in wanted if one and is_uuid(one)} - {str(site.public_id) for site in sites}
        sites = [*sites_of(partner).filter(public_id__in=others), *sites] if others else sites
    return sites, more


def is_uuid(text: str) -> bool:
    """Whether a public id is written in the text."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def takes_part_with_cameras(partner: Partner) -> bool:
    """The partner has at least one camera that takes part now."""
    return Camera.objects.filter(site__partner=partner, state=CameraState.ACTIVE).exists()


def named_cameras_of(user: User, partner: Partner) -> QuerySet[Camera]:
    """Names, sites and states, for people who only answer for the partner: neither place nor notes are read."""
    rows = viewable_cameras(user).filter(site__partner=partner).exclude(state=CameraState.RETIRED)
    return rows.defer("notes").select_related("site").order_by("site_id", "pk")


def get_camera_of(user: User, public_id: UUID) -> Camera:
    """One of the person's cameras. Raises NotFound."""
    camera = cameras_of(user).filter(public_id=public_id).first()
    if camera is None:
        raise NotFound(_("There is no such camera among yours."))
    return camera


def camera_card(camera: Camera) -> CameraCard:
    """The camera in plain words, for its owner."""
    words, css = _reported(camera.reported) if camera.reported else _camera_state(camera.state)
    was_passed_on = camera.state == CameraState.RETURNED and PASSED_ON in camera.return_causes
    outcome, found = _latest(camera)
    place = camera.place
    return CameraCard(
        public_id=camera.public_id,
        name=camera.name,
        site_name=camera.site.name,
        state=_("new to you") if was_passed_on else camera.get_state_display(),
        state_words=_("Until you have looked at it nobody can ask for it.") if was_passed_on else words,
        state_class=css,
        return_reason=return_words(camera),
        reasons=[_advised(one) for one in found if one.level != ASK],
        questions=[one.words for one in found if one.level == ASK],
        failed=outcome == ConformanceOutcome.FAIL,
        view_words=_("Looks %(direction)s, %(angle)d° wide, sees well up to %(feet)d feet.")
        % {
            "direction": direction_words(place.bearing),
            "angle": round(place.field_of_view),
            "feet": round(place.range_m / 0.3048),
        },
        retention_words=_retention_words(camera.retention_hours),
        can_change=camera.state != CameraState.RETIRED,
        on_map=for_map(place),
    )


def _latest(camera: Any) -> tuple[str, list[Finding]]:
    """How the camera was judged last, and what was found; nothing where nobody judged it."""
    if camera.latest_outcome is None:
        return "", []
    return camera.latest_outcome, findings_among(camera.latest_reasons, camera.latest_checks)


def _advised(finding: Finding) -> str:
    """What was found, and what to do about it."""
    return f"{finding.words} {finding.advice}".strip()


_DIRECTIONS = (
    gettext_noop("north"),
    gettext_noop("northeast"),
    gettext_noop("east"),
    gettext_noop("southeast"),
    gettext_noop("south"),
    gettext_noop("southwest"),
    gettext_noop("west"),
    gettext_noop("northwest"),
)


def direction_words(bearing: float) -> str:
    """The nearest of the eight directions, as it stands in a sentence."""
    return _(_DIRECTIONS[round(bearing / 45) % 8])


def _retention_words(hours: int) -> str:
    if hours % 24:
        return ngettext("Video is kept for %(n)d hour.", "Video is kept for %(n)d hours.", hours) % {"n": hours}
    days = hours // 24
    return ngettext("Video is kept for %(n)d day.", "Video is kept for %(n)d days.", days) % {"n": days}


def _reported(change: str) -> tuple[str, str]:
    """What an owner still owes to say of a camera that was reported as changed."""
    if change == Change.REPLACED:
        return _("You said that another camera hangs there now. Use “Replace” to describe it."), "attention"
    return _("You said that it hangs somewhere else now. Use “Change” to say where."), "attention"


def _camera_state(state: str) -> tuple[str, str]:
    """What a state means for the owner, and how it looks."""
    words, css = _STATES[CameraState(state)]
    return _(words), css


_STATES = {
    CameraState.PENDING: (gettext_noop("Staff will look at it. Until then nobody can ask for it."), "wait"),
    CameraState.RETURNED: (gettext_noop("Please correct it. Until then nobody can ask for it."), "attention"),
    CameraState.ACTIVE: (gettext_noop("It takes part. You may be asked."), ""),
    CameraState.LAPSED: (
        gettext_noop("Please confirm that it is still there. Nobody can ask for it now."),
        "attention",
    ),
    CameraState.RETIRED: (gettext_noop("Withdrawn. Nobody can ask for it."), "quiet"),
}
