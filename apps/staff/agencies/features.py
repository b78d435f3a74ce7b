"""The page of what is open at an agency: its features as a form, and what a change would stop and let go on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.access.models import AccessKind, Purpose
from apps.agencies.features import (
    Feature,
    checked_off,
    feature_versions,
    in_words,
    others_that_register,
    present_features,
)
from apps.agencies.models import Agency
from apps.calls.models import Call
from apps.calls.policies import showing_screens
from apps.calls.states import OPEN_STATES
from apps.cameras.models import Camera
from apps.cameras.states import CameraState
from apps.core.forms import ServiceForm
from apps.footage_requests.models import FootageRequest
from apps.footage_requests.states import RequestState
from apps.imports.models import CameraImport
from apps.imports.states import ImportState
from apps.layers.models import Layer
from apps.prospects.models import OwnerInvitation
from apps.prospects.states import OPEN_OWNERS

# What stops, and what goes on: how many, and the sentence about them. Nothing is said of none.
Effects = tuple[str, list[tuple[int, str]]]

# What begins while it is on, and does not while it is off.
WHAT = {
    Feature.REGISTRATION: gettext_lazy("People join and register cameras on the public pages, by file and by program."),
    Feature.REQUESTS: gettext_lazy("Detectives and supervisors draft requests, count partners and submit them."),
    Feature.PARTNER_MAP: gettext_lazy("Staff with a purpose see single cameras on the map."),
    Feature.CALLS: gettext_lazy("Calls come from dispatch or by hand to the board, and shifts write their log."),
    Feature.WALLS: gettext_lazy("Screens on a wall of your rooms are allowed to show the board."),
    Feature.LAYERS: gettext_lazy("Your program managers make layers of your own cameras, readers and sensors."),
    Feature.IMPORTS: gettext_lazy("Your program managers import files and enter owners, who are asked by mail."),
}


class FeaturesForm(ServiceForm):
    """A row for each feature: on or off, and until when."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        for feature in Feature:
            self.fields[f"on_{feature}"] = forms.BooleanField(
                label=feature.label, required=False, help_text=WHAT[feature], initial=True
            )
            self.fields[f"until_{feature}"] = forms.DateField(
                label=_("If off: opens by itself on"),
                required=False,
                widget=forms.DateInput(attrs={"type": "date", "class": "input-short"}, format="%Y-%m-%d"),
            )

    def lines(self) -> list[dict[str, Any]]:
        """For the page: the two fields of each feature."""
        return [{"on": self[f"on_{feature}"], "until": self[f"until_{feature}"]} for feature in Feature]


def off_in(said: Mapping[str, Any]) -> dict[str, date | None]:
    """What the service takes, from the values of a valid form."""
    return {str(feature): said[f"until_{feature}"] for feature in Feature if not said[f"on_{feature}"]}


def initial_of_features(agency: Agency) -> dict[str, Any]:
    """The features as they are, for the form."""
    number, off = present_features(agency)
    shown: dict[str, Any] = {"number": number}
    for feature in Feature:
        shown |= {f"on_{feature}": feature not in off, f"until_{feature}": off.get(feature)}
    return shown


def merged_features(agency: Agency, typed: dict[str, Any]) -> dict[str, Any]:
    """What was chosen, for the version that is in force now."""
    return {**typed, "number": present_features(agency)[0]}


def features_context(agency: Agency) -> dict[str, Any]:
    """What is off now, and the versions so far, for the page beside the form."""
    number, off = present_features(agency)
    return {
        "off_now": in_words(off),
        "number": number,
        "versions": [(one, in_words(one.off)) for one in feature_versions(agency)[:20]],
    }


def preview_of_features(agency: Agency, said: Mapping[str, Any]) -> dict[str, Any]:
    """What a valid form would switch off and on, and what of each goes on. Raises InvalidInput as the service does."""
    _number, present = present_features(agency)
    wanted = checked_off(agency, off_in(said))
    return {
        "same": wanted == present,
        "off": [
            _switched_off(agency, Feature(name), day) for name, day in wanted.items() if present.get(name, 0) != day
        ],
        "on": [Feature(name).label for name in present if name not in wanted],
    }


def _switched_off(agency: Agency, feature: Feature, day: date | None) -> dict[str, Any]:
    stops, goes_on = _EFFECTS[feature](agency)
    said = [sentence % {"count": count} for count, sentence in goes_on if count]
    return {"title": feature.label, "until": day, "stops": stops, "goes_on": said}


