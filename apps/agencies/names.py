"""The names of this installation's agencies, which nobody else may take."""

from __future__ import annotations

from apps.agencies.models import Agency


def names_of_agencies() -> list[str]:
    """Long and short names, also of agencies that no longer take part."""
    return [name for pair in Agency.objects.values_list("name", "short_name") for name in pair]
