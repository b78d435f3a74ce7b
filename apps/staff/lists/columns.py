"""The columns of a list by name: which are shown, what they are called, what a cell says in words."""

from __future__ import annotations

from collections.abc import Sequence
from html import unescape
from typing import Any

from django.contrib.admin.utils import display_for_field, label_for_field, lookup_field
from django.db.models import BooleanField, ForeignKey
from django.utils.html import strip_tags
from django.utils.safestring import SafeData
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from apps.core.instants import NOTHING

#: The name in the address by which a person chooses columns: their names with dots between them.
COLUMNS_VAR = "columns"
_BOX = "action_checkbox"


def name_of(column: Any) -> str:
    """A column is a name, or a callable that has one."""
    return column if isinstance(column, str) else str(getattr(column, "name", column.__name__))


def chosen(asked: str, offered: Sequence[Any], usual: Sequence[Any]) -> tuple[list[Any], list[str]]:
    """The columns that the address asks for, in the order of the list, and those that are not there (any more)."""
    names = [name for name in asked.split(".") if name][: 2 * len(offered)]
    known = {name_of(column): column for column in offered}
    gone = [name for name in names if name not in known]
    found = [column for name, column in known.items() if name in names]
    return found or list(usual), gone


def without_box(columns: Sequence[Any]) -> list[Any]:
    """The columns that say something: Django puts the box of the selection before them."""
    return [column for column in columns if column != _BOX]


def label_of(column: Any, screen: Any) -> str:
    """What the head of the column says."""
    label = screen.model._meta.verbose_name if column == "__str__" else label_for_field(column, screen.model, screen)
    return str(capfirst(str(label)))


def words_of(column: Any, row: Any, screen: Any) -> str:
    """What the cell says, as the list shows it, without its markup; empty where there is nothing."""
    field, attribute, value = lookup_field(column, row, screen)
    if field is not None and isinstance(field, ForeignKey):
        value = getattr(row, field.name)
    elif field is not None and not isinstance(field, BooleanField) and attribute is not None:
        value = display_for_field(value, field, "")
    return _plain(value)


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    said = unescape(strip_tags(str(value))) if isinstance(value, SafeData) else str(value)
    return "" if said == NOTHING else said