def _registration(agency: Agency) -> Effects:
    if others := others_that_register(agency):
        stops = _(
            "The public can register all the same, because the register is the program's. It is on at: %(agencies)s."
        ) % {"agencies": ", ".join(other.short_name for other in others)}
    else:
        stops = _("Nobody can join or register a camera. The public pages say that the program takes none yet.")
    pending = Camera.objects.filter(state__in=(CameraState.PENDING, CameraState.RETURNED)).count()
    return stops, [
        (
            pending,
            ngettext(
                "%(count)d registration that waits goes on: it is reviewed or corrected.",
                "%(count)d registrations that wait go on: they are reviewed or corrected.",
                pending,
            ),
        ),
        (1, _("Owners who were invited can still take over what was entered for them.")),
    ]


def _requests(agency: Agency) -> Effects:
    rows = FootageRequest.objects.filter(agency=agency)
    live = {state: rows.filter(state=state).count() for state in (RequestState.OPEN, RequestState.SUBMITTED)}
    drafts = rows.filter(state__in=(RequestState.DRAFT, RequestState.RETURNED)).count()
    return _("No request can be drafted or submitted."), [
        (
            live[RequestState.OPEN],
            ngettext(
                "%(count)d open request goes on: owners answer and send video as before.",
                "%(count)d open requests go on: owners answer and send video as before.",
                live[RequestState.OPEN],
            ),
        ),
        (
            live[RequestState.SUBMITTED],
            ngettext(
                "%(count)d request waits for a supervisor, who can still approve it.",
                "%(count)d requests wait for a supervisor, who can still approve them.",
                live[RequestState.SUBMITTED],
            ),
        ),
        (
            drafts,
            ngettext(
                "%(count)d draft is kept, and can be submitted when this is on again.",
                "%(count)d drafts are kept, and can be submitted when this is on again.",
                drafts,
            ),
        ),
    ]


def _partner_map(agency: Agency) -> Effects:
    purposes = Purpose.objects.filter(agency=agency, access=AccessKind.PARTNER_MAP, ends_at__gt=timezone.now())
    people = purposes.values("user_id").distinct().count()
    stops = ngettext(
        "The map closes at once, also for %(count)d person who has it open for a purpose now.",
        "The map closes at once, also for %(count)d people who have it open for a purpose now.",
        people,
    )
    return stops % {"count": people}, [
        (1, _("The cameras of approved requests are seen on the pages of these requests."))
    ]


def _calls(agency: Agency) -> Effects:
    calls = Call.objects.filter(agency=agency, state__in=OPEN_STATES).count()
    return _("No new call is taken from dispatch or entered, and nothing is written into the shift log."), [
        (
            calls,
            ngettext(
                "%(count)d call stays on the board until it closes.",
                "%(count)d calls stay on the board until they close.",
                calls,
            ),
        ),
    ]


def _walls(agency: Agency) -> Effects:
    screens = showing_screens().filter(agency=agency).count()
    return _("No further screen can be allowed."), [
        (
            screens,
            ngettext(
                "%(count)d screen goes on until its days are over or somebody revokes it.",
                "%(count)d screens go on until their days are over or somebody revokes them.",
                screens,
            ),
        ),
    ]


def _layers(agency: Agency) -> Effects:
    layers = Layer.objects.filter(agency=agency, closed_at__isnull=True).count()
    return _("No further layer can be made."), [
        (
            layers,
            ngettext(
                "%(count)d layer stays on the maps and is kept up to date.",
                "%(count)d layers stay on the maps and are kept up to date.",
                layers,
            ),
        ),
    ]


def _imports(agency: Agency) -> Effects:
    over = (ImportState.IMPORTED, ImportState.UNDONE, ImportState.DISCARDED)
    imports = CameraImport.objects.filter(agency=agency).exclude(state__in=over).count()
    owners = OwnerInvitation.objects.filter(agency=agency, state__in=OPEN_OWNERS).count()
    return _("No file can be imported and no owner entered."), [
        (
            imports,
            ngettext("%(count)d import that was begun goes on.", "%(count)d imports that were begun go on.", imports),
        ),
        (
            owners,
            ngettext(
                "%(count)d owner who was entered can still answer.",
                "%(count)d owners who were entered can still answer.",
                owners,
            ),
        ),
    ]


_EFFECTS: dict[Feature, Callable[[Agency], Effects]] = {
    Feature.REGISTRATION: _registration,
    Feature.REQUESTS: _requests,
    Feature.PARTNER_MAP: _partner_map,
    Feature.CALLS: _calls,
    Feature.WALLS: _walls,
    Feature.LAYERS: _layers,
    Feature.IMPORTS: _imports,
}
