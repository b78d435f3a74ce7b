"""Try what the evidence store promises, or print the least that the portal's key has to be allowed there."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.evidence.storage import StoreUnavailable, store, store_at

EXIT_UNSAFE = 1
EXIT_COULD_NOT_CHECK = 2


class Command(BaseCommand):
    """`check_store [--url URL] [--policy PRINCIPAL]`."""

    help = (
        "Tries with a few bytes what the evidence store promises: versions, locks, checksums. "
        "Exit code 0: evidence is safe there; 1: it is not; 2: the store does not answer."
    )
    # It is what the checks would ask, and it answers with an exit code of its own.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--url", help="another store than EVIDENCE_URL, for instance one to move to")
        parser.add_argument("--policy", metavar="PRINCIPAL", help="print the bucket policy for this account and end")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raise CommandError with the exit codes of `help`."""
        url = options["url"] or settings.EVIDENCE_URL
        if options["policy"]:
            self._print_policy(url, options["policy"])
            return
        keep = store_at(url) if options["url"] else store()
        try:
            found = keep.examine()
        except StoreUnavailable as error:
            raise CommandError(str(error), returncode=EXIT_COULD_NOT_CHECK) from error
        for sentence in found.warnings:
            self.stdout.write(f"weaker than it could be: {sentence}")
        for sentence in found.refusals:
            self.stdout.write(f"not safe: {sentence}")
        if found.refusals:
            raise CommandError(f"No evidence is written to {keep.name}.", returncode=EXIT_UNSAFE)
        self.stdout.write(f"{keep.name}: evidence is safe here")

    def _print_policy(self, url: str, principal: str) -> None:
        if not url.startswith("s3://"):
            raise CommandError("Only a bucket has a policy.", returncode=EXIT_UNSAFE)
        from apps.core.bucket_address import read_address
        from apps.evidence.s3.policy import least_policy

        self.stdout.write(json.dumps(least_policy(read_address(url), principal), indent=2))
