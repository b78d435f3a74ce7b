"""How video gets out of the recorders that a request is about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from apps.core.languages import in_language
from apps.footage_requests.models import Match


class ExportHelp(NamedTuple):
    """A model of the catalog, and the steps that its owner takes, in the reader's language."""

    name: str
    steps: str


def export_help(matches: Iterable[Match]) -> list[ExportHelp]:
    """The steps for each model among the matched cameras, once; nothing for models that the catalog does not know.

    The matches come from `asked_matches`, which fetches camera and model with them.
    """
    entries = {match.camera.catalog_entry_id: match.camera.catalog_entry for match in matches}
    found = [ExportHelp(str(entry), in_language(entry.export_help)) for entry in entries.values() if entry]
    return [one for one in found if one.steps]
