"""How the invitations of owners fare, inside the admin."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.prospects import policies
from apps.prospects.models import OwnerInvitation
from apps.staff.lists.screens import ListScreen


@admin.register(OwnerInvitation)
class OwnerInvitationAdmin(ListScreen):
    """How the invitations of owners fare. Names, addresses and places are not shown: they are nobody's yet."""

    viewable = staticmethod(policies.viewable_owners)
    empty_words = _("Nobody was invited yet. An import, or a camera entered for somebody, invites its owner.")
    list_display = ("state", "created_at", "agency", "origin", "invited_at", "reminded_at", "answered_at")
    list_filter = ("state",)
    list_select_related = ("agency",)
    fields = ("public_id", *list_display)
    readonly_fields: ClassVar[tuple[str, ...]] = fields
    ordering = ("-pk",)
    list_per_page = 50
    show_full_result_count = False

    def called(self, row: OwnerInvitation) -> str:
        return gettext("Invitation of %(day)s") % {"day": date_format(localtime(row.created_at), "DATE_FORMAT")}
