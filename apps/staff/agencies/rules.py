"""Pages of an agency's rules, all alike: what was typed, what it would do, a draft, and what is in force beside it.

Nothing is put in force that was not shown. Who comes second loses nothing: what they typed stands beside what a
colleague has put in force meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.models import User
from apps.agencies.models import Agency, RuleDraft
from apps.agencies.rule_drafts import discard_rule_draft, drafts_of_rule, get_rule_draft, save_rule_draft
from apps.core.admin import View
from apps.core.errors import InvalidInput, PortalError, Stale
from apps.core.forms import ServiceForm
from apps.staff.verbs import Verb, VerbScreen

Typed = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePage:
    """One rule: its form and template, what is in force, and what a form's values would do.

    `mark` is the field that says which version was read. `merged` gives what was typed against an earlier version as
    the form of the present one. `preview` raises InvalidInput for what the service would refuse.
    """

    name: str
    form: type[ServiceForm]
    template: str
    title: str | Promise
    mark: str
    initial: Callable[[Agency], Typed]
    merged: Callable[[Agency, Typed], Typed]
    beside: Callable[[Agency], dict[str, Any]]
    preview: Callable[[Agency, Mapping[str, Any]], dict[str, Any]]


class RuleScreens(VerbScreen):
    """Mixed into the agency's screen, whose verbs of the rules' names have pages of their own."""

    rules: Mapping[str, RulePage] = {}

    def managed_agency(self, request: HttpRequest, public_id: UUID) -> Agency:
        """The agency, if the person manages it. Raises NotFound."""
        raise NotImplementedError

    def rule_pages(self) -> dict[str, tuple[str, View]]:
        """Preview, saving and throwing away a draft, of each rule."""
        found: dict[str, tuple[str, View]] = {}
        for rule in self.rules.values():
            at = f"<uuid:public_id>/{rule.name}/"
            found[f"{at}preview/"] = (f"{rule.name}_preview", require_POST(self._of(rule, self.rule_preview)))
            found[f"{at}draft/"] = (f"{rule.name}_draft", require_POST(self._of(rule, self.rule_draft)))
            found[f"{at}discard/"] = (f"{rule.name}_discard", require_POST(self._of(rule, self.rule_discard)))
        return found

    def _of(self, rule: RulePage, view: Callable[..., HttpResponse]) -> View:
        def with_rule(request: HttpRequest, public_id: UUID) -> HttpResponse:
            return view(request, self.managed_agency(request, public_id), rule)

        return with_rule

    def rule_preview(self, request: HttpRequest, agency: Agency, rule: RulePage) -> HttpResponse:
        """What it would do; nothing is saved."""
        form, preview = rule.form(request.POST), None
        if form.is_valid():
            try:
                preview = rule.preview(agency, form.cleaned_data)
            except InvalidInput as error:
                form.refuse(error)
        if preview is None:
            return self.rule_page(request, agency, rule, form, status=422)
        save_form = rule.form(request.POST, auto_id="save_%s")
        return self.rule_page(request, agency, rule, form, preview=preview, save_form=save_form)

    def rule_draft(self, request: HttpRequest, agency: Agency, rule: RulePage) -> HttpResponse:
        """Keep what was typed, as it stands."""
        user, values = cast(User, request.user), request.POST.dict()
        values.pop("csrfmiddlewaretoken", None)
        save_rule_draft(agency=agency, rule=rule.name, values={k: str(v) for k, v in values.items()}, by=user)
        messages.success(request, _("Saved as your draft. Nothing has changed for anybody yet."))
        return redirect(f"admin:agencies_agency_{rule.name}", agency.public_id)

    def rule_discard(self, request: HttpRequest, agency: Agency, rule: RulePage) -> HttpResponse:
        """Throw one's own draft away; the page then shows what is in force."""
        if discard_rule_draft(agency=agency, rule=rule.name, by=cast(User, request.user)):
            messages.success(request, _("The draft is thrown away."))
        return redirect(f"admin:agencies_agency_{rule.name}", agency.public_id)

    def rule_begun(self, request: HttpRequest, agency: Agency, rule: RulePage) -> HttpResponse:
        """What is in force, to be changed; or one's draft, or a colleague's."""
        draft = self._draft(request, agency, rule)
        if draft is None:
            return self.rule_page(request, agency, rule, rule.form(None, initial=rule.initial(agency)))
        merged = rule.merged(agency, dict(draft.values))
        moved = str(draft.values.get(rule.mark, "")) != str(merged[rule.mark])
        return self.rule_page(request, agency, rule, rule.form(merged), draft=draft, moved=moved)

    def rule_page(
        self,
        request: HttpRequest,
        agency: Agency,
        rule: RulePage,
        form: ServiceForm,
        *,
        status: int = 200,
        **given: Any,
    ) -> HttpResponse:
        """The rule's page around this form."""
        others = drafts_of_rule(agency, rule.name).exclude(author_id=cast(User, request.user).pk)
        urls = {name: f"admin:agencies_agency_{rule.name}{name}" for name in ("", "_preview", "_draft", "_discard")}
        context = {
            **rule.beside(agency),
            "agency": agency,
            "form": form,
            "rule_name": rule.title,
            "others_drafts": others,
            "here": urls[""],
            "preview_at": urls["_preview"],
            "draft_at": urls["_draft"],
            "discard_at": urls["_discard"],
            **given,
        }
        title = _("%(agency)s: %(rule)s") % {"rule": rule.title, "agency": agency}
        return self.page(request, rule.template, title=title, status=status, **context)

    def rule_refused(
        self, request: HttpRequest, verb: Verb, agency: Agency, form: ServiceForm, error: PortalError
    ) -> HttpResponse | None:
        """The page of who came second: what was typed, and what is in force now. None for other refusals."""
        rule = self.rules.get(verb.name)
        if rule is None or not isinstance(error, Stale):
            return None
        again = rule.form(rule.merged(agency, request.POST.dict()))
        return self.rule_page(request, agency, rule, again, status=409, stale=error.message)

    def _draft(self, request: HttpRequest, agency: Agency, rule: RulePage) -> RuleDraft | None:
        if wanted := request.GET.get("draft"):
            return get_rule_draft(agency, rule.name, wanted)
        return drafts_of_rule(agency, rule.name).filter(author_id=cast(User, request.user).pk).first()
