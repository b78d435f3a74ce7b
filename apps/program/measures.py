"""The table of measures: what each is called, what it means, its unit, which way is better, and how it is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.program import readings
from apps.program.readings import Asked, Reading

Read = Callable[[Asked], list[Reading]]


class Unit(StrEnum):
    """What a figure counts."""

    COUNT = "count"
    PERCENT = "percent"
    HOURS = "hours"


class Better(StrEnum):
    """Which way a figure should go. `NEITHER` is watched, and has no target."""

    UP = "up"
    DOWN = "down"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One measure.

    `of_register`: it belongs to the whole program, so that all who read the dashboard see it for each agency; other
    measures are an agency's own. `of_homes`: it counts households, so that its public figure has noise. `open_data`:
    made of public figures alone. `rows` is the list that it counts, as a model's label and the filter in its address.
    """

    key: str
    title: Promise
    means: Promise
    unit: Unit
    better: Better
    read: Read
    read_zones: Read | None = None
    of_register: bool = False
    of_homes: bool = False
    open_data: bool = False
    rows: tuple[str, str] = ("", "")

    @property
    def nothing(self) -> Reading:
        """The figure of a zone in which nothing was found: no camera is a number, no percentage of none."""
        return Reading(0 if self.unit == Unit.COUNT else None, 0)


MEASURES: tuple[Measure, ...] = (
    Measure(
        key="partners",
        title=_("Partners"),
        means=_("Partners who have not left and have at least one active camera, on that day."),
        unit=Unit.COUNT,
        better=Better.UP,
        read=readings.partners,
        read_zones=readings.partners_of_zones,
        of_register=True,
        of_homes=True,
        rows=("partners.Partner", ""),
    ),
    Measure(
        key="cameras",
        title=_("Approved cameras"),
        means=_("Active cameras of partners who have not left, on that day. Each was approved by a reviewer."),
        unit=Unit.COUNT,
        better=Better.UP,
        read=readings.cameras,
        read_zones=readings.cameras_of_zones,
        of_register=True,
        of_homes=True,
        rows=("cameras.Camera", "state__exact=active"),
    ),
    Measure(
        key="zone_coverage",
        title=_("Zone coverage"),
        means=_("Zones with five or more partners in the week's public counts, of all zones."),
        unit=Unit.PERCENT,
        better=Better.UP,
        read=readings.zone_coverage,
        of_register=True,
        open_data=True,
    ),
    Measure(
        key="reconfirmed",
        title=_("Registrations up to date"),
        means=_("Active cameras whose owner registered or confirmed them in the past year, of all active cameras."),
        unit=Unit.PERCENT,
        better=Better.UP,
        read=readings.reconfirmed,
        read_zones=readings.reconfirmed_of_zones,
        of_register=True,
        rows=("cameras.Camera", "state__exact=active"),
    ),
    Measure(
        key="response_rate",
        title=_("Response rate"),
        means=_("Cameras whose owner answered, of all cameras asked about. Requests approved in the past 90 days."),
        unit=Unit.PERCENT,
        better=Better.UP,
        read=readings.response_rate,
        rows=("footage_requests.FootageRequest", ""),
    ),
    Measure(
        key="satisfaction",
        title=_("Went well for owners"),
        means=_(
            "Owners who said “well” or “very well” when they were asked how a request went, of all who answered that "
            "in the past 90 days. No figure of fewer than five answers."
        ),
        unit=Unit.PERCENT,
        better=Better.UP,
        read=readings.satisfaction,
        rows=("footage_requests.FootageRequest", ""),
    ),
    Measure(
        key="first_footage",
        title=_("Time to first footage"),
        means=_(
            "From the approval of a request until its first file had arrived: the median of the requests that were "
            "approved in the past 90 days and got footage."
        ),
        unit=Unit.HOURS,
        better=Better.DOWN,
        read=readings.first_footage,
        rows=("footage_requests.FootageRequest", ""),
    ),
    Measure(
        key="playable",
        title=_("Playable at first try"),
        means=_(
            "Files that play in the browser without being processed again, of all files received in the past 90 days "
            "whose processing ended."
        ),
        unit=Unit.PERCENT,
        better=Better.UP,
        read=readings.playable,
        rows=("evidence.EvidenceItem", "state__exact=unplayable"),
    ),
    Measure(
        key="accepted",
        title=pgettext_lazy("measure", "Accepted"),
        means=_("Files accepted as evidence, of all files received in the past 90 days that a detective has decided."),
        unit=Unit.PERCENT,
        better=Better.UP,
        read=readings.accepted,
        rows=("evidence.EvidenceItem", "triage__exact=returned"),
    ),
    Measure(
        key="used_in_cases",
        title=_("Cases with footage"),
        means=_("Cases for which at least one file received in the past 90 days was accepted as evidence."),
        unit=Unit.COUNT,
        better=Better.UP,
        read=readings.used_in_cases,
        rows=("evidence.EvidenceItem", "triage__exact=accepted"),
    ),
    Measure(
        key="went_first",
        title=_("Urgent requests that went first"),
        means=_("Requests of the past 90 days that went out before a supervisor saw them, because they were urgent."),
        unit=Unit.COUNT,
        better=Better.NEITHER,
        read=readings.went_first,
        rows=("footage_requests.FootageRequest", "went_first__exact=1"),
    ),
    Measure(
        key="first_upheld",
        title=_("Rightly sent first"),
        means=_("Of the urgent requests that went first and were reviewed in the past 90 days, those upheld."),
        unit=Unit.PERCENT,
        better=Better.UP,
        read=readings.first_upheld,
        rows=("footage_requests.FootageRequest", "went_first__exact=1"),
    ),
    Measure(
        key="overdue_approvals",
        title=_("Overdue approvals"),
        means=_("Requests that a supervisor has not decided, or reviewed, within a day, at the end of that day."),
        unit=Unit.COUNT,
        better=Better.DOWN,
        read=readings.overdue_approvals,
        rows=("footage_requests.FootageRequest", "state__exact=submitted"),
    ),
    Measure(
        key="looks",
        title=_("Accesses by role"),
        means=_(
            "How often staff opened places of cameras or footage in the past 90 days, by their role. The ledger has an "
            "entry for each, with its purpose."
        ),
        unit=Unit.COUNT,
        better=Better.NEITHER,
        read=readings.looks,
        rows=("access.Purpose", ""),
    ),
    Measure(
        key="look_delays",
        title=_("Delays of telling owners"),
        means=_(
            "How often a supervisor had owners told later who looked at their video, in the past 90 days. Each delay "
            "has a reason and an end, and then the owners read of every access."
        ),
        unit=Unit.COUNT,
        better=Better.NEITHER,
        read=readings.look_delays,
    ),
)

BY_KEY = {measure.key: measure for measure in MEASURES}
