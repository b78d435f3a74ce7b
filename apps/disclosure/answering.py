"""The answer as a letter that the custodian reads, changes and sends: what is given, what is not, and why not."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from apps.disclosure.models import RecordsRequest, RequestedItem, Withholding
from apps.disclosure.selectors import lines_of
from apps.disclosure.services.ending import in_force, outcome_of
from apps.disclosure.states import Decision, RecordsOutcome
from apps.redaction.exemptions import exemption_of


def draft_answer(request: RecordsRequest) -> str:
    """A first text of the answer, in the reader's language. It names files by their beginnings of digest, no person."""
    outcome = outcome_of(request)
    opening = {
        RecordsOutcome.GIVEN: _("You get everything that you asked for."),
        RecordsOutcome.PART: _("You get what you asked for, except for the parts below."),
        RecordsOutcome.DENIED: _("What you asked for is exempt from disclosure."),
        RecordsOutcome.NONE: _("We looked for it and have no such record."),
    }[outcome]
    parts = [
        _("%(agency)s, your request for public records %(code)s")
        % {"agency": request.agency.name, "code": request.code},
        opening,
    ]
    lines = lines_of(request)
    given = [_name(line) for line in lines if line.decision in (Decision.GIVE, Decision.REDACT)]
    if given:
        parts.append("\n".join([_("Given:"), *given]))
    kept = [_reason(one) for one in in_force(request).select_related("requested__item").order_by("pk")]
    if kept:
        parts.append("\n".join([_("Not given, and the statute that says so:"), *kept]))
        parts.append(
            _("If you disagree, you can ask a court. We keep these records for at least 30 days from this answer.")
        )
    parts.append(settings.PORTAL_NAME)
    return "\n\n".join(parts)


def _name(line: RequestedItem) -> str:
    words = _("video file %(digest)s") % {"digest": line.item.digest[:12] or str(line.item.public_id)[:8]}
    if line.decision != Decision.REDACT:
        return f"– {words}"
    if line.redaction is None:
        return f"– {words} ({_('parts removed')})"
    copy = _("parts removed; the copy is %(digest)s, and its log says what was removed and why")
    return f"– {words} ({copy % {'digest': line.redaction.proof['digest'][:12]}})"


def _reason(one: Withholding) -> str:
    exemption = exemption_of(one.exemption)
    words = str(exemption.words) if exemption and exemption.citation else ""
    about = f"{_name(one.requested).removeprefix('– ')}: " if one.requested else ""
    return f"– {about}{one.part}: {one.citation}" + (f" ({words})" if words else "")
