"""Acts on an export, in words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

EXPORT_WORDS: dict[str, str | Promise] = {
    "export.requested": _("Export asked for"),
    "export.approved": _("Export approved by a second person"),
    "export.refused": _("Export refused by a second person"),
    "export.prepared": _("List of files written into the ledger"),
    "export.built": _("Package built; every file was as it was sealed"),
    "export.stopped": _("Building stopped"),
    "export.retried": _("Building tried again"),
    "export.cancelled": _("Export cancelled"),
    "export.expired": _("Export expired"),
    "export.downloaded": _("Package downloaded"),
    "export.places_taken": _("Places of cameras taken along with the package"),
}
