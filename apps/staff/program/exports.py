"""The dashboard's figures as files: every day as CSV, the dashboard as PDF, a measure's chart as PNG."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.defaultfilters import date as in_words_of
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.errors import InvalidInput
from apps.core.typesetting import typeset_pdf, typeset_png
from apps.imports.exporting import csv_lines
from apps.imports.pages import download
from apps.program import selectors
from apps.program.charts import Point, each_day
from apps.program.drawing import svg_of
from apps.program.measures import MEASURES, Measure
from apps.program.selectors import Card, View
from apps.program.services import record_figures_export
from apps.program.words import in_words
from apps.staff.program.pages import staff

HERE = Path(__file__).parent


def export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """One file, recorded in the ledger before it is sent: of every measure, or of the one that is named."""
    user, form = staff(request), request.POST.get("form", "")
    view = selectors.view_for(user, request.POST.get("agency", ""))
    given = request.POST.get("measure", "")
    measures = [selectors.get_measure(given)] if given else list(MEASURES)
    keys = [measure.key for measure in measures]
    name = f"{given or 'program'}-{view.today.isoformat()}"
    if form == "csv":
        points = selectors.series(view, *keys)
        rows = list(_rows(view, measures, points))
        record_figures_export(user=user, agency=view.agency, form=form, measures=keys, rows=len(rows) - 1)
        return download(csv_lines(rows), f"{name}.csv", "text/csv")
    if form not in ("pdf", "png") or (form == "png" and not given):
        raise InvalidInput(_("Choose CSV, PDF or, for one measure, PNG."))
    cards = selectors.cards(view, *keys, width=720, height=200)
    record_figures_export(user=user, agency=view.agency, form=form, measures=keys, rows=len(cards))
    if form == "png":
        return _file(typeset_png(HERE / "chart.typ", _data(view, cards)), f"{name}.png", "image/png")
    return _file(typeset_pdf(HERE / "dashboard.typ", _data(view, cards)), f"{name}.pdf", "application/pdf")


def _rows(view: View, measures: list[Measure], points: dict[str, list[Point]]) -> Iterator[list[str]]:
    """A row for each day and measure; a day that nobody measured has no figure."""
    yield [_("Day"), _("Measure"), _("Whose"), _("Figure"), _("Unit"), _("Made of")]
    for measure in measures:
        for point in reversed(each_day(points.get(measure.key, []), view.since, view.today)):
            figure = "" if point.value is None else f"{point.value:.2f}".rstrip("0").rstrip(".")
            whose = str(view.agency or _("Whole program"))
            base = "" if point.value is None else str(point.base)
            yield [point.day.isoformat(), str(measure.title), whose, figure, str(measure.unit), base]


def _data(view: View, cards: list[Card]) -> dict[str, Any]:
    """What the sheets say, in the reader's language."""
    day = str(in_words_of(view.today, "DATE_FORMAT"))
    return {
        "language": translation.get_language() or "en",
        "program": settings.PORTAL_NAME,
        "title": _("Program dashboard"),
        "whose": str(view.agency.name if view.agency else _("Whole program")),
        "day": day,
        "head": [_("Measure"), _("Current performance"), _("Target"), _("Standing")],
        "scale": _("Lines begin at zero; a dashed line is the target. A day without a figure is a gap."),
        "cards": [_card(card) for card in cards],
    }


def _card(card: Card) -> dict[str, Any]:
    measure, target, chart = card.measure, card.target, card.chart
    now = in_words(measure, card.now.value if card.now else None)
    if card.now and not card.is_of_today:
        now = _("%(figure)s (%(day)s)") % {"figure": now, "day": in_words_of(card.now.day, "DATE_FORMAT")}
    goal = "–"
    if target is not None and target.due_on is not None:
        due = in_words_of(target.due_on, "DATE_FORMAT")
        goal = _("%(target)s by %(day)s") % {"target": in_words(measure, target.value), "day": due}
    return {
        "title": str(measure.title),
        "means": str(measure.means),
        "now": now,
        "target": goal,
        "standing": str(card.standing.label),
        "svg": svg_of(chart) if chart.first else "",
        "alt": _alt(card),
        "since": str(in_words_of(chart.since, "DATE_FORMAT")),
        "until": str(in_words_of(chart.until, "DATE_FORMAT")),
        "top": _("top of the scale: %(top)s") % {"top": in_words(measure, chart.top)},
    }


def _alt(card: Card) -> str:
    chart, measure = card.chart, card.measure
    if chart.first is None or chart.last is None:
        return _("No figure yet.")
    said = _("First figure %(first)s, last %(last)s.") % {
        "first": in_words(measure, chart.first.value),
        "last": in_words(measure, chart.last.value),
    }
    if not chart.gaps:
        return said
    gaps = ngettext(
        "%(gaps)s day between them has no figure.", "%(gaps)s days between them have no figure.", chart.gaps
    ) % {"gaps": chart.gaps}
    return f"{said} {gaps}"


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store, private"}
    return HttpResponse(content, content_type=kind, headers=headers)
