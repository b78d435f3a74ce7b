"""Composing a request in the admin: the form, the map, and the count before it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.agencies.features import Feature, agencies_open, check_open_somewhere
from apps.agencies.maps import map_config
from apps.agencies.models import Agency
from apps.agencies.policies import serves_as
from apps.calls.models import Call
from apps.calls.selectors import get_call_for
from apps.core.errors import InvalidInput, NotAllowed, NotFound, PortalError
from apps.core.problems import document
from apps.footage_requests import policies, services
from apps.footage_requests.models import FootageRequest, KeptForm
from apps.footage_requests.selectors import get_request_for
from apps.footage_requests.services import PartnerCount, SmallerArea
from apps.footage_requests.services.drafting import CHANGEABLE
from apps.footage_requests.states import RequestKind
from apps.footage_requests.unfinished import get_kept_form_for, kept_of, typed, unfinished_count
from apps.staff.requests.area_fields import proposed_values, without_place
from apps.staff.requests.count_words import (
    Proposal,
    count_in_words,
    shorter_in_words,
    smaller_in_words,
    times_in_words,
)
from apps.staff.requests.forms import AreaWindowForm, RequestForm, initial_from, initial_of
from apps.staff.requests.kept_views import KeptViews, keep_posted, kept_context, page_of_kept
from apps.staff.requests.people import staff_of
from apps.staff.requests.ready_fields import TEXT, texts_by_field, with_text
from apps.staff.requests.window_fields import clock_in_words, presets_for
from apps.streets.search import streets_known

PRESET, USE, WITHOUT = "preset:", "use:", "without:"


def page_of(request: FootageRequest) -> str:
    """The request's page in the admin."""
    return reverse("admin:footage_requests_footagerequest_change", args=[request.public_id])


