"""A request's deadline as a file for a calendar (RFC 5545)."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from icalendar import Alarm, Calendar, Event

from apps.core.errors import NotFound
from apps.footage_requests import access
from apps.footage_requests.clock import is_running
from apps.footage_requests.models import Invitation
from apps.footage_requests.policies import matches_of_reader

BEFORE = timedelta(hours=2)


@never_cache
@require_safe
def calendar(request: HttpRequest, invitation: UUID) -> HttpResponse:
    """Until when to look, for whoever may act for the invitation. Raises NotFound once nothing has to be done."""
    found = access.invitation_from(request, invitation)
    if found is None or not access.accepts_answers(found):
        raise NotFound(_("This request takes no more answers."))
    answer = HttpResponse(_file(request, found), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{found.request.code}.ics"'
    return answer


def _file(request: HttpRequest, invitation: Invitation) -> bytes:
    """The event names no case, street or camera: others may read a calendar. Its link opens nothing by itself."""
    asked = invitation.request
    now = timezone.now()
    lost = [match.overwrite_deadline for match in matches_of_reader(request.user, invitation) if is_running(match, now)]
    words = {"agency": asked.agency.name, "code": asked.code}
    if lost:
        at, title = min(lost), _("%(agency)s asks about video: your recorder may overwrite it now") % words
    else:
        at, title = asked.closes_at or now, _("%(agency)s asks about video: last moment to answer") % words
    page = f"{settings.SITE_URL.rstrip('/')}{reverse('footage_requests:invitation', args=[invitation.public_id])}"
    event = Event()
    event.add("uid", f"{invitation.public_id}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("dtstamp", now)
    event.add("dtstart", at)
    event.add("summary", title)
    event.add("description", _("Request %(code)s. Look before this time: %(page)s") % {**words, "page": page})
    event.add("url", page)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", -BEFORE)
    event.add_component(alarm)
    file = Calendar()
    file.add("prodid", f"-//{settings.PORTAL_NAME}//")
    file.add("version", "2.0")
    file.add("method", "PUBLISH")
    file.add_component(event)
    content: bytes = file.to_ical()
    return content
