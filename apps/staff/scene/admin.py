"""What an officer takes at the scene: who gives what, the signature, the files, and the receipt's code to scan."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

import segno
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from apps.accounts.models import User
from apps.agencies.models import Case
from apps.cases.selectors import get_case_for
from apps.core.admin import View
from apps.core.errors import NotAllowed, NotFound
from apps.core.forms import ServiceForm
from apps.evidence import policies
from apps.evidence.handover_consent import consent_lines
from apps.evidence.handover_signature import HEIGHT, WIDTH, Signature
from apps.evidence.link_kinds import HANDOVER
from apps.evidence.models import EvidenceItem, Handover
from apps.evidence.services.handovers import begin_handover, end_handover, sender_of
from apps.evidence.states import HandoverState
from apps.footage_requests.codes import camera_code
from apps.footage_requests.models import FootageRequest, Match
from apps.footage_requests.selectors import get_request_for
from apps.links.services import link_for_letter
from apps.staff.scene.forms import BeginForm
from apps.staff.verbs import Verb, VerbScreen


@admin.register(Handover)
class HandoverAdmin(VerbScreen):
    """Hand-overs of the cases on which a person works. Only the officer who began one goes on with it."""

    viewable = staticmethod(policies.viewable_handovers)
    empty_words = gettext_lazy("Nothing was taken at a scene yet. Begin on the page of a request or of a case.")
    list_display = ("case", "taken_by", "state", "created_at")
    list_select_related = ("case", "taken_by")
    ordering = ("-created_at", "-pk")
    verbs = (
        Verb(name="begin", creates=True, page=True, form=BeginForm, service=begin_handover),
        Verb(name="end", service=end_handover, done=gettext_lazy("Ended. No new file is taken.")),
    )

    def pages(self) -> dict[str, tuple[str, View]]:
        return {
            "": ("changelist", self.changelist_view),
            "<uuid:public_id>/": ("change", require_safe(self.handover_view)),
        }

    def handover_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """Where it stands, and what comes next."""
        handover = _viewable(request, public_id)
        mine = policies.can_take_files(request.user, handover)
        items = EvidenceItem.objects.filter(upload__scope=sender_of(handover).scope).order_by("received_at", "pk")
        context: dict[str, Any] = {
            "handover": handover,
            "mine": mine,
            "signature": Signature.from_json(handover.signature) if handover.signature else None,
            "field": {"width": WIDTH, "height": HEIGHT},
            "lines": consent_lines(handover),
            "camera": camera_code(handover.match.camera.public_id) if handover.match else "",
            "items": items,
            "picture": _code_to_scan(handover) if mine and handover.state != HandoverState.OPEN else "",
        }
        title = _("Video taken at the scene")
        return self.page(request, "admin/scene/handover.html", title=title, **context)

    # -- verbs -------------------------------------------------------------------------------------------------------

    def verb_subject(self, request: HttpRequest, verb: Verb, public_id: UUID) -> Handover:
        return _viewable(request, public_id)

    def verb_form(self, request: HttpRequest, verb: Verb, subject: Any) -> ServiceForm:
        if not verb.creates:
            return super().verb_form(request, verb, subject)
        case, asked = _about(request)
        if not policies.can_take_at_scene(request.user, case):
            raise NotAllowed(
                _("Record first on the page of the case, under “Items”, why you work on it."),
                code="role",
            )
        sent = (request.POST,) if request.method == "POST" else ()
        language = {"language": "en", "medium": "usb"}
        return BeginForm(*sent, initial=language, case=case, asked=asked, matches=_matches(asked))

    def verb_arguments(
        self, request: HttpRequest, verb: Verb, subject: Handover | None, given: dict[str, Any]
    ) -> dict[str, Any]:
        about = {"case": _about(request)[0]} if subject is None else {"handover": subject}
        return {"user": cast(User, request.user), **about, **given}

    def verb_page(self, request: HttpRequest, verb: Verb, subject: Any, form: ServiceForm) -> HttpResponse:
        return self._begin(request, form)

    def verb_refused(self, request: HttpRequest, verb: Verb, subject: Any, form: ServiceForm) -> HttpResponse:
        return self._begin(request, form, status=422)

    def verb_done(self, request: HttpRequest, verb: Verb, subject: Handover) -> HttpResponse:
        return redirect("admin:evidence_handover_change", subject.public_id)

    def _begin(self, request: HttpRequest, form: ServiceForm, *, status: int = 200) -> HttpResponse:
        case, asked = _about(request)
        title = _("Take video at the scene")
        context = {"form": form, "case": case, "asked": asked}
        return self.page(request, "admin/scene/begin.html", title=title, status=status, **context)


def _about(request: HttpRequest) -> tuple[Case, FootageRequest | None]:
    """The case, and the request if the page was opened from one. Raises NotFound."""
    given, user = request.GET, request.user
    try:
        if given.get("request"):
            asked = get_request_for(user, UUID(given["request"]))
            return get_case_for(user, asked.case.public_id), asked
        return get_case_for(user, UUID(given.get("case", ""))), None
    except ValueError:
        raise NotFound(_("There is no such case among yours.")) from None


def _matches(asked: FootageRequest | None) -> list[Match]:
    if asked is None:
        return []
    matches = list(Match.objects.filter(request=asked).select_related("camera", "invitation__partner", "request"))
    for match in matches:
        match.shown = camera_code(match.camera.public_id)  # type: ignore[attr-defined]
    return sorted(matches, key=lambda match: match.shown)  # type: ignore[attr-defined]


def _viewable(request: HttpRequest, public_id: UUID) -> Handover:
    rows = policies.viewable_handovers(request.user).filter(public_id=public_id)
    found: Handover | None = rows.select_related(
        "agency", "case", "taken_by", "match__camera", "match__invitation"
    ).first()
    if found is None:
        raise NotFound(_("There is no such hand-over among yours."))
    return found


def _code_to_scan(handover: Handover) -> str:
    """The receipt's link as a picture: an address with a secret, and nothing about anybody."""
    link = link_for_letter(kind=HANDOVER, subject=handover.public_id)
    return str(segno.make(link.address, error="m", micro=False).svg_data_uri(scale=6, border=4))