class ComposeViews(KeptViews):
    """Mixed into the request's admin."""

    def compose_view(self, request: HttpRequest) -> HttpResponse:
        """A new request."""
        user = staff_of(request)
        agencies = _authors_agencies(user)
        if request.method != "POST" and (chosen := request.GET.get("kept")):
            kept = get_kept_form_for(user, chosen)
            if kept.discarded_at is not None:
                return HttpResponseRedirect(reverse("admin:footage_requests_footagerequest_kept"))
            if kept.request is not None:
                return HttpResponseRedirect(page_of_kept(kept))
            return self._form_page(request, RequestForm(initial=typed(kept), agencies=agencies), None, kept=kept)
        if request.method != "POST":
            call = _call(user, request.GET.get("call"))
            cited = {"case_number": request.GET.get("case", "")[:40]}
            initial = initial_from(call) if call else cited
            if like := request.GET.get("like"):
                initial = _like(user, like)
            return self._form_page(request, RequestForm(initial=initial, agencies=agencies), None)
        if request.POST.get("act") == "count":
            return self._counted_page(request, user, agencies, None)
        if request.POST.get("act", "").startswith(PRESET):
            return self._preset_page(request, user, agencies, None)
        if request.POST.get("act", "").startswith(TEXT):
            return self._text_page(request, agencies, None)
        if request.POST.get("act", "").startswith((USE, WITHOUT)):
            return self._changed_page(request, agencies, None)
        if request.POST.get("act") == "start":
            # From the partner map. The area comes in the body: it is around places that no address may hold.
            return self._form_page(request, RequestForm(initial=_begun(request), agencies=agencies), None)
        form = RequestForm(request.POST, agencies=agencies)
        if not form.is_valid():
            return self._not_yet(request, form, user, None)
        agency: Agency = form.cleaned_data["agency"]
        try:
            made = services.draft_request(
                user=user,
                agency=agency,
                call=_call(user, form.cleaned_data["call"], agency),
                request_key=form.cleaned_data["request_key"],
                actor=acting_as(user, agency).actor,
                **form.content(),
            )
        except InvalidInput as problem:
            form.refuse(problem)
            return self._not_yet(request, form, user, None)
        return self._saved(request, user, made)

    def edit_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """A draft, or a request that a supervisor gave back."""
        user = staff_of(request)
        stored = get_request_for(user, public_id)
        if not policies.can_change(user, stored) or stored.state not in CHANGEABLE:
            return HttpResponseRedirect(page_of(stored))
        agencies = Agency.objects.filter(pk=stored.agency_id)
        if request.method != "POST":
            initial, kept = initial_of(stored), kept_of(user, stored.public_id)
            if kept:
                initial |= typed(kept) | {"version": stored.version}
            return self._form_page(request, RequestForm(initial=initial, agencies=agencies), stored, kept=kept)
        if request.POST.get("act") == "count":
            return self._counted_page(request, user, agencies, stored)
        if request.POST.get("act", "").startswith(PRESET):
            return self._preset_page(request, user, agencies, stored)
        if request.POST.get("act", "").startswith(TEXT):
            return self._text_page(request, agencies, stored)
        if request.POST.get("act", "").startswith((USE, WITHOUT)):
            return self._changed_page(request, agencies, stored)
        form = RequestForm(request.POST, agencies=agencies)
        if not form.is_valid():
            return self._not_yet(request, form, user, stored)
        try:
            stored = services.update_request(
                user=user,
                request=stored,
                version=form.cleaned_data["version"] or 0,
                actor=acting_as(user, stored.agency).actor,
                **form.content(),
            )
        except InvalidInput as problem:
            form.refuse(problem)
            return self._not_yet(request, form, user, stored)
        return self._saved(request, user, stored)

    def _not_yet(
        self, request: HttpRequest, form: RequestForm, user: User, stored: FootageRequest | None
    ) -> HttpResponse:
        """What cannot be saved as it is: the form with what is wrong, kept all the same."""
        kept = keep_posted(request, user, stored)
        return self._form_page(request, form, stored, status=422, kept=kept)

    def _saved(self, request: HttpRequest, user: User, stored: FootageRequest) -> HttpResponse:
        if request.POST.get("act") == "submit" and stored.state in CHANGEABLE:
            try:
                services.submit_request(
                    user=user, request=stored, version=stored.version, actor=acting_as(user, stored.agency).actor
                )
            except PortalError as problem:
                messages.error(request, str(problem.message))
            else:
                messages.success(request, _("Submitted. A supervisor decides now."))
        else:
            messages.success(request, _("Saved as a draft. Nobody else sees it yet."))
        return HttpResponseRedirect(page_of(stored))

    def count_view(self, request: HttpRequest) -> HttpResponse:
        """How many partners an area and a window would reach, as sentences. Each count is recorded."""
        user = staff_of(request)
        if request.method != "POST":
            raise NotFound(_("There is nothing here."))
        form = AreaWindowForm(request.POST, agencies=_authors_agencies(user))
        if not form.is_valid():
            return _refused(form)
        try:
            count = _count(user, form)
        except PortalError as problem:
            proposals = [asdict(one) for one in _shorter(form, problem)]
            return JsonResponse(document(problem) | {"proposals": proposals}, status=problem.status)
        zone = form.cleaned_data["agency"].time_zone
        sentences = [*count_in_words(count, zone), *times_in_words(form)]
        proposals = [asdict(one) for one in smaller_in_words(_smaller(user, form, count))]
        body = {"sentences": sentences, "too_wide": count.too_wide, "proposals": proposals}
        return JsonResponse(body, headers={"Cache-Control": "no-store"})

    def _counted_page(
        self, request: HttpRequest, user: User, agencies: Any, stored: FootageRequest | None
    ) -> HttpResponse:
        """The count for who has no script: the form again as it was, with the sentences."""
        form = AreaWindowForm(request.POST, agencies=agencies)
        again = RequestForm(initial=request.POST.dict(), agencies=agencies)
        if not form.is_valid():
            return self._form_page(request, RequestForm(request.POST, agencies=agencies), stored, status=422)
        try:
            count = _count(user, form)
        except PortalError as problem:
            messages.error(request, str(problem.message))
            proposals = _shorter(form, problem)
            return self._form_page(request, again, stored, status=problem.status, proposals=proposals)
        said = [*count_in_words(count, form.cleaned_data["agency"].time_zone), *times_in_words(form)]
        proposals = smaller_in_words(_smaller(user, form, count))
        return self._form_page(request, again, stored, counts=said, proposals=proposals)

    def _preset_page(
        self, request: HttpRequest, user: User, agencies: Any, stored: FootageRequest | None
    ) -> HttpResponse:
        """A ready-made time for who has no script: the form again as it was, with that time."""
        given = request.POST.dict()
        agency = agencies.filter(public_id=_uuid_or_none(given.get("agency"))).first() or agencies.first()
        call = _call(user, given.get("call"))
        wanted = given.get("act", "").removeprefix(PRESET)
        values = next((one.values for one in presets_for(agency, call) if one.name == wanted), {})
        return self._form_page(request, RequestForm(initial=given | values, agencies=agencies), stored)

    def _changed_page(self, request: HttpRequest, agencies: Any, stored: FootageRequest | None) -> HttpResponse:
        """For who has no script: the form again without one place, or with what was proposed."""
        act, given = request.POST["act"], request.POST.dict()
        if act.startswith(WITHOUT):
            given = without_place(given, act.removeprefix(WITHOUT))
        else:
            given |= proposed_values(act.removeprefix(USE))
        return self._form_page(request, RequestForm(initial=given, agencies=agencies), stored)

    def _text_page(self, request: HttpRequest, agencies: Any, stored: FootageRequest | None) -> HttpResponse:
        """A ready-made text for who has no script: the form again as it was, with that text."""
        given = with_text(request.POST.dict(), request.POST["act"], agencies)
        return self._form_page(request, RequestForm(initial=given, agencies=agencies), stored)

    def _form_page(
        self,
        request: HttpRequest,
        form: RequestForm,
        stored: FootageRequest | None,
        *,
        status: int = 200,
        counts: list[str] | None = None,
        proposals: Sequence[Proposal] = (),
        kept: KeptForm | None = None,
    ) -> HttpResponse:
        agency = stored.agency if stored else form.fields["agency"].queryset.first()  # type: ignore[attr-defined]
        context = {
            "form": form,
            "counts": counts or [],
            "proposals": [(one.sentence, USE + json.dumps(one.values)) for one in proposals],
            "stored": stored,
            "clock": clock_in_words(agency.time_zone),
            "presets": (presets := presets_for(agency, _call_of(request, form))),
            "preset_values": {one.name: one.values for one in presets},
            "map_config": map_config(),
            "finds_places": streets_known(),
            "ready_texts": texts_by_field(form.agencies),
            "unfinished": unfinished_count(staff_of(request)),
            **kept_context(kept, stored, staff_of(request)),
        }
        title = _("Change request %(code)s") % {"code": stored.code} if stored else _("Write a request")
        return self.page(request, "admin/footage_requests/compose.html", title=title, status=status, **context)


