"""What the portal holds about a person: each app lays its own open in a module `data_inventory.py`, section by section.

`register` is called when the module is imported; `sections` finds the modules of all installed apps. A section says
which models it covers, so that a test can find a model about people that no section covers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.module_loading import autodiscover_modules

Row = Mapping[str, Any]
"""Plain values by stable English keys: text, numbers, yes or no, times, lists of text. Bytes are pictures (JPEG)."""


@dataclass(frozen=True, slots=True)
class Whose:
    """The person, and the partners for whom the person acts now.

    `managed` are those whose account the person runs as owner or manager: what a responder may not see, such as places,
    is shown for these only.
    """

    user_id: int
    public_id: UUID
    addresses: tuple[str, ...]
    partners: tuple[int, ...]
    managed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One heading of “My data”. `rows` yields them one by one, however many there are; `labels` name their keys."""

    key: str
    title: Any
    rows: Callable[[Whose], Iterable[Row]]
    labels: Mapping[str, Any]
    covers: tuple[str, ...]
    most_on_page: int = field(default=200)


_SECTIONS: dict[str, Section] = {}


def register(section: Section) -> None:
    """Add a section, or the same one again when its module is loaded twice."""
    _SECTIONS[section.key] = section


def sections() -> list[Section]:
    """All sections, in the order of the apps from the bottom up."""
    autodiscover_modules("data_inventory")
    return list(_SECTIONS.values())
