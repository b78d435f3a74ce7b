"""Versions of the installation specification."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin

from apps.cameras import policies
from apps.cameras.models import Specification
from apps.partners.admin import ProgramAdmin


@admin.register(Specification)
class SpecificationAdmin(ProgramAdmin):
    """Versions of the installation specification. `manage.py publish_specification` publishes a new one."""

    viewable = staticmethod(policies.viewable_specifications)
    list_display = ("number", "state", "in_force_at")
    fields = ("number", "state", "in_force_at", "checks")
    readonly_fields: ClassVar[tuple[str, ...]] = fields
    ordering = ("-number",)
