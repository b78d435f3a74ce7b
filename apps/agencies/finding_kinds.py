"""What the portal notices about the ledger: agencies look after it."""

from django.utils.translation import gettext_lazy as _

from apps.findings.kinds import Kind, declare

declare(
    Kind(
        "ledger.contradicted",
        _("The ledger contradicts a checkpoint that was kept"),
        _(
            "Its end was cut off, or an older copy of the database was put back. Stop the workers, keep the database "
            "as it is, and run verify_ledger with the checkpoints that you kept."
        ),
    ),
    Kind(
        "ledger.behind",
        _("Entries wait too long for their place in the ledger"),
        _(
            "No act is lost, but none is sealed by a checkpoint either. Check that the workers and the timer are "
            "running, and run verify_ledger."
        ),
    ),
)
