"""Reads of figures and targets, each for the scopes that the person may read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.models import Agency, Zone
from apps.agencies.policies import agencies_served, has_role
from apps.core.errors import NotAllowed, NotFound
from apps.core.reading import asked_once
from apps.program.charts import Chart, Point, draw
from apps.program.days import day_of
from apps.program.measures import BY_KEY, MEASURES, Measure
from apps.program.models import Snapshot, Target, scope_of
from apps.program.policies import READERS, can_read_program
from apps.program.standing import Standing, standing

SHOWN = timedelta(days=119)


@dataclass(frozen=True, slots=True)
class View:
    """Whose figures a page shows: the whole program's where `agency` is None; and the days it shows."""

    agency: Agency | None
    agencies: list[Agency]
    today: date

    @property
    def scope(self) -> str:
        return scope_of(self.agency)

    @property
    def since(self) -> date:
        return self.today - SHOWN


@dataclass(frozen=True, slots=True)
class Card:
    """One measure with its newest figure, its target and its trend."""

    measure: Measure
    now: Point | None
    target: Target | None
    standing: Standing
    chart: Chart
    is_of_today: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A figure in a table beside others: of an agency, a zone or a role."""

    name: str
    now: Point | None


def view_for(user: User, agency: str = "") -> View:
    """The program's figures, or those of the agency with this public id.

    Raises NotAllowed for somebody who reads none, NotFound for an agency that is not theirs to read.
    """
    if not can_read_program(user):
        raise NotAllowed(_("The program's figures are for program managers, supervisors and auditors."), code="role")
    mine = [one for one in agencies_served(user) if has_role(user, one, *READERS)]
    chosen = next((one for one in mine if str(one.public_id) == agency), None)
    if agency and chosen is None:
        raise NotFound(_("There is no such agency among yours."))
    return View(chosen, mine, day_of(chosen, timezone.now()))


def get_measure(key: str) -> Measure:
    """The measure of this key. Raises NotFound."""
    if key not in BY_KEY:
        raise NotFound(_("There is no such measure."))
    return BY_KEY[key]


def series(view: View, *keys: str) -> dict[str, list[Point]]:
    """The figures of the days that the view shows, by measure, the oldest first. One query."""
    rows = Snapshot.objects.filter(scope=view.scope, part="", day__range=(view.since, view.today))
    if keys:
        rows = rows.filter(measure__in=keys)
    figures = rows.order_by("day").values_list("measure", "day", "value", "base")
    found: dict[str, list[Point]] = defaultdict(list)
    for key, day, value, base in asked_once(
        ("figures", view.scope, view.since, view.today, keys), lambda: list(figures)
    ):
        found[key].append(Point(day, value, base))
    return found


def targets_in_force(scopes: Iterable[str]) -> dict[tuple[str, str], Target]:
    """The newest target of each measure and scope, unless it was withdrawn. One query."""
    newest: dict[tuple[str, str], Target] = {}
    for target in Target.objects.filter(scope__in=list(scopes)).order_by("number"):
        newest[target.measure, target.scope] = target
    return {key: target for key, target in newest.items() if target.value is not None}


def cards(view: View, *keys: str, width: int = 320, height: int = 72) -> list[Card]:
    """Every measure of the view. Two queries."""
    points, targets = series(view, *keys), targets_in_force([view.scope])
    found = []
    for measure in MEASURES:
        if keys and measure.key not in keys:
            continue
        days = points.get(measure.key, [])
        now = days[-1] if days else None
        target = targets.get((measure.key, view.scope))
        found.append(
            Card(
                measure=measure,
                now=now,
                target=target,
                standing=standing(measure, now.value if now else None, target, view.today),
                chart=draw(
                    measure,
                    days,
                    since=view.since,
                    until=view.today,
                    target=target.value if target else None,
                    width=width,
                    height=height,
                ),
                is_of_today=now is not None and now.day == view.today,
            )
        )
    return found


def by_agency(view: View, measure: Measure) -> list[Row]:
    """The newest figure of each agency: of all for a measure of the register, else of those that the person reads."""
    agencies = list(Agency.objects.filter(is_active=True)) if measure.of_register else view.agencies
    newest = _newest(measure, [scope_of(agency) for agency in agencies], view)
    return [Row(agency.short_name, newest.get((scope_of(agency), ""))) for agency in agencies]


def by_zone(view: View, measure: Measure) -> list[tuple[Zone, Point | None]]:
    """The newest figure of each zone, of the view's agency or of all."""
    if measure.read_zones is None:
        return []
    zones = Zone.objects.select_related("agency").filter(agency__is_active=True)
    if view.agency:
        zones = zones.filter(agency=view.agency)
    newest = _newest(measure, [scope_of(zone=zone) for zone in zones], view)
    return [(zone, newest.get((scope_of(zone=zone), ""))) for zone in zones]


def by_part(view: View, measure: Measure) -> dict[str, Point]:
    """The newest figures of the measure's parts."""
    newest = _newest(measure, [view.scope], view)
    return {part: point for (_scope, part), point in newest.items() if part}


def target_history(view: View, measure: Measure) -> list[Target]:
    """Every target that the measure has had in this scope, the newest first."""
    rows = Target.objects.filter(measure=measure.key, scope=view.scope)
    return list(rows.select_related("set_by").order_by("-number"))


def _newest(measure: Measure, scopes: list[str], view: View) -> dict[tuple[str, str], Point]:
    """The last row of each scope and part within the days that are shown."""
    rows = Snapshot.objects.filter(measure=measure.key, scope__in=scopes, day__range=(view.since, view.today))
    last = rows.order_by().values("scope").annotate(last=Max("day")).values_list("scope", "last")
    wanted = Q(pk__in=[])
    for scope, day in last:
        wanted |= Q(scope=scope, day=day)
    found = rows.filter(wanted).values_list("scope", "part", "day", "value", "base")
    return {(scope, part): Point(day, value, base) for scope, part, day, value, base in found}
