"""The pages of an import, the same for a partner and for an agency: upload, columns, dry run, rows, progress, undo."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from apps.access.forms import PurposeForm
from apps.access.models import AccessKind, PurposeKind
from apps.access.services import open_purpose
from apps.core.errors import InvalidInput, NotFound, WrongState
from apps.core.paging import page_of
from apps.imports import policies, services
from apps.imports.columns import default_choices
from apps.imports.exporting import csv_lines, problem_rows, template_geojson, template_rows
from apps.imports.forms import ColumnsForm, RowForm, UploadForm
from apps.imports.models import CameraImport
from apps.imports.presentation import figures_of, mending_of
from apps.imports.reading.refusals import refused
from apps.imports.selectors import (
    get_import_for,
    get_row_for,
    header_of,
    is_busy,
    mendable,
    progress_of,
    rows_to_look_at,
    sample_of,
    shown_row,
)
from apps.imports.services.row_access import access_rows
from apps.imports.states import ImportState, RowState
from apps.imports.uploading import was_too_large
from apps.imports.workspace import Workspace

# What is small is done while its person waits, also where no worker runs.
_AT_ONCE_S = 2.0
_SAMPLE = 3


def index(request: HttpRequest, workspace: Workspace) -> HttpResponse:
    """The imports so far, the templates, and the form for a file."""
    form = UploadForm(request.POST or None, request.FILES or None, owners=workspace.owners)
    if request.method == "POST" and was_too_large(request):
        form.errors.pop("file", None)
        form.refuse(refused("too_large"))
    elif request.method == "POST" and form.is_valid():
        try:
            camera_import = _receive(workspace, form)
        except InvalidInput as error:
            form.refuse(error)
        else:
            return redirect(workspace.url("_columns", camera_import.public_id))
    rows = policies.viewable_imports(workspace.user).order_by("-pk")
    rows = rows.filter(partner=workspace.partner) if workspace.partner else rows.filter(agency=workspace.agency)
    page = page_of(request, rows)
    shown = [(one, workspace.url("", one.public_id), progress_of(one)) for one in page.rows]
    templates = {
        kind: workspace.url("_template", language, kind)
        for language in [request.LANGUAGE_CODE[:2]]
        for kind in ("csv", "geojson")
    }
    context = {"form": form, "imports": shown, "page": page, "templates": templates, "closed": workspace.closed}
    return render_at(request, workspace, "index", context, status=422 if form.errors else 200)


def _receive(workspace: Workspace, form: UploadForm) -> CameraImport:
    reason = form.cleaned_data.get("reason", "")
    if workspace.agency is not None:
        # The one sentence is the ground of the import and of access to what it holds.
        kind, access = PurposeKind.REGISTRATION_REVIEW, AccessKind.OWNER_ENTRY
        open_purpose(user=workspace.user, agency=workspace.agency, kind=kind, access=access, reason=reason)
    return services.receive_import(
        file=form.cleaned_data["file"],
        partner=workspace.partner,
        agency=workspace.agency,
        reason=reason,
        request_key=form.cleaned_data["request_key"],
        user=workspace.user,
        actor=workspace.actor,
    )


def columns(request: HttpRequest, workspace: Workspace, public_id: UUID) -> HttpResponse:
    """What each column means, guessed and corrected; what is assumed where the file is silent."""
    camera_import = _of(workspace, public_id)
    if camera_import.state not in (ImportState.COLUMNS, ImportState.CHECKED):
        return redirect(workspace.url("", public_id))
    header = header_of(camera_import)
    form = ColumnsForm(
        request.POST or None,
        header=header,
        mapping=camera_import.mapping,
        owners=workspace.owners,
        initial=default_choices() | camera_import.choices,
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.set_columns(
                camera_import=camera_import,
                mapping=form.mapping(),
                choices=form.choices(),
                user=workspace.user,
                actor=workspace.actor,
            )
        except InvalidInput as error:
            form.refuse(error)
        else:
            services.work_on_import(camera_import.pk, seconds=_AT_ONCE_S)
            return redirect(workspace.url("", public_id))
    sample = sample_of(camera_import, _SAMPLE)
    refusal = _access(request, workspace, camera_import, list(range(1, len(sample) + 1)))
    if refusal is not None:
        return refusal
    examples = [[row[place] if place < len(row) else "" for row in sample] for place in range(len(header))]
    context = {
        "camera_import": camera_import,
        "form": form,
        "columns": list(zip(form.columns(), examples, strict=True)),
        "notices": _notices(camera_import),
        "urls": workspace.urls_of(camera_import),
    }
    return render_at(request, workspace, "columns", context, status=422 if form.errors else 200)


def show(request: HttpRequest, workspace: Workspace, public_id: UUID) -> HttpResponse:
    """One import: its dry run, its progress, or what became of it."""
    camera_import = _of(workspace, public_id)
    if camera_import.state == ImportState.COLUMNS:
        return redirect(workspace.url("_columns", public_id))
    page = page_of(request, rows_to_look_at(camera_import))
    refusal = _access(request, workspace, camera_import, [row.number for row in page.rows if row.cells])
    if refusal is not None:
        return refusal
    editable = camera_import.state in (ImportState.CHECKED, ImportState.IMPORTED)
    shown = [
        (one, workspace.url("_row", public_id, one.row.number) if editable and one.row.cells else "")
        for one in (shown_row(camera_import, row) for row in page.rows)
    ]
    done = progress_of(camera_import)
    worked = {
        ImportState.CHECKING: done.total - done.of(RowState.NEW),
        ImportState.IMPORTING: done.total - done.ready,
        ImportState.UNDOING: done.total - done.done,
    }.get(ImportState(camera_import.state), done.total)
    context = {
        "camera_import": camera_import,
        "busy": is_busy(camera_import),
        "done": done,
        "worked": worked,
        "figures": figures_of(done, busy=is_busy(camera_import)),
        "mendable": mending_of(mendable(camera_import)) if editable else [],
        "page": page,
        "rows": shown,
        "notices": _notices(camera_import),
        "urls": workspace.urls_of(camera_import),
        "can_undo": camera_import.state == ImportState.IMPORTED and camera_import.erased_at is None and done.done,
    }
    return render_at(request, workspace, "show", context)


def row(request: HttpRequest, workspace: Workspace, public_id: UUID, number: int) -> HttpResponse:
    """Correct one row, or leave it out."""
    camera_import = _of(workspace, public_id)
    found = get_row_for(workspace.user, public_id, number)
    refusal = _access(request, workspace, camera_import, [number])
    if refusal is not None:
        return refusal
    shown = shown_row(camera_import, found)
    form = RowForm(
        request.POST if request.POST.get("verb") == "save" else None,
        header=header_of(camera_import),
        cells=shown.cells,
        mapping=camera_import.mapping,
    )
    if request.method == "POST":
        if request.POST.get("verb") in ("out", "in"):
            services.leave_row_out(
                camera_import=camera_import, number=number, out=request.POST["verb"] == "out", user=workspace.user
            )
            return redirect(workspace.url("", public_id))
        if form.is_valid():
            saved = services.edit_row(
                camera_import=camera_import, number=number, cells=form.cells(), user=workspace.user
            )
            if saved.state == RowState.READY:
                messages.success(request, _("Row %(number)d is in order now.") % {"number": number})
                return redirect(workspace.url("", public_id))
            shown = shown_row(camera_import, saved)
    context = {
        "camera_import": camera_import,
        "form": form,
        "shown": shown,
        "urls": workspace.urls_of(camera_import),
        "chosen": _("Found. Drag the pin to where the camera hangs."),
        **(workspace.placing() if form.place_fields else {}),
    }
    status = 422 if request.method == "POST" else 200
    return render_at(request, workspace, "row", context, status=status)


def act(request: HttpRequest, workspace: Workspace, public_id: UUID) -> HttpResponse:
    """Start, mend all at once, undo, go on, or throw away."""
    camera_import = _of(workspace, public_id)
    verb = request.POST.get("verb", "")
    who: dict[str, Any] = {"camera_import": camera_import, "user": workspace.user, "actor": workspace.actor}
    if verb == "purpose" and workspace.agency is not None:
        form = workspace.purpose_form(request.POST)
        if not (form.is_valid() and form.open()):
            return _ask_purpose(request, workspace, camera_import, form)
    elif verb == "start":
        services.start_import(**who)
    elif verb in ("swap", "negate"):
        services.set_columns(mapping=camera_import.mapping, choices={verb: True}, **who)
    elif verb == "undo":
        services.undo_import(**who)
    elif verb == "again":
        services.try_again(**who)
    elif verb == "discard":
        services.discard_import(**who)
        messages.success(request, _("Thrown away. Nothing of the file is left."))
        return redirect(workspace.url("s"))
    else:
        raise WrongState(_("There is nothing to do by this name."))
    services.work_on_import(camera_import.pk, seconds=_AT_ONCE_S)
    return redirect(workspace.url("", public_id))


def problems(request: HttpRequest, workspace: Workspace, public_id: UUID) -> HttpResponse | StreamingHttpResponse:
    """The rows that need somebody, as CSV with the problems in a column."""
    camera_import = _of(workspace, public_id)
    numbers = list(rows_to_look_at(camera_import).exclude(cells="").values_list("number", flat=True))
    refusal = _access(request, workspace, camera_import, numbers)
    if refusal is not None:
        return refusal
    return download(csv_lines(problem_rows(camera_import)), "problems.csv", "text/csv")


def template(
    request: HttpRequest, workspace: Workspace, language: str, kind: str
) -> HttpResponse | StreamingHttpResponse:
    """The template in one language, with an example."""
    if language not in ("en", "es") or kind not in ("csv", "geojson"):
        raise NotFound(_("There is no such template."))
    name = f"cameras-{language}.{kind}"
    if kind == "csv":
        return download(csv_lines(template_rows(language, owners=workspace.owners)), name, "text/csv")
    return download([template_geojson(language, owners=workspace.owners).encode()], name, "application/geo+json")


def download(pieces: Any, name: str, kind: str) -> StreamingHttpResponse:
    """A file to keep; no cache holds it."""
    answer = StreamingHttpResponse(pieces, content_type=f"{kind}; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store, private"
    return answer


def _of(workspace: Workspace, public_id: UUID) -> CameraImport:
    found = get_import_for(workspace.user, public_id)
    if (found.partner_id, found.agency_id) != (
        workspace.partner and workspace.partner.pk,
        workspace.agency and workspace.agency.pk,
    ):
        raise NotFound(_("There is no such import among yours."))
    return found


def _access(
    request: HttpRequest, workspace: Workspace, camera_import: CameraImport, rows: list[int]
) -> HttpResponse | None:
    """Record a staff member's access to these rows; without a purpose, the page that asks for it."""
    if workspace.agency is None or not rows:
        return None
    purpose = workspace.purpose()
    if purpose is None:
        return _ask_purpose(request, workspace, camera_import, workspace.purpose_form())
    access_rows(camera_import=camera_import, rows=rows, purpose=purpose, user=workspace.user)
    return None


