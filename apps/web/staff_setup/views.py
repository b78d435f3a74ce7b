"""Where a new colleague sets up the staff account: behind the link in the mail, with the code of the manager."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.accounts.models import EventKind
from apps.accounts.staff_events import record_event
from apps.agencies.link_kinds import SETUP
from apps.agencies.models import StaffSetup
from apps.agencies.staff_setup import complete_setup
from apps.core.errors import InvalidInput, WrongState
from apps.links import access
from apps.links.views import landing
from apps.web.staff_setup.forms import SetUpForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def staff_setup(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Code and first password. The second factor follows at the first sign-in."""
    setup = StaffSetup.objects.select_related("user").filter(public_id=public_id).first()
    if setup is None or not access.has_opened(request, SETUP, public_id):
        return landing(request, SETUP, public_id)
    form = SetUpForm(request.POST or None)
    over = ""
    if request.method == "POST" and form.is_valid():
        try:
            person = complete_setup(setup=setup, **form.cleaned_data)
        except InvalidInput as error:
            form.refuse(error)
            if "code" in error.fields:
                record_event(request=request, kind=EventKind.CODE, succeeded=False, user=setup.user, detail="set-up")
        except WrongState as error:
            over = str(error.message)
        else:
            record_event(request=request, kind=EventKind.CODE, succeeded=True, user=person, detail="set-up")
            messages.success(request, _("Your password is set. Sign in with it: your second factor is next."))
            return redirect("account_login")
    context = {"form": form, "person": setup.user, "over": over}
    return render(request, "web/staff_setup/setup.html", context, status=409 if over else 422 if form.errors else 200)
