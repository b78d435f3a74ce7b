"""What a witness notices."""

from django.utils.translation import gettext_lazy as _

from apps.findings.kinds import Kind, declare

declare(
    Kind(
        "witness.forked",
        _("Another city's ledger signed two different pasts"),
        _(
            "This portal is a witness for that ledger and cosigned one of them. Tell the people who run it, and the "
            "agencies that rely on it. Keep this portal's database: it holds the proof."
        ),
    ),
    Kind(
        "witness.silent",
        _("A witness of the ledger has not answered for a day"),
        _(
            "The ledger is still whole, but its newest acts have one witness less. Check the address in "
            "LEDGER_WITNESSES, and ask the people who run the witness."
        ),
    ),
)
