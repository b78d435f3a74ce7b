"""Screens on the wall that show the board of calls: allow one, see when it was last there, revoke it."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from apps.accounts.models import User
from apps.accounts.recent import recent_proof_required
from apps.agencies.features import Feature, agencies_open, has_open, off_words
from apps.agencies.fields import offer_agencies
from apps.agencies.models import Agency
from apps.calls import policies
from apps.calls.models import WallScreen
from apps.calls.walls import allow_screen, code_of, end_screen
from apps.core.admin import View
from apps.core.errors import NotFound
from apps.core.forms import KeyedForm, RowField, ServiceForm
from apps.staff.verbs import Verb, VerbScreen


class ScreenForm(KeyedForm):
    """Which screen, and for how long."""

    agency = RowField(
        label=gettext_lazy("Agency"), queryset=Agency.objects.none(), to_field_name="public_id", empty_label=None
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=60,
        help_text=gettext_lazy("Where it hangs, for instance: dispatch, north wall."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    days = forms.IntegerField(label=gettext_lazy("Days until it ends"), min_value=1, initial=30)

    def __init__(self, data: Any = None, *, user: User, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        offer_agencies(self.fields["agency"], agencies_open(user, Feature.WALLS, *policies.ALLOWING_ROLES))
        most = settings.WALL_SCREEN_DAYS
        self.fields["days"].help_text = _("At most %(most)s. Then somebody allows it again.") % {"most": most}
        self.fields["days"].widget.attrs["max"] = most


@admin.register(WallScreen)
class WallScreenAdmin(VerbScreen):
    """Program managers and supervisors of an agency let screens show its board, and end that."""

    viewable = staticmethod(policies.viewable_screens)
    verbs = (
        Verb(name="allow", creates=True, form=ScreenForm, service=allow_screen, guard=recent_proof_required),
        Verb(name="end", service=end_screen, done=gettext_lazy("The screen is revoked. It goes dark within seconds.")),
    )

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False if obj is not None else policies.allows_screens(request.user)

    def pages(self) -> dict[str, tuple[str, View]]:
        return {"": ("changelist", require_safe(self.list_view))}

    def list_view(self, request: HttpRequest) -> HttpResponse:
        """The screens of the person's agencies that have not ended."""
        return self._page(request)

    def verb_subject(self, request: HttpRequest, verb: Verb, public_id: UUID) -> WallScreen:
        found = policies.viewable_screens(_staff(request)).filter(public_id=public_id).first()
        if found is None:
            raise NotFound(_("There is no such screen in your agencies."))
        return found

    def verb_form(self, request: HttpRequest, verb: Verb, subject: Any) -> ServiceForm:
        if verb.form is ScreenForm:
            return ScreenForm(request.POST, user=_staff(request))
        return super().verb_form(request, verb, subject)

    def verb_arguments(self, request: HttpRequest, verb: Verb, subject: Any, given: dict[str, Any]) -> dict[str, Any]:
        about = {} if subject is None else {"screen": subject}
        return {"user": _staff(request), **about, **given}

    def verb_refused(self, request: HttpRequest, verb: Verb, subject: Any, form: ServiceForm) -> HttpResponse:
        return self._page(request, form=form, status=422)

    def verb_answer(self, request: HttpRequest, verb: Verb, subject: Any, made: Any) -> HttpResponse:
        """A new screen's code is on the page that follows and nowhere else."""
        if verb.creates:
            return self._page(request, made=made)
        return super().verb_answer(request, verb, subject, made)

    def verb_done(self, request: HttpRequest, verb: Verb, subject: Any) -> HttpResponse:
        return redirect("admin:calls_wallscreen_changelist")

    def _page(
        self,
        request: HttpRequest,
        *,
        form: ServiceForm | None = None,
        made: WallScreen | None = None,
        status: int = 200,
    ) -> HttpResponse:
        user = _staff(request)
        if not policies.allows_screens(user):
            raise NotFound(_("There is nothing here."))
        screens = policies.viewable_screens(user).select_related("agency", "allowed_by").filter(ended_at__isnull=True)
        context: dict[str, Any] = {
            "form": form or ScreenForm(user=user),
            "off": off_words(user, Feature.WALLS, *policies.ALLOWING_ROLES),
            "may_allow": has_open(user, Feature.WALLS, *policies.ALLOWING_ROLES),
            "made": made,
            "code": code_of(made) if made else "",
            "code_minutes": settings.WALL_CODE_MINUTES,
            "code_address": request.build_absolute_uri(reverse("links:code")),
            "screens": list(screens.order_by("agency__short_name", "name", "pk")),
            "showing": set(policies.showing_screens().values_list("pk", flat=True)),
        }
        return self.page(request, "admin/calls/screens.html", title=_("Wall screens"), status=status, **context)


def _staff(request: HttpRequest) -> User:
    return cast(User, request.user)
