"""What the portal notices about evidence."""

from django.utils.translation import gettext_lazy as _

from apps.findings.kinds import Kind, declare

declare(
    Kind(
        "evidence.fixity_failed",
        _("An original is not what was sealed"),
        _(
            "The stored file was changed or is gone. Leave it as it is. Compare it with the second copy, and tell the "
            "records custodian and the people who run the storage."
        ),
    )
)

declare(
    Kind(
        "evidence.malware_found",
        _("A virus scanner found something in an original"),
        _(
            "The original is evidence and stays as it came. Tell whoever wants to take a copy, and open it only on a "
            "computer that is apart from the network. Working copies are made anew and can be played."
        ),
    )
)
