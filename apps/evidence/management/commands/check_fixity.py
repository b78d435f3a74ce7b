"""Read originals again and say how many still are what their digests say."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.agencies.models import Agency
from apps.evidence.models import EvidenceItem, FixityCheck
from apps.evidence.services.fixity import check_fixity
from apps.evidence.states import FixityOutcome
from apps.ledger.values import Actor

EXIT_FAILED = 1
EXIT_COULD_NOT_CHECK = 2
EXIT_WRONG_ARGUMENTS = 64


class Command(BaseCommand):
    """`check_fixity [--agency SHORT_NAME] [--sample N]`."""

    help = (
        "Reads sealed originals again and compares them with their digests. "
        "Exit code 0: all passed; 1: at least one failed; 2: none failed, but some could not be checked."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--agency", help="only items of the agency with this short name")
        parser.add_argument("--sample", type=int, help="only so many items, chosen at random")

    def handle(self, *args: Any, **options: Any) -> None:
        agency = None
        if options["agency"]:
            agency = Agency.objects.filter(short_name__iexact=options["agency"]).first()
            if agency is None:
                raise CommandError("There is no agency with that short name.", returncode=EXIT_WRONG_ARGUMENTS)
        if options["sample"] is not None and options["sample"] < 1:
            raise CommandError("--sample has to be 1 or more.", returncode=EXIT_WRONG_ARGUMENTS)
        run = check_fixity(
            actor=Actor.system("check_fixity"), agency=agency, sample=options["sample"], on_outcome=self._tell
        )
        self.stdout.write(
            f"checked {run.total}: {run.passed} pass, {run.failed} fail, {run.could_not_check} could not check"
        )
        if run.failed:
            raise SystemExit(EXIT_FAILED)
        if run.could_not_check:
            raise SystemExit(EXIT_COULD_NOT_CHECK)

    def _tell(self, item: EvidenceItem, check: FixityCheck) -> None:
        if check.outcome != FixityOutcome.PASS:
            self.stderr.write(f"{check.outcome}: item {item.public_id} ({item.digest}): {check.detail}")
