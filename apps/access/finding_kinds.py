"""What the portal notices about who opens places."""

from django.utils.translation import gettext_lazy as _

from apps.findings.kinds import Kind, declare

declare(
    Kind(
        "access.many_places",
        _("Somebody opened half of the places that one person or one purpose may open"),
        _(
            "Read what was opened and why in the list of purposes, and ask the person. A wide search for a real case "
            "is in order; places that have nothing to do with it are not."
        ),
    ),
    Kind(
        "access.case_without_approval",
        _("Places were opened for a case that nobody approved anything for"),
        _(
            "Look at the case and at the purposes that cite it. Ask the person which supervisor knew of it, and end "
            "the role if nobody did."
        ),
    ),
    Kind(
        "access.cases_refused",
        _("Somebody keeps asking for places under cases that nobody approved anything for"),
        _(
            "No place was shown. Ask the person which cases these are. To try one number after the other is no reason "
            "to see where cameras are."
        ),
    ),
    Kind(
        "access.own_call",
        _("Somebody opened places for a call that they had entered themselves"),
        _(
            "Compare the call with dispatch's records, and ask the person. At a desk that dispatch does not report to, "
            "this is daily work; a call that nobody else knows of is not."
        ),
    ),
)
