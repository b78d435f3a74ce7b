"""What the portal notices about links."""

from django.utils.translation import gettext_lazy as _

from apps.findings.kinds import Kind, declare

declare(
    Kind(
        "links.guesses",
        _("Many wrong links or codes from one address"),
        _(
            "Nothing was opened: a code has 60 bits. If it goes on, have the address blocked in front of the portal; "
            "the access log names it."
        ),
    )
)
