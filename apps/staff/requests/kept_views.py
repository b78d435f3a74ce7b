"""Requests that are not finished: kept while somebody types, listed, thrown away and taken back."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.admin import PolicyAdmin
from apps.core.errors import NotFound, PortalError, Stale
from apps.core.problems import document
from apps.footage_requests import policies, services
from apps.footage_requests.models import FootageRequest, KeptForm
from apps.footage_requests.selectors import get_request_for
from apps.footage_requests.states import RequestState
from apps.footage_requests.unfinished import Unfinished, get_kept_form_for, kept_of, typed, unfinished_of
from apps.staff.requests.people import staff_of

_NAME = "admin:footage_requests_footagerequest_"
# Of a form's post, these are the page's own and no part of what is typed.
_NOT_TYPED = ("csrfmiddlewaretoken", "act", "kept_version", "kept_request")


def kept_in_words(kept: KeptForm) -> str:
    """“Kept 10:31”, on the reader's clock, which the page names beside it."""
    local = timezone.localtime(kept.saved_at)
    if local.date() == timezone.localtime().date():
        return _("Kept %(time)s") % {"time": date_format(local, "TIME_FORMAT")}
    return _("Kept %(time)s") % {"time": date_format(local, "SHORT_DATETIME_FORMAT")}


def page_of_kept(kept: KeptForm) -> str:
    """Where the writer goes on."""
    if kept.request is not None:
        return reverse(f"{_NAME}edit", args=[kept.request.public_id])
    return f"{reverse(f'{_NAME}compose')}?kept={kept.public_id}"


def what_is_typed(posted: Mapping[str, str]) -> dict[str, str]:
    """The fields of a posted form, without what the page itself adds."""
    return {name: value for name, value in posted.items() if name not in _NOT_TYPED}


def keep_posted(request: HttpRequest, user: User, stored: FootageRequest | None) -> KeptForm | None:
    """Keep a form that could not be saved as it is. None where that fails too: the page shows it all the same."""
    key = stored.public_id if stored else _uuid(request.POST.get("request_key"))
    if key is None:
        return None
    try:
        return services.keep_form(
            user=user, form=key, values=what_is_typed(request.POST.dict()), version=_version(request), request=stored
        )
    except PortalError:
        return None


def browser_key(user: User) -> str:
    """The key under which this person's browser holds what the server has not taken yet: no other account has it."""
    return base64.b64encode(
        salted_hmac("footage_requests.kept_forms", str(user.public_id), algorithm="sha256").digest()
    ).decode()


class KeptViews(PolicyAdmin):
    """Mixed into the request's admin."""

    def keep_view(self, request: HttpRequest) -> HttpResponse:
        """Keep what is typed by now. Says when, under which version, and where to go on with it."""
        user = staff_of(request)
        if request.method != "POST":
            raise NotFound(_("There is nothing here."))
        about = _uuid(request.POST.get("kept_request"))
        stored = get_request_for(user, about) if about else None
        key = stored.public_id if stored else _uuid(request.POST.get("request_key"))
        if key is None:
            raise NotFound(_("There is nothing here."))
        try:
            kept = services.keep_form(
                user=user,
                form=key,
                values=what_is_typed(request.POST.dict()),
                version=_version(request),
                request=stored,
            )
        except Stale as problem:
            newer = kept_of(user, key)
            body = document(problem) | {"url": page_of_kept(newer) if newer else "", "is_new": stored is None}
            return JsonResponse(body, status=problem.status, headers={"Cache-Control": "no-store"})
        except PortalError as problem:
            body = document(problem) | {"is_new": stored is None}
            return JsonResponse(body, status=problem.status, headers={"Cache-Control": "no-store"})
        body = {"version": kept.version, "said": kept_in_words(kept), "url": page_of_kept(kept)}
        return JsonResponse(body, headers={"Cache-Control": "no-store"})

    def kept_list_view(self, request: HttpRequest) -> HttpResponse:
        """What the person has begun and not submitted: typed, saved, and thrown away in the last days."""
        user = staff_of(request)
        if request.method not in ("GET", "HEAD"):
            raise NotFound(_("There is nothing here."))
        rows = [_row(one) for one in unfinished_of(user)]
        saved = FootageRequest.objects.filter(author=user, state__in=[RequestState.DRAFT, RequestState.RETURNED])
        return self.page(
            request,
            "admin/footage_requests/kept_list.html",
            title=_("Unfinished requests"),
            rows=[row for row in rows if not row["thrown_away"]],
            thrown=[row for row in rows if row["thrown_away"]],
            saved=policies.viewable_requests(user).filter(pk__in=saved).select_related("case").order_by("-pk"),
            keep_days=settings.REQUEST_DRAFT_DAYS,
            undo_days=settings.REQUEST_DRAFT_UNDO_DAYS,
            may_write=policies.may_begin_somewhere(user),
            browser_key=browser_key(user),
        )

    def kept_act_view(self, request: HttpRequest, public_id: UUID, act: str) -> HttpResponse:
        """Throw one away, or take it back."""
        user = staff_of(request)
        if request.method != "POST" or act not in ("discard", "restore"):
            raise NotFound(_("There is nothing here."))
        kept = get_kept_form_for(user, public_id)
        if act == "discard":
            services.discard_kept_form(user=user, kept=kept)
            messages.success(request, _("Thrown away. You can take it back below."))
            return HttpResponseRedirect(reverse(f"{_NAME}kept"))
        services.restore_kept_form(user=user, kept=kept)
        messages.success(request, _("Taken back."))
        return HttpResponseRedirect(page_of_kept(kept))


def _row(one: Unfinished) -> dict[str, Any]:
    kept = one.kept
    return {
        "public_id": kept.public_id,
        "url": page_of_kept(kept),
        "case": one.case_number,
        "incident": one.incident,
        "request": kept.request.code if kept.request else "",
        "said": kept_in_words(kept),
        "thrown_away": kept.discarded_at is not None,
    }


def kept_context(kept: KeptForm | None, stored: FootageRequest | None, user: User) -> dict[str, Any]:
    """What the form's page says of it: when it was kept, and whether the request was saved since."""
    older = bool(kept and stored and typed(kept).get("version") != str(stored.version))
    return {
        "kept": kept,
        "kept_said": kept_in_words(kept) if kept else "",
        "kept_version": kept.version if kept else 0,
        "kept_is_older": older,
        "browser_key": browser_key(user),
    }


def _uuid(value: Any) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None


def _version(request: HttpRequest) -> int:
    try:
        return int(request.POST.get("kept_version", ""))
    except ValueError:
        return 0
