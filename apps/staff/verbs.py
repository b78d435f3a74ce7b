"""The buttons of a staff page, declared: each is a name, a form, a service and the sentence that follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from apps.core.admin import PolicyAdmin
from apps.core.errors import PortalError

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """One button. `name` is the end of its address and of its form's name on the page (`return_form`).

    `service` gets the form's values beside the arguments of the screen. `done` is said afterwards. `guard` wraps the
    view, for acts that ask for a fresh proof. `below` stands before the id in the address where the subject is not the
    screen's own kind.
    """

    name: str
    service: Callable[..., Any]
    done: Any
    form: type[forms.Form] = forms.Form
    guard: Callable[[View], View] | None = None
    below: str = ""


class VerbScreen(PolicyAdmin):
    """A screen whose buttons are its `verbs`. Subclasses say what a verb acts on, as whom, and what is shown then."""

    verbs: ClassVar[tuple[Verb, ...]] = ()

    def verb_subject(self, request: HttpRequest, verb: Verb, public_id: UUID) -> Any:
        """What the verb acts on, if this person may see it. Raises NotFound."""
        raise NotImplementedError

    def verb_arguments(self, request: HttpRequest, verb: Verb, subject: Any, given: dict[str, Any]) -> dict[str, Any]:
        """All arguments of the service: subject, person, actor, and what the form holds."""
        raise NotImplementedError

    def verb_form(self, request: HttpRequest, verb: Verb) -> forms.Form:
        """The form as it was sent."""
        return verb.form(request.POST, auto_id=f"{verb.name}_%s")

    def verb_refused(self, request: HttpRequest, verb: Verb, subject: Any, form: forms.Form) -> HttpResponse:
        """The page again, with the form that does not hold."""
        raise NotImplementedError

    def verb_failed(
        self, request: HttpRequest, verb: Verb, subject: Any, form: forms.Form, error: PortalError
    ) -> HttpResponse:
        """What is shown when the service refuses; by default the page of all refusals."""
        raise error

    def verb_done(self, request: HttpRequest, verb: Verb, subject: Any) -> HttpResponse:
        """Where the person goes afterwards."""
        raise NotImplementedError

    def run_verb(self, request: HttpRequest, verb: Verb, public_id: UUID) -> HttpResponse:
        """Look the subject up, read the form, call the service, say so."""
        subject = self.verb_subject(request, verb, public_id)
        form = self.verb_form(request, verb)
        if not form.is_valid():
            return self.verb_refused(request, verb, subject, form)
        try:
            verb.service(**self.verb_arguments(request, verb, subject, form.cleaned_data))
        except PortalError as error:
            return self.verb_failed(request, verb, subject, form, error)
        messages.success(request, verb.done)
        return self.verb_done(request, verb, subject)

    def verb_urls(self) -> list[URLPattern]:
        """An address for each verb, below that of its subject; they take forms only."""
        prefix = f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            path(
                f"{verb.below}<uuid:public_id>/{verb.name}/",
                self.admin_site.admin_view(self._view_of(verb)),
                name=f"{prefix}_{verb.name}",
            )
            for verb in self.verbs
        ]

    def _view_of(self, verb: Verb) -> View:
        def view(request: HttpRequest, public_id: UUID) -> HttpResponse:
            return self.run_verb(request, verb, public_id)

        view.__name__ = f"{verb.name}_view"
        return require_POST(verb.guard(view) if verb.guard else view)
