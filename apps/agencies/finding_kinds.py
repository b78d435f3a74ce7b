"""What the portal notices about the ledger and about the staff's sign-in: agencies look after both."""

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
    Kind(
        "ledger.broken",
        _("A check found the ledger broken"),
        _(
            "“Checks of the ledger” names the places. Stop the workers, copy the database, and compare it with a "
            "checkpoint that was kept elsewhere. Repair nothing by hand."
        ),
    ),
    Kind(
        "sign_in.flood",
        _("Somebody keeps guessing at one staff account"),
        _(
            "The owner still gets in with a passkey or a device used before. Ask the owner to choose a new password; "
            "if the attempts go on, have the networks in the sign-in events blocked in front of the portal."
        ),
    ),
)
