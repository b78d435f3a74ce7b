"""Acts on a grant, in words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

GRANT_WORDS: dict[str, str | Promise] = {
    "grant.given": _("Shared"),
    "grant.revoked": _("Revoked"),
    "grant.extended": _("Given longer"),
    "grant.list_taken": _("List of what was given taken as a file"),
    "grant.entered": _("Recipient came in with a code by mail"),
    "grant.asked_again": _("Recipient asked for a new link"),
    "grant.passed_on": _("Recipient stated that a copy was passed on"),
    "grant.court_status": _("Recipient said how the case stands in court"),
    "evidence_item.shared": _("Video shared"),
    "evidence_item.shared_viewed": _("Video watched"),
    "evidence_item.shared_saved": _("Copy saved"),
}
