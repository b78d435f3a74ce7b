"""How the invitations of owners fare, inside the admin."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin

from apps.core.admin import PolicyAdmin
from apps.prospects import policies
from apps.prospects.models import OwnerInvitation


@admin.register(OwnerInvitation)
class OwnerInvitationAdmin(PolicyAdmin):
    """How the invitations of owners fare. Names, addresses and places are not shown: they are nobody's yet."""

    viewable = staticmethod(policies.viewable_owners)
    list_display = ("created_at", "state", "origin", "invited_at", "reminded_at", "answered_at")
    list_filter = ("state",)
    fields = ("public_id", *list_display)
    readonly_fields: ClassVar[tuple[str, ...]] = fields
    ordering = ("-pk",)
    show_full_result_count = False