_FROM_THE_MAP = ("agency", "case_number", "shape", "polygon", "start_date", "start_time", "end_date", "end_time")


def _begun(request: HttpRequest) -> dict[str, Any]:
    """What a map already knows of a request."""
    return {name: request.POST[name] for name in _FROM_THE_MAP if request.POST.get(name)}


def _authors_agencies(user: User) -> Any:
    if not serves_as(user, *policies.AUTHOR_ROLES):
        raise NotAllowed(_("Only a detective or supervisor can write a request."))
    check_open_somewhere(user, Feature.REQUESTS, *policies.AUTHOR_ROLES)
    return agencies_open(user, Feature.REQUESTS, *policies.AUTHOR_ROLES)


def _call(user: User, public_id: UUID | str | None, agency: Agency | None = None) -> Call | None:
    """The call for service that the address or the form names. Raises NotFound for one of another agency."""
    if not public_id:
        return None
    try:
        call = get_call_for(user, UUID(str(public_id)))
    except ValueError as error:
        raise NotFound(_("There is no such call among those of your agencies.")) from error
    if agency is not None and call.agency_id != agency.pk:
        raise NotFound(_("There is no such call among those of your agencies."))
    return call


def _asked(user: User, form: AreaWindowForm) -> dict[str, Any]:
    """The arguments of a count, of a valid form."""
    agency: Agency = form.cleaned_data["agency"]
    return {
        "user": user,
        "agency": agency,
        "area": form.cleaned_data["area"],
        "window_start": form.cleaned_data["window_start"],
        "window_end": form.cleaned_data["window_end"],
        "more_windows": form.cleaned_data.get("more_windows", ()),
        "case_number": form.data.get("case_number", ""),
        "actor": acting_as(user, agency).actor,
    }


def _count(user: User, form: AreaWindowForm) -> PartnerCount:
    """The recorded count of a valid form."""
    return services.count_partners(**_asked(user, form))


def _smaller(user: User, form: AreaWindowForm, count: PartnerCount) -> SmallerArea | None:
    return services.propose_smaller_area(counted=count, **_asked(user, form))


def _shorter(form: AreaWindowForm, problem: PortalError) -> list[Proposal]:
    return shorter_in_words(form) if problem.code == "window_too_long" else []


def _like(user: User, public_id: str) -> dict[str, Any]:
    """A new request about the place and time of one that the person wrote: for the footage that was kept."""
    try:
        found = get_request_for(user, UUID(public_id))
    except ValueError as error:
        raise NotFound(_("There is no such request among yours.")) from error
    if found.author_id != user.pk:
        raise NotFound(_("There is no such request among yours."))
    initial = initial_of(found)
    del initial["version"]
    return initial | {"kind": RequestKind.FOOTAGE}


def _call_of(request: HttpRequest, form: RequestForm) -> Call | None:
    """The call that the form is about, for “the hour before the call”; none where it is not the person's any more."""
    try:
        return _call(staff_of(request), form["call"].value())
    except NotFound:
        return None


def _uuid_or_none(value: str | None) -> UUID | None:
    """The UUID in a field, None for anything else."""
    try:
        return UUID(value or "")
    except ValueError:
        return None


def _refused(form: AreaWindowForm) -> JsonResponse:
    fields = {name: str(errors[0]) for name, errors in form.errors.items()}
    body = {"detail": next(iter(fields.values())), "fields": fields, "which": form.which}
    return JsonResponse(body, status=422, headers={"Cache-Control": "no-store"})
