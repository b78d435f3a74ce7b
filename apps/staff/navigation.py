"""The bar of the staff's pages: at most six tabs, each with its pages one level down, as the person may open them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.access.grounds import roles_for
from apps.access.models import AccessKind
from apps.agencies.features import Feature, has_open
from apps.agencies.models import Role
from apps.agencies.policies import serves_as
from apps.calls.policies import shared_calls, viewable_calls, viewable_screens
from apps.calls.shifts import waits_to_sign
from apps.calls.states import OPEN_STATES
from apps.evidence.policies import VIEWERS
from apps.imports.policies import viewable_imports
from apps.layers.policies import viewable_layers
from apps.program.policies import can_read_program
from apps.prospects.policies import viewable_owners
from apps.retention.policies import EXPIRY_READERS


@dataclass(frozen=True, slots=True)
class Page:
    """A page that is no list of a model: its address by name, what the bar calls it, and who may open it."""

    name: str
    title: Promise
    may_open: Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Group:
    """A tab: its name and its pages in order, lists by their model's label. The first that opens is where it leads."""

    title: Promise
    pages: tuple[str | Page, ...]


def _manages(user: Any) -> bool:
    return serves_as(user, Role.PROGRAM_MANAGER)


def _may_open_map(user: Any) -> bool:
    return has_open(user, Feature.PARTNER_MAP, *(roles_for(AccessKind.PARTNER_MAP) or ("",)))


@dataclass(frozen=True, slots=True)
class Phase:
    """Of a list that belongs to a feature: where every agency of the person has that off, the bar names the list only
    while something in it goes on."""

    feature: Feature
    goes_on: Callable[[Any], bool]


def _calls_go_on(user: Any) -> bool:
    calls = viewable_calls(user) | shared_calls(user)
    return calls.filter(state__in=OPEN_STATES).exists()


PHASES: dict[str, Phase] = {
    "calls.Call": Phase(Feature.CALLS, _calls_go_on),
    "calls.ShiftEntry": Phase(Feature.CALLS, waits_to_sign),
    "calls.WallScreen": Phase(Feature.WALLS, lambda user: viewable_screens(user).filter(ended_at=None).exists()),
    "layers.Layer": Phase(Feature.LAYERS, lambda user: viewable_layers(user).exists()),
    "imports.CameraImport": Phase(Feature.IMPORTS, lambda user: viewable_imports(user).exists()),
    "prospects.OwnerInvitation": Phase(Feature.IMPORTS, lambda user: viewable_owners(user).exists()),
}


def _in_phase(label: str, user: Any) -> bool:
    phase = PHASES.get(label)
    return phase is None or has_open(user, phase.feature) or phase.goes_on(user)


def _sees_expiry(user: Any) -> bool:
    return serves_as(user, *EXPIRY_READERS)


def _sees_items(user: Any) -> bool:
    return serves_as(user, *VIEWERS)


def _only_writes_rules(user: Any) -> bool:
    """A program manager sees no items: the page of the rules is among those of the program."""
    return _manages(user) and not _sees_expiry(user)


_RETENTION = "admin:retention_retentionschedule_changelist"

GROUPS = (
    Group(_("Today"), (Page("admin:index", _("Today"), bool), "agencies.Absence")),
    Group(_("Requests"), ("footage_requests.FootageRequest", "access.PlacesRequest")),
    Group(
        _("Cases"),
        (
            "agencies.Case",
            "evidence.EvidenceItem",
            Page("admin:evidence_evidenceitem_redactions", _("Redactions"), _sees_items),
            "evidence.Handover",
            "canvass.Canvass",
            "disclosure.Export",
            "sharing.Grant",
            "disclosure.RecordsRequest",
            "retention.RetentionSchedule",
            "retention.Disposition",
        ),
    ),
    Group(
        pgettext_lazy("tab", "Map and calls"),
        (
            "calls.Call",
            "calls.ShiftEntry",
            "calls.WallScreen",
            Page("admin:partner_map", _("Partner map"), _may_open_map),
            "layers.Layer",
        ),
    ),
    Group(
        pgettext_lazy("tab", "Register"),
        (
            "cameras.Camera",
            "partners.Partner",
            "imports.CameraImport",
            "prospects.OwnerInvitation",
            "specifications.Specification",
            "cameras.CatalogEntry",
            "evidence.FormatGuide",
        ),
    ),
    Group(
        pgettext_lazy("tab", "Program"),
        (
            Page("admin:program", _("Dashboard"), can_read_program),
            Page("admin:program_updates", _("Quarterly updates"), can_read_program),
            "accounts.User",
            "agencies.Agency",
            Page("admin:agency_keys", _("Keys for programs"), _manages),
            Page(_RETENTION, _("Retention"), _only_writes_rules),
            Page("admin:two_people", _("What takes two people"), _manages),
            Page("admin:system", _("State of the portal"), _manages),
            "terms.TermsVersion",
            "terms.Acceptance",
            "notifications.Message",
        ),
    ),
    Group(
        pgettext_lazy("tab", "Audit"),
        (
            "ledger.Entry",
            "agencies.Verification",
            "reviews.Review",
            "reviews.ReviewRow",
            "findings.Finding",
            "access.Purpose",
            "accounts.SignInEvent",
            "lists.ListExport",
            "agreements.Agreement",
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Link:
    """A tab or a page of one, as the bar shows it. `current` is the value of aria-current, empty elsewhere."""

    title: str
    url: str
    current: str


@dataclass(frozen=True, slots=True)
class Bar:
    """The tabs, and the pages of the one that the person is in: none where it has a single page."""

    tabs: list[Link]
    inside: str
    pages: list[Link]


def bar_for(user: Any, path: str, menu: Iterable[Mapping[str, Any]]) -> Bar:
    """The bar on the page at `path`. `menu` is Django's own list of the apps whose screens the person may open."""
    lists = {
        model["model"]._meta.label: (capfirst(model["name"]), model["admin_url"])
        for app in menu
        for model in app["models"]
        if model.get("admin_url")
    }
    bar = Bar(tabs=[], inside="", pages=[])
    for group in GROUPS:
        pages = [found for page in group.pages if (found := _opened(page, user, lists))]
        if not pages:
            continue
        # A page may lie below another one: the bar shows the nearer of the two.
        here = max((url for _title, url in pages if _current(url, path)), key=len, default="")
        links = [Link(title, url, _current(url, path) if url == here else "") for title, url in pages]
        inside = any(link.current for link in links)
        several = len(links) > 1
        if inside and several:
            bar = Bar(bar.tabs, str(group.title), links)
        current = ("true" if several else links[0].current) if inside else ""
        bar.tabs.append(Link(str(group.title), links[0].url, current))
    return bar


def _opened(page: str | Page, user: Any, lists: Mapping[str, tuple[str, str]]) -> tuple[str, str] | None:
    """Title and address of the page, if the person may open it."""
    if isinstance(page, str):
        return lists.get(page) if page in lists and _in_phase(page, user) else None
    return (str(page.title), reverse(page.name)) if page.may_open(user) else None


def _current(url: str, path: str) -> str:
    """“page” on the page itself, “true” on those below it. Today's address begins every other one."""
    if path == url:
        return "page"
    return "true" if path.startswith(url) and url != reverse("admin:index") else ""
