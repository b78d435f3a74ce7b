"""The buttons of a staff page, declared: each is a name, a form, a service and the sentence that follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods

from apps.core.admin import View
from apps.core.errors import InvalidInput, PortalError
from apps.core.forms import ServiceForm
from apps.staff.lists.screens import ListScreen


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """One button. `name` is the end of its address and of its form's name on the page (`return_form`).

    `service` gets the form's values beside the arguments of the screen. `done` is said afterwards. `guard` wraps the
    view, for acts that ask for a fresh proof. `below` stands before the id in the address where the subject is not the
    screen's own kind. With `page` the verb has a page of its own, which shows what it would do before it is done. A
    verb that `creates` has no subject yet: its address has no id. A verb called `change` is the subject's own page.
    """

    name: str
    service: Callable[..., Any]
    done: Any = ""
    form: type[ServiceForm] = ServiceForm
    guard: Callable[[View], View] | None = None
    below: str = ""
    page: bool = False
    creates: bool = False

    @property
    def route(self) -> str:
        """The address of the verb below that of its screen."""
        if self.creates:
            return f"{self.name}/"
        return f"{self.below}<uuid:public_id>/" + ("" if self.name == "change" else f"{self.name}/")


class VerbScreen(ListScreen):
    """A screen whose buttons are its `verbs`. Subclasses say what a verb acts on, as whom, and what is shown then."""

    verbs: ClassVar[tuple[Verb, ...]] = ()

    def verb_subject(self, request: HttpRequest, verb: Verb, public_id: UUID) -> Any:
        """What the verb acts on, if this person may see it. Raises NotFound."""
        raise NotImplementedError

    def verb_arguments(self, request: HttpRequest, verb: Verb, subject: Any, given: dict[str, Any]) -> dict[str, Any]:
        """All arguments of the service: subject, person, actor, and what the form holds."""
        raise NotImplementedError

    def verb_initial(self, verb: Verb, subject: Any) -> dict[str, Any]:
        """What the form of a verb with a page of its own starts with."""
        return {}

    def verb_form(self, request: HttpRequest, verb: Verb, subject: Any) -> ServiceForm:
        """The form as it was sent, or as its page shows it first."""
        if not verb.page:
            return verb.form(request.POST, auto_id=f"{verb.name}_%s")
        sent = request.POST if request.method == "POST" else None
        return verb.form(sent, initial=self.verb_initial(verb, subject))

    def verb_page(self, request: HttpRequest, verb: Verb, subject: Any, form: ServiceForm) -> HttpResponse:
        """The verb's own page."""
        raise NotImplementedError

    def verb_refused(self, request: HttpRequest, verb: Verb, subject: Any, form: ServiceForm) -> HttpResponse:
        """The page again, with the form that does not hold."""
        raise NotImplementedError

    def verb_failed(
        self, request: HttpRequest, verb: Verb, subject: Any, form: ServiceForm, error: PortalError
    ) -> HttpResponse:
        """What is shown when the service refuses: the form again for what was typed, else the page of all refusals."""
        if not isinstance(error, InvalidInput):
            raise error
        form.refuse(error)
        return self.verb_refused(request, verb, subject, form)

    def verb_words(self, verb: Verb, subject: Any) -> Any:
        """The sentence that follows; `subject` is as it was before."""
        return verb.done

    def verb_done(self, request: HttpRequest, verb: Verb, subject: Any) -> HttpResponse:
        """Where the person goes afterwards; `subject` is what was made, of a verb that creates."""
        raise NotImplementedError

    def verb_answer(self, request: HttpRequest, verb: Verb, subject: Any, made: Any) -> HttpResponse:
        """What follows; a screen that shows what the service returned (`made`) answers here itself."""
        if words := self.verb_words(verb, subject):
            messages.success(request, words)
        return self.verb_done(request, verb, made if verb.creates else subject)

    def run_verb(self, request: HttpRequest, verb: Verb, public_id: UUID | None = None) -> HttpResponse:
        """Look the subject up, read the form, call the service, say so."""
        subject = None if public_id is None else self.verb_subject(request, verb, public_id)
        form = self.verb_form(request, verb, subject)
        if request.method != "POST":
            return self.verb_page(request, verb, subject, form)
        if not form.is_valid():
            return self.verb_refused(request, verb, subject, form)
        try:
            made = verb.service(**self.verb_arguments(request, verb, subject, form.cleaned_data))
        except PortalError as error:
            return self.verb_failed(request, verb, subject, form, error)
        return self.verb_answer(request, verb, subject, made)

    def get_urls(self) -> list[URLPattern]:
        return [*super().get_urls(), *self.verb_urls()]

    def verb_urls(self) -> list[URLPattern]:
        """An address for each verb; without a page of its own it takes a form only."""
        prefix = f"{self.opts.app_label}_{self.opts.model_name}"
        guarded = self.admin_site.admin_view
        return [path(verb.route, guarded(self._view_of(verb)), name=f"{prefix}_{verb.name}") for verb in self.verbs]

    def _view_of(self, verb: Verb) -> View:
        def view(request: HttpRequest, public_id: UUID | None = None) -> HttpResponse:
            return self.run_verb(request, verb, public_id)

        view.__name__ = f"{verb.name}_view"
        guarded = verb.guard(view) if verb.guard else view
        return require_http_methods(["GET", "HEAD", "POST"] if verb.page else ["POST"])(guarded)
