"""Whose pages of imports these are: a partner's, or an agency's inside the admin. One set of pages serves both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.access.forms import PurposeForm
from apps.access.models import AccessKind, Purpose
from apps.access.selectors import may_access
from apps.accounts.actors import actor_for
from apps.accounts.models import User
from apps.agencies.maps import map_config
from apps.agencies.models import Agency, Role
from apps.core.errors import NotAllowed
from apps.imports import policies
from apps.imports.models import CameraImport
from apps.ledger.values import Actor
from apps.partners.models import Partner
from apps.streets.search import streets_known


@dataclass(frozen=True, slots=True)
class Workspace:
    """The person, for whom they act, and where the pages lie."""

    user: User
    partner: Partner | None
    agency: Agency | None
    shell: str
    prefix: str
    more: Callable[[HttpRequest], dict[str, Any]] = field(default=lambda request: {})

    @property
    def actor(self) -> Actor:
        if self.agency is not None:
            return actor_for(self.user, role=Role.PROGRAM_MANAGER, agency=self.agency.short_name)
        return actor_for(self.user, role="registrant")

    @property
    def owners(self) -> bool:
        """Whether owners are entered here, who have to be asked."""
        return self.agency is not None

    @property
    def closed(self) -> str:
        """Why no file can be taken now; empty where one can."""
        try:
            policies.check_can_import(self.user, self.partner, self.agency)
        except NotAllowed as error:
            return str(error.message)
        return ""

    def placing(self) -> dict[str, Any]:
        """What a page needs on which somebody shows a place: the map, and the search above it."""
        return {
            "map_config": map_config(with_zones=self.owners),
            "finds_places": streets_known(),
            "find_url": reverse("admin:find_place" if self.owners else "web:find_place"),
            "street": _("The pin is in the middle of this street. Drag it to where the camera hangs."),
        }

    def purpose(self) -> Purpose | None:
        """The staff member's current purpose of entering cameras for their owners."""
        if self.agency is None:
            return None
        return may_access(self.user, AccessKind.OWNER_ENTRY, agency=self.agency).purpose

    def purpose_form(self, data: Any = None) -> PurposeForm:
        """Asks a staff member for one."""
        return PurposeForm(self.user, AccessKind.OWNER_ENTRY, data, agency=self.agency)

    def url(self, page: str, *args: Any) -> str:
        """The address of a page of imports at this workspace."""
        return reverse(f"{self.prefix}{page}", args=args)

    def urls_of(self, camera_import: CameraImport) -> dict[str, str]:
        """The addresses about one import, by page."""
        pages = ("", "_columns", "_act", "_problems")
        return {page.removeprefix("_") or "show": self.url(page, camera_import.public_id) for page in pages}
