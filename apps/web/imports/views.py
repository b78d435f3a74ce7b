"""A partner imports and exports its own cameras. The pages themselves are those of `imports.pages`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.models import User
from apps.core.errors import NotFound
from apps.imports import pages
from apps.imports.exporting import csv_lines, export_geojson, export_rows
from apps.imports.uploading import bounded
from apps.imports.workspace import Workspace
from apps.partners.models import Partner
from apps.partners.policies import check_can_manage
from apps.web.decorators import registrant_page


def _exports(request: HttpRequest) -> dict[str, Any]:
    return {"exports": {kind: reverse("web:import_export", args=[kind]) for kind in ("csv", "geojson")}}


def _desk_page(view: Callable[..., Any]) -> Callable[..., HttpResponse]:
    """Gives the view the partner's workspace; for owners and managers alone."""

    def inner(request: HttpRequest, user: User, partner: Partner, *args: Any, **kwargs: Any) -> HttpResponse:
        check_can_manage(user, partner)
        workspace = Workspace(user, partner, None, "imports/shell_partner.html", "web:import", _exports)
        answer: HttpResponse = view(request, workspace, *args, **kwargs)
        return answer

    return registrant_page(wraps(view)(inner))


@bounded
@_desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest, workspace: Workspace) -> HttpResponse:
    """The imports so far, and a new one."""
    return pages.index(request, workspace)


@_desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, workspace: Workspace, public_id: UUID) -> HttpResponse:
    """What the columns mean."""
    return pages.columns(request, workspace, public_id)


@_desk_page
@require_safe
def show(request: HttpRequest, workspace: Workspace, public_id: UUID) -> HttpResponse:
    """The dry run, the progress, or what became of it."""
    return pages.show(request, workspace, public_id)


@_desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def row(request: HttpRequest, workspace: Workspace, public_id: UUID, number: int) -> HttpResponse:
    """Correct one row."""
    return pages.row(request, workspace, public_id, number)


@_desk_page
@require_POST
def act(request: HttpRequest, workspace: Workspace, public_id: UUID) -> HttpResponse:
    """Start, mend, undo, go on, throw away."""
    return pages.act(request, workspace, public_id)


@_desk_page
@require_safe
def problems(request: HttpRequest, workspace: Workspace, public_id: UUID) -> Any:
    """The rows with problems as CSV."""
    return pages.problems(request, workspace, public_id)


@_desk_page
@require_safe
def template(request: HttpRequest, workspace: Workspace, language: str, kind: str) -> Any:
    """The template of a file."""
    return pages.template(request, workspace, language, kind)


@_desk_page
@require_safe
def export(request: HttpRequest, workspace: Workspace, kind: str) -> Any:
    """All cameras of the partner, for its own people."""
    assert workspace.partner is not None  # noqa: S101  this workspace is a partner's
    if kind == "csv":
        return pages.download(csv_lines(export_rows(workspace.partner, workspace.user)), "cameras.csv", "text/csv")
    if kind == "geojson":
        pieces = (piece.encode() for piece in export_geojson(workspace.partner, workspace.user))
        return pages.download(pieces, "cameras.geojson", "application/geo+json")
    raise NotFound(_("There is no such export."))
