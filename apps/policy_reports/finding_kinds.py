"""What the portal notices about its content security policy."""

from django.utils.translation import gettext_lazy as _

from apps.findings.kinds import Kind, declare

declare(
    Kind(
        "policy.violated",
        _("Browsers refused something on the portal's pages"),
        _(
            "A page asked for something that the content security policy forbids. It is a mistake in the portal, or "
            "something was put into a page. Anybody can send such a report, so look at the list (manage.py "
            "policy_reports) and at the page before you believe it."
        ),
    )
)
