"""What the portal notices about who counts."""

from django.utils.translation import gettext_lazy as _

from apps.findings.kinds import Kind, declare

declare(
    Kind(
        "counts.closing_in",
        _("Many nearly equal areas were counted"),
        _(
            "Somebody, or several together, may be closing in on one home. Counts give no home away, but ask for the "
            "case and why the area was drawn so often."
        ),
    ),
)
