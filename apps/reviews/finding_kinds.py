"""What an auditor finds in a weekly review."""

from django.utils.translation import gettext_lazy as _

from apps.findings.kinds import Kind, declare

declare(
    Kind(
        "review.not_in_order",
        _("An auditor found a look or an export that was not in order"),
        _("Read the row in the weekly review. Talk to the person and the supervisor, and say what was decided."),
    ),
)
