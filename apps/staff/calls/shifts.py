"""The shift log of the real-time crime center: notes, and the hand-over that the next shift signs."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID, uuid4

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from apps.accounts.models import User
from apps.agencies.features import Feature, agencies_open, has_open, off_words
from apps.agencies.fields import offer_agencies
from apps.agencies.models import Agency
from apps.calls import policies
from apps.calls.models import ShiftEntry
from apps.calls.shifts import (
    TEXT_MAX,
    hand_over_shift,
    note_shift,
    sign_hand_over,
    unsigned_hand_overs,
    viewable_shift_entries,
)
from apps.core.admin import View
from apps.core.errors import NotFound
from apps.core.forms import RowField, ServiceForm
from apps.core.paging import page_of
from apps.staff.verbs import Verb, VerbScreen


class ShiftForm(ServiceForm):
    """A line of the log."""

    agency = RowField(
        label=gettext_lazy("Agency"), queryset=Agency.objects.none(), to_field_name="public_id", empty_label=None
    )
    words = forms.CharField(
        label=gettext_lazy("What the next shift has to know"),
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    request_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4, required=False)

    def __init__(self, data: Any = None, *, agencies: QuerySet[Agency], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        offer_agencies(self.fields["agency"], agencies)


def _writing(user: User) -> QuerySet[Agency]:
    """The agencies in whose log the person writes."""
    return agencies_open(user, Feature.CALLS, *policies.ENTERING_ROLES)


@admin.register(ShiftEntry)
class ShiftEntryAdmin(VerbScreen):
    """Everybody at the board reads it; analysts and supervisors write, hand over and sign."""

    viewable = staticmethod(viewable_shift_entries)
    verbs = (
        Verb(name="note", creates=True, form=ShiftForm, service=note_shift, done=gettext_lazy("It is in the log.")),
        Verb(
            name="hand_over",
            creates=True,
            form=ShiftForm,
            service=hand_over_shift,
            done=gettext_lazy("Handed over. Somebody of the next shift signs it."),
        ),
        Verb(name="sign", service=sign_hand_over, done=gettext_lazy("Signed. The shift is yours.")),
    )

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False if obj is not None else policies.sees_board(request.user)

    def pages(self) -> dict[str, tuple[str, View]]:
        return {"": ("changelist", require_safe(self.log_view))}

    def log_view(self, request: HttpRequest) -> HttpResponse:
        """The log, the newest first."""
        return self._page(request, None)

    def verb_subject(self, request: HttpRequest, verb: Verb, public_id: UUID) -> ShiftEntry:
        found = viewable_shift_entries(_staff(request)).filter(public_id=public_id).first()
        if found is None:
            raise NotFound(_("There is no such hand-over in your agencies."))
        return found

    def verb_form(self, request: HttpRequest, verb: Verb, subject: Any) -> ServiceForm:
        if verb.form is ShiftForm:
            return ShiftForm(request.POST, agencies=_writing(_staff(request)), auto_id=f"{verb.name}_%s")
        return super().verb_form(request, verb, subject)

    def verb_arguments(
        self, request: HttpRequest, verb: Verb, subject: ShiftEntry | None, given: dict[str, Any]
    ) -> dict[str, Any]:
        about = {} if subject is None else {"entry": subject}
        return {"user": _staff(request), **about, **given}

    def verb_refused(self, request: HttpRequest, verb: Verb, subject: Any, form: ServiceForm) -> HttpResponse:
        return self._page(request, form, refused=verb.name)

    def verb_done(self, request: HttpRequest, verb: Verb, subject: Any) -> HttpResponse:
        return redirect("admin:calls_shiftentry_changelist")

    def _page(self, request: HttpRequest, form: ServiceForm | None, *, refused: str = "") -> HttpResponse:
        user = _staff(request)
        rows = viewable_shift_entries(user).select_related("agency", "author", "signed_by", "call").order_by("-pk")
        may_write = has_open(user, Feature.CALLS, *policies.ENTERING_ROLES)
        agencies = _writing(user)
        forms_shown = {
            name: form if name == refused else ShiftForm(agencies=agencies, auto_id=f"{name}_%s")
            for name in ("note", "hand_over")
        }
        context: dict[str, Any] = {
            "page": page_of(request, rows),
            "unsigned": set(unsigned_hand_overs(user).values_list("pk", flat=True)),
            "off": off_words(user, Feature.CALLS, *policies.BOARD_ROLES),
            "forms": forms_shown if may_write else {},
        }
        status = 422 if refused else 200
        return self.page(request, "admin/calls/shifts.html", title=_("Shift log"), status=status, **context)


def _staff(request: HttpRequest) -> User:
    return cast(User, request.user)
