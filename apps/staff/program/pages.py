"""The dashboard, and the page of one measure with its days, places and targets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.models import Agency, Role
from apps.core.errors import InvalidInput, Stale
from apps.core.forms import KeyedForm
from apps.program import selectors
from apps.program.charts import each_day
from apps.program.measures import Better, Measure
from apps.program.models import Target
from apps.program.policies import can_set_target
from apps.program.selectors import View
from apps.program.services import set_target, withdraw_target
from apps.staff.program.forms import EndTargetForm, TargetForm


def dashboard(request: HttpRequest) -> HttpResponse:
    """Every measure: where it stands, what it should reach, and its trend."""
    view = selectors.view_for(staff(request), request.GET.get("agency", ""))
    context = _frame(request, _("Program dashboard")) | {"view": view, "cards": selectors.cards(view)}
    return _answer(request, "admin/program/dashboard.html", context)


def measure_page(request: HttpRequest, key: str) -> HttpResponse:
    """One measure: chart, table of days, agencies, zones, roles, targets."""
    view = selectors.view_for(staff(request), request.GET.get("agency", ""))
    return _measure(request, view, selectors.get_measure(key))


def target(request: HttpRequest, key: str) -> HttpResponse:
    """Set a target."""
    return _set(request, key, lambda measure: TargetForm(measure, request.POST), set_target, _("The target is set."))


def end_target(request: HttpRequest, key: str) -> HttpResponse:
    """Withdraw the target."""
    done = _("The measure has no target any more.")
    return _set(request, key, lambda measure: EndTargetForm(request.POST, prefix="end"), withdraw_target, done)


def staff(request: HttpRequest) -> User:
    """The person, whom the site has let in."""
    return cast(User, request.user)


def address_of(name: str, agency: Agency | None, *args: str) -> str:
    """A page of the dashboard for this agency, or for the program."""
    address = reverse(f"admin:{name}", args=args)
    return f"{address}?agency={agency.public_id}" if agency else address


def _set(
    request: HttpRequest, key: str, form_of: Callable[[Measure], KeyedForm], service: Callable[..., Target], done: str
) -> HttpResponse:
    view = selectors.view_for(staff(request), request.POST.get("agency", ""))
    measure = selectors.get_measure(key)
    form = form_of(measure)
    if not form.is_valid():
        return _measure(request, view, measure, form, status=422)
    try:
        service(measure=key, agency=view.agency, user=staff(request), **form.cleaned_data)
    except InvalidInput as error:
        form.refuse(error)
        return _measure(request, view, measure, form, status=422)
    except Stale as error:
        # What was typed stays; sending it again is then a choice, made beside the colleague's target.
        newest = selectors.target_history(view, measure)[0]
        typed = {**form.cleaned_data, "read": newest.number}
        again = TargetForm(measure, initial=typed) if isinstance(form, TargetForm) else None
        return _measure(request, view, measure, again, status=409, refusal=str(error.message))
    messages.success(request, done)
    return redirect(address_of("program_measure", view.agency, key))


def _measure(
    request: HttpRequest, view: View, measure: Measure, form: KeyedForm | None = None, *, status: int = 200, **more: Any
) -> HttpResponse:
    frame = _frame(request, str(measure.title))
    (card,) = selectors.cards(view, measure.key, width=720, height=240)
    points = selectors.series(view, measure.key)[measure.key]
    history = selectors.target_history(view, measure)
    parts = selectors.by_part(view, measure) if measure.better == Better.NEITHER else {}
    read = {"read": history[0].number if history else 0}
    context = frame | {
        "view": view,
        "measure": measure,
        "card": card,
        "days": each_day(points, view.since, view.today),
        "agencies": selectors.by_agency(view, measure),
        "zones": selectors.by_zone(view, measure),
        "parts": [(role.label, parts[role]) for role in Role if role in parts],
        "history": history,
        "rows_address": _rows_address(measure, frame["available_apps"]),
        "may_set": measure.better != Better.NEITHER and can_set_target(staff(request), view.agency),
        "form": form if isinstance(form, TargetForm) else TargetForm(measure, initial=read),
        "end_form": form if isinstance(form, EndTargetForm) else EndTargetForm(initial=read, prefix="end"),
        **more,
    }
    return _answer(request, "admin/program/measure.html", context, status=status)


def _rows_address(measure: Measure, menu: list[dict[str, Any]]) -> str:
    """The list of what is counted, if this person may open it. The menu has only such lists."""
    label, filters = measure.rows
    for app in menu:
        for model in app["models"]:
            if model["model"]._meta.label == label and model.get("admin_url"):
                return f"{model['admin_url']}?{filters}" if filters else str(model["admin_url"])
    return ""


def _frame(request: HttpRequest, title: str) -> dict[str, Any]:
    return {**admin.site.each_context(request), "title": title}


def _answer(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    response = TemplateResponse(request, template, context, status=status)
    response["Cache-Control"] = "no-store"
    return response
