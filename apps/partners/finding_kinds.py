"""What the portal notices about partners."""

from django.utils.translation import gettext_lazy as _

from apps.findings.kinds import Kind, declare

declare(
    Kind(
        "partners.official_name",
        _("A partner has a name that may be taken for an agency's"),
        _(
            "No invitations go out under this name. Find out who they are. If the name is honestly theirs, a program "
            "manager confirms the account on the partner's page; if not, ask them to register under their own name."
        ),
    )
)
