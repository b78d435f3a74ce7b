"""Acts on a grant, in words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

GRANT_WORDS: dict[str, str | Promise] = {
    "grant.given": _("Shared"),
    "grant.revoked": _("Revoked"),
    "grant.extended": _("Given longer"),
    "evidence_item.shared": _("Video shared"),
    "evidence_item.shared_viewed": _("Video watched"),
    "evidence_item.shared_saved": _("Copy saved"),
}
