"""Is the ledger whole? The last check, the button that begins one, and the checks before it. For auditors."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from apps.accounts.models import User
from apps.agencies.models import Outcome, Verification
from apps.agencies.verifying.policies import viewable_verifications
from apps.agencies.verifying.services import start_verification
from apps.core.admin import PolicyAdmin, View
from apps.core.errors import NotFound
from apps.core.forms import ServiceForm
from apps.ledger.selectors import latest_checkpoint
from apps.staff.verbs import Verb, VerbScreen

SHOWN = 20


@admin.register(Verification)
class VerificationAdmin(VerbScreen, PolicyAdmin):
    """One page. The check runs in a worker: the page follows it and may be left."""

    viewable = staticmethod(viewable_verifications)
    verbs = (
        Verb(
            name="start",
            service=start_verification,
            creates=True,
            done=gettext_lazy("The check has begun. You may leave this page."),
        ),
    )

    def pages(self) -> dict[str, tuple[str, View]]:
        return {
            "": ("changelist", require_safe(self.verifications_view)),
            "<uuid:public_id>/progress/": ("progress", require_safe(self.progress_view)),
        }

    def verifications_view(self, request: HttpRequest) -> HttpResponse:
        """The last check, and those before it."""
        if not self.has_view_permission(request):
            raise NotFound(_("There is no such page among yours."))
        found = list(viewable_verifications(request.user).order_by("-pk")[: SHOWN + 1])
        context: dict[str, Any] = {
            "checked": found[0] if found else None,
            "progress": _progress_of(found[0]) if found else None,
            "earlier": found[1:],
            "newest": latest_checkpoint(),
        }
        return self.page(request, "admin/log/verifications.html", title=_("Is the ledger whole?"), **context)

    def progress_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """How far the check is, for the page's script."""
        found = viewable_verifications(request.user).filter(public_id=public_id).first()
        if found is None:
            raise NotFound(_("There is no such page among yours."))
        response = JsonResponse(_progress_of(found))
        response["Cache-Control"] = "no-store"
        return response

    def verb_arguments(self, request: HttpRequest, verb: Verb, subject: None, given: dict[str, Any]) -> dict[str, Any]:
        return {"user": cast(User, request.user)}

    def verb_refused(self, request: HttpRequest, verb: Verb, subject: None, form: ServiceForm) -> HttpResponse:
        return self.verb_done(request, verb, subject)

    def verb_done(self, request: HttpRequest, verb: Verb, subject: Any) -> HttpResponse:
        return redirect("admin:agencies_verification_changelist")


def _progress_of(found: Verification) -> dict[str, Any]:
    """As the script reads it. A percentage is said: steps mean nothing to a reader."""
    running = found.outcome == Outcome.WORKING
    percent = min(99, 100 * found.done // found.total) if found.total else 0
    waits = running and found.leased_until is None
    words = _("It waits for a worker.") if waits else _("Every entry is read and compared.")
    return {"running": running, "given_up": False, "total": 100, "done": percent, "words": words}
