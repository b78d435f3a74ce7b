"""Screens that open what is confidential once the person has said why."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from apps.access.forms import PurposeForm
from apps.access.services import open_purpose
from apps.accounts.models import User
from apps.staff.verbs import Verb, VerbScreen

PURPOSE = Verb(name="purpose", service=open_purpose, done=_("Your purpose is recorded."))


class PurposeScreen(VerbScreen):
    """A screen with a form that asks why. Subclasses say which; a refused one comes back as for any other verb."""

    def purpose_form(self, user: User, subject: Any, data: Any = None) -> PurposeForm:
        """The form for this subject."""
        raise NotImplementedError

    def purpose_done(self, request: HttpRequest, subject: Any) -> HttpResponse:
        """The page that the purpose opens."""
        return self.verb_done(request, PURPOSE, subject)

    def purpose_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """Record why the person needs access; the page then opens."""
        subject = self.verb_subject(request, PURPOSE, public_id)
        form = self.purpose_form(cast(User, request.user), subject, request.POST)
        if not (form.is_valid() and form.open()):
            return self.verb_refused(request, PURPOSE, subject, form)
        messages.success(request, PURPOSE.done)
        return self.purpose_done(request, subject)

    def verb_urls(self) -> list[URLPattern]:
        """The addresses of the verbs, and that of the purpose."""
        prefix = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view(require_POST(self.purpose_view))
        return [*super().verb_urls(), path("<uuid:public_id>/purpose/", view, name=f"{prefix}_purpose")]
