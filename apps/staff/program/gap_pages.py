"""Gaps on the map, and the residents of zones that the map can be seen by."""

from __future__ import annotations

import csv
import io
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.agencies.maps import map_config
from apps.agencies.models import Agency, Role
from apps.agencies.policies import has_role
from apps.core.errors import InvalidInput, NotAllowed
from apps.core.forms import ServiceForm
from apps.program import selectors
from apps.program.gaps import Lens, ZoneGap, gaps
from apps.program.services import set_residents
from apps.staff.program.pages import staff

MOST_BYTES, MOST_LINES = 200_000, 5_000


class ResidentsForm(ServiceForm):
    """A list of zones and their residents, typed or as a file."""

    residents = forms.CharField(
        label=gettext_lazy("Zones and their residents"),
        help_text=gettext_lazy("One line for each zone: its code, a comma, the number. N1,12500"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a CSV file with the same two columns"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=200,
        help_text=gettext_lazy("For instance: U.S. Census Bureau, 2020, by block groups."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        sent = given.get("file")
        if sent is not None and sent.size > MOST_BYTES:
            self.add_error("file", _("This file is too large for a list of zones."))
            return given
        words = _decoded(sent.read()) if sent is not None else given.get("residents", "")
        try:
            given["numbers"] = read_lines(words)
        except InvalidInput as error:
            self.add_error("file" if sent is not None else "residents", str(error.message))
        return given


def read_lines(words: str) -> dict[str, int]:
    """Residents by code. A first line of words is a header. Raises InvalidInput with the line that does not hold."""
    try:
        rows = list(csv.reader(io.StringIO(words.replace("\0", ""))))
    except csv.Error as error:
        raise InvalidInput(_("This is not a list of zones and numbers.")) from error
    found: dict[str, int] = {}
    for number, row in enumerate(rows, start=1):
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        digits = cells[1].replace(" ", "") if len(cells) == 2 else ""
        if number == 1 and len(cells) == 2 and not any(letter.isdigit() for letter in digits):
            continue
        if number > MOST_LINES or not (digits.isascii() and digits.isdigit() and len(digits) < 10) or not cells[0]:
            raise InvalidInput(
                _("Line %(line)d: give the code of a zone, a comma and a whole number.") % {"line": number}
            )
        if cells[0] in found:
            raise InvalidInput(_("Line %(line)d: this zone stands there twice.") % {"line": number})
        found[cells[0]] = int(digits)
    if not found:
        raise InvalidInput(_("Give at least one zone with its residents."))
    return found


def gap_page(request: HttpRequest) -> HttpResponse:
    """Zones shaded by cameras, or by cameras for each 1,000 residents; the table says the same."""
    return _page(request, None)


def residents(request: HttpRequest) -> HttpResponse:
    """Store the residents of the agency's zones."""
    form = ResidentsForm(request.POST, request.FILES)
    view = selectors.view_for(staff(request), request.POST.get("agency", ""))
    if view.agency is None:
        raise NotAllowed(_("Choose an agency of which you are the program manager."), code="role")
    if not form.is_valid():
        return _page(request, form, status=422)
    given = form.cleaned_data
    try:
        changed = set_residents(
            agency=view.agency, residents=given["numbers"], source=given["source"], user=staff(request)
        )
    except InvalidInput as error:
        form.refuse(error)
        return _page(request, form, status=422)
    said = ngettext("%(number)d zone has a new number.", "%(number)d zones have a new number.", changed)
    messages.success(request, said % {"number": changed})
    return redirect("admin:program_gaps")


def _page(request: HttpRequest, form: ResidentsForm | None, *, status: int = 200) -> HttpResponse:
    user = staff(request)
    view = selectors.view_for(user)
    lens = Lens.RESIDENTS if request.GET.get("lens") == Lens.RESIDENTS else Lens.CAMERAS
    found = gaps(view, lens)
    managed = [agency for agency in view.agencies if has_role(user, agency, Role.PROGRAM_MANAGER)]
    context = {
        **admin.site.each_context(request),
        "title": _("Gaps on the map"),
        "view": view,
        "lens": lens,
        "lenses": Lens.choices,
        "gaps": found,
        "floor": settings.COUNT_FLOOR,
        "map_config": map_config(),
        "map_gaps": [_on_map(gap, lens) for gap in found],
        "managed": managed,
        "form": form or ResidentsForm(initial={"residents": _known(managed, found)}),
    }
    response = TemplateResponse(request, "admin/program/gaps.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _known(managed: list[Agency], found: list[ZoneGap]) -> str:
    """The zones of one's agency with the numbers that are known, to be corrected."""
    own = sorted((gap for gap in found if gap.zone.agency in managed[:1]), key=lambda gap: gap.zone.code)
    return "\n".join(f"{gap.zone.code},{'' if gap.residents is None else gap.residents}" for gap in own)


def _on_map(gap: ZoneGap, lens: str) -> dict[str, Any]:
    value = gap.rate if lens == Lens.RESIDENTS else gap.cameras
    if gap.withheld:
        said = f"< {settings.COUNT_FLOOR}" if lens == Lens.CAMERAS else ""
    else:
        said = "" if value is None else f"{value:.1f}" if lens == Lens.RESIDENTS else str(value)
    return {"ring": gap.zone.ring, "shade": gap.shade, "label": f"{gap.zone.code}\n{said}", "low": gap.is_low}


def _decoded(content: bytes) -> str:
    """Text of a spreadsheet: UTF-8, or else Latin-1, in which every byte is a letter."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")
