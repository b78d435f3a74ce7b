"""The staff's screens of sharing: what one's agency gives of a case and to whom, and what others share with it."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.access.forms import PurposeForm
from apps.access.models import AccessKind
from apps.accounts.models import User
from apps.cases.selectors import get_case_for
from apps.core.admin import View
from apps.core.errors import InvalidInput, NotAllowed, NotFound
from apps.core.forms import ServiceForm
from apps.sharing import policies, selectors
from apps.sharing.disclosure_list import as_csv, as_pdf, take_list
from apps.sharing.models import Grant
from apps.sharing.services import extend_grant, give_grant, open_shared, revoke_grant, save_shared
from apps.sharing.watching import thing_to_save, watch_context
from apps.staff.purposes import PurposeScreen
from apps.staff.redaction.choosing import offered_rows
from apps.staff.sharing.forms import GiveForm, LongerForm, RevokeForm
from apps.staff.sharing.history import history_of
from apps.staff.verbs import Verb

SHOWN = 100


@admin.register(Grant)
class GrantAdmin(PurposeScreen):
    """A records custodian gives; staff of the agency that is given something look under a purpose."""

    viewable = staticmethod(policies.viewable_grants)
    verbs = (
        Verb(
            name="revoke",
            form=RevokeForm,
            service=revoke_grant,
            done=gettext_lazy("Revoked. From now on nobody sees anything by it."),
        ),
        Verb(name="longer", form=LongerForm, service=extend_grant, done=gettext_lazy("It goes on until that day.")),
    )

    def pages(self) -> dict[str, tuple[str, View]]:
        return {
            "": ("changelist", require_safe(self.list_view)),
            "case/<uuid:public_id>/": ("give", require_http_methods(["GET", "HEAD", "POST"])(self.give_view)),
            "<uuid:public_id>/list/<str:form>/": ("list", require_POST(self.file_view)),
            "<uuid:public_id>/": ("change", require_safe(self.grant_view)),
            "received/<uuid:public_id>/": ("received", require_safe(self.received_view)),
            "received/<uuid:public_id>/<uuid:item_id>/": ("watch", require_safe(self.watch_view)),
            "received/<uuid:public_id>/<uuid:item_id>/save/": ("save", require_POST(self.save_view)),
        }

    def list_view(self, request: HttpRequest) -> HttpResponse:
        """What others share with one's agency now, then what it gives, then what is over."""
        user = _staff(request)
        joined = ("agency", "case", "agreement__to_agency")
        given = list(policies.given_grants(user).select_related(*joined).order_by("-created_at", "-pk")[: SHOWN * 3])
        context: dict[str, Any] = {
            "received": list(policies.received_grants(user).select_related(*joined).order_by("-created_at")[:SHOWN]),
            "given": [one for one in given if not one.is_over][:SHOWN],
            "over": [one for one in given if one.is_over][:SHOWN],
        }
        return self.page(request, "admin/sharing/list.html", title=_("Sharing"), **context)

    # -- giving ------------------------------------------------------------------------------------------------------

    def give_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """Choose an agreement, videos of the case, and how long."""
        user, case = _staff(request), get_case_for(request.user, public_id)
        if not policies.can_give(user, case):
            raise NotAllowed(_("Only a records custodian of this agency shares its videos."), code="role")
        sent = request.POST if request.method == "POST" else None
        agreements = selectors.agreements_to_give_under(case.agency)
        form = GiveForm(sent, offered=list(selectors.items_to_give(case)), agreements=agreements)
        status = 200
        if sent is not None and form.is_valid():
            try:
                grant = give_grant(user=user, case=case, **_given(form))
                return _to("change", grant)
            except InvalidInput as error:
                form.refuse(error)
        if sent is not None:
            status = 422
        context = {"case": case, "form": form, "rows": offered_rows(form), "agreements": agreements}
        title = _("Share videos of case %(case)s") % {"case": case.number}
        return self.page(request, "admin/sharing/give.html", title=title, status=status, **context)

    def grant_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """One grant of one's own agency: what was given when, to whom, and what was done by it."""
        return self._page(request, selectors.get_given_for(_staff(request), public_id))

    def file_view(self, request: HttpRequest, public_id: UUID, form: str) -> HttpResponse:
        """The disclosure list as CSV or PDF: recorded, then sent."""
        user = _staff(request)
        grant = selectors.get_given_for(user, public_id)
        if form not in ("csv", "pdf"):
            raise NotFound(_("There is nothing here."))
        take_list(grant=grant, user=user, form=form)
        name = f"{grant.code}.{form}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        if form == "csv":
            return HttpResponse(b"".join(as_csv(grant, user)), content_type="text/csv; charset=utf-8", headers=headers)
        return HttpResponse(as_pdf(grant, user), content_type="application/pdf", headers=headers)

    def verb_subject(self, request: HttpRequest, verb: Verb, public_id: UUID) -> Grant:
        if verb.name == "purpose":
            return selectors.get_received_for(_staff(request), public_id)
        return selectors.get_given_for(_staff(request), public_id)

    def verb_arguments(self, request: HttpRequest, verb: Verb, subject: Grant, given: dict[str, Any]) -> dict[str, Any]:
        return {"grant": subject, "user": _staff(request), **given}

    def verb_refused(self, request: HttpRequest, verb: Verb, subject: Grant, form: ServiceForm) -> HttpResponse:
        if verb.name == "purpose":
            return self._received_page(request, subject, status=422, purpose_form=form)
        return self._page(request, subject, status=422, **{f"{verb.name}_form": form})

    def verb_done(self, request: HttpRequest, verb: Verb, subject: Grant) -> HttpResponse:
        return _to("received" if verb.name == "purpose" else "change", subject)

    def _page(self, request: HttpRequest, grant: Grant, *, status: int = 200, **given: Any) -> HttpResponse:
        user = _staff(request)
        may_extend = policies.can_change(user, grant) and not grant.revoked_at and not grant.agreement.is_over
        context = {
            "grant": grant,
            "lines": selectors.list_of_given(grant, user),
            "history": history_of(grant, user),
            "passed_on": selectors.passed_on_of(grant, user),
            "court": selectors.court_status_of(grant),
            "may_revoke": policies.can_revoke(user, grant),
            "may_extend": may_extend,
            "revoke_form": RevokeForm(auto_id="revoke_%s"),
            "longer_form": LongerForm(auto_id="longer_%s"),
            **given,
        }
        title = _("Grant %(code)s") % {"code": grant.code}
        return self.page(request, "admin/sharing/grant.html", title=title, status=status, **context)

    # -- what others share -------------------------------------------------------------------------------------------

    def purpose_form(self, user: User, subject: Grant, data: Any = None) -> PurposeForm:
        agency = subject.agreement.to_agency
        return PurposeForm(user, AccessKind.SHARED_FOOTAGE, data, agency=agency, grant=subject.public_id)

    def received_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """What a grant gives: the list of videos after a reason was given. No access by itself."""
        return self._received_page(request, selectors.get_received_for(_staff(request), public_id))

    def watch_view(self, request: HttpRequest, public_id: UUID, item_id: UUID) -> HttpResponse:
        """One shared video: opening the page is an access, which its owner reads."""
        user = _staff(request)
        grant = selectors.get_received_for(user, public_id)
        item = selectors.get_open_item(grant, item_id)
        purpose = selectors.purpose_for(user, grant)
        if purpose is None:
            return _to("received", grant)
        session_key = request.session.session_key
        access = open_shared(user=user, grant=grant, item=item, purpose=purpose, session_key=session_key)
        context = watch_context(grant, item, access)
        return self.page(request, "admin/sharing/watch.html", title=item.filename, **context)

    def save_view(self, request: HttpRequest, public_id: UUID, item_id: UUID) -> HttpResponse:
        """Save the working copy or the original: recorded, then sent as an attachment."""
        user = _staff(request)
        grant = selectors.get_received_for(user, public_id)
        item = selectors.get_open_item(grant, item_id)
        purpose = selectors.purpose_for(user, grant)
        if purpose is None:
            return _to("received", grant)
        thing = thing_to_save(grant, item, request.POST.get("thing", ""))
        access = save_shared(
            user=user,
            grant=grant,
            item=item,
            thing=thing,
            purpose=purpose,
            session_key=request.session.session_key,
        )
        return redirect("evidence:shared", token=access.token())

    def _received_page(self, request: HttpRequest, grant: Grant, *, status: int = 200, **given: Any) -> HttpResponse:
        user = _staff(request)
        purpose = selectors.purpose_for(user, grant)
        context = {
            "grant": grant,
            "purpose_form": None if purpose else self.purpose_form(user, grant),
            "items": selectors.open_items(grant) if purpose else [],
            **given,
        }
        title = _("Shared by %(agency)s, case %(case)s") % {"agency": grant.agency, "case": grant.case.number}
        return self.page(request, "admin/sharing/received.html", title=title, status=status, **context)


def _staff(request: HttpRequest) -> User:
    return cast(User, request.user)


def _given(form: GiveForm) -> dict[str, Any]:
    return {**form.cleaned_data, "items": [UUID(one) for one in form.cleaned_data["items"]]}


def _to(page: str, grant: Grant) -> HttpResponse:
    response = redirect(f"admin:sharing_grant_{page}", grant.public_id)
    response.status_code = 303
    return response