def _ask_purpose(
    request: HttpRequest, workspace: Workspace, camera_import: CameraImport, form: PurposeForm
) -> HttpResponse:
    context = {"camera_import": camera_import, "form": form, "urls": workspace.urls_of(camera_import)}
    return render_at(request, workspace, "purpose", context, status=422 if form.errors else 200)


def _notices(camera_import: CameraImport) -> list[str]:
    words = {
        "remembered": _("We know files with these columns: your choices of last time are filled in."),
        "no_header": _("The file has no header row, so we guessed the columns by what is in them."),
        "duplicate_headers": _("Two columns have the same name. Check that the right one is chosen."),
        "encoding_cp1252": _("The file is not in UTF-8. We read it as Windows text; check letters with accents."),
    }
    found = [words[code] for code in camera_import.notices if code in words]
    cut = [code for code in camera_import.notices if code.startswith("cut:")]
    return found + [_("The file seems to be cut off: its last row is not complete.")] * bool(cut)


def render_at(
    request: HttpRequest, workspace: Workspace, page: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page of the workspace, in its shell; kept out of every cache."""
    context = {
        "shell": workspace.shell,
        "workspace": workspace,
        "index_url": workspace.url("s"),
        "nav": "cameras",
        **workspace.more(request),
        **context,
    }
    answer = render(request, f"imports/{page}.html", context, status=status)
    answer["Cache-Control"] = "no-store, private"
    return answer


__all__ = ["act", "columns", "download", "index", "problems", "render_at", "row", "show", "template"]
