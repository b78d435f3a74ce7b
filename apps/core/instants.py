"""How an instant is shown to people: in their own zone, and the zone is named."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.admin.utils import label_for_field
from django.core.exceptions import FieldDoesNotExist
from django.db.models import DateTimeField, Model
from django.utils import timezone
from django.utils.formats import date_format

NOTHING = "–"


def show_instant(moment: datetime | None, zone: str = "") -> str:
    """`moment` as a clock in `zone` shows it, with the zone's name; a dash if there is none.

    Without `zone` it is the person's, else the portal's (AccountPreferencesMiddleware activates it).
    """
    if moment is None:
        return NOTHING
    local = timezone.localtime(moment, ZoneInfo(zone) if zone else None)
    return f"{date_format(local, 'DATETIME_FORMAT')} {local:%Z}"


class InstantColumn:
    """A column or a line of an admin screen that shows the instant in the field `name` of a row.

    Django's own display leaves out the zone, and takes the field's help text along, which speaks of storage ("UTC.").
    """

    def __init__(self, model: type[Model], name: str) -> None:
        self.name = name
        self.__name__ = f"{name}_shown"  # Django makes a CSS class of it
        self.short_description = label_for_field(name, model)
        self.admin_order_field = name

    def __call__(self, row: Any) -> str:
        return show_instant(getattr(row, self.name))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, InstantColumn) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)


def with_zones(model: type[Model], columns: Any) -> list[Any]:
    """`columns` of a screen of `model`, those that are instants replaced by ones that name their zone."""
    return [InstantColumn(model, column) if _is_instant(model, column) else column for column in columns]


def _is_instant(model: type[Model], column: Any) -> bool:
    if not isinstance(column, str):
        return False
    try:
        return isinstance(model._meta.get_field(column), DateTimeField)
    except FieldDoesNotExist:
        return False
