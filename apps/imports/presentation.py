"""What the page of an import says in words, in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.imports.selectors import Progress

_FIGURES = (
    ("ready", _("Ready to import")),
    ("registered", _("Registered")),
    ("pre_registered", _("Waiting for their owners")),
    ("changed", _("Changed")),
    ("unchanged", _("Unchanged")),
    ("wrong", _("To correct")),
    ("warned", _("With a remark")),
    ("left_out", _("Left out")),
    ("undone", _("Taken back")),
    ("kept", _("Kept")),
)


def figures_of(done: Progress, *, busy: bool) -> list[tuple[Any, int]]:
    """Label and number of each figure that is not zero, and of all rows. A busy import has nothing ready yet."""
    shown = [(label, getattr(done, name)) for name, label in _FIGURES if not (busy and name == "ready")]
    return [(label, number) for label, number in shown if number] + [(_("Rows in the file"), done.total)]


def mending_of(rows: dict[str, int]) -> list[tuple[str, str, Any]]:
    """Verb, sentence and button for each correction that one choice makes in many rows."""
    swap, negate = rows.get("swap", 0), rows.get("negate", 0)
    offers = (
        (
            "swap",
            swap,
            ngettext(
                "In %(n)s row latitude and longitude seem to be swapped.",
                "In %(n)s rows latitude and longitude seem to be swapped.",
                swap,
            ),
            _("Swap them"),
        ),
        (
            "negate",
            negate,
            ngettext(
                "In %(n)s row the longitude lacks its minus sign.",
                "In %(n)s rows the longitude lacks its minus sign.",
                negate,
            ),
            _("Make them negative"),
        ),
    )
    return [(verb, sentence % {"n": number}, button) for verb, number, sentence, button in offers if number]
