"""`manage.py take_mail [ADDRESS …] < mail`: what came to the mailbox that letters name."""

from __future__ import annotations

import logging
import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.notifications.replies import NobodyReads
from apps.notifications.taking import take_mail

logger = logging.getLogger(__name__)

MOST_BYTES = 25 * 1024 * 1024
# sysexits: the mail server sends it back to who wrote it, or keeps it and asks again.
TOO_LARGE, NOBODY, TRY_LATER = 65, 69, 75


class Command(BaseCommand):
    """Ends with 75 if the portal cannot take it now: the mail server keeps the mail."""

    help = "Takes one mail from standard input: a report about a letter, or an answer to one. For an alias's pipe."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", nargs="*", help="The address that the mail came to, if the server says so.")

    def handle(self, *args: Any, address: list[str], **options: Any) -> None:
        raw = sys.stdin.buffer.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            self.stderr.write("This mail is too large.")
            sys.exit(TOO_LARGE)
        # Postfix and Exim say to whom it came.
        told = [value for name in ("ORIGINAL_RECIPIENT", "LOCAL_RECIPIENT") if (value := os.environ.get(name))]
        try:
            outcome = take_mail(raw, sent_to=[*address, *told])
        except NobodyReads:
            self.stderr.write("Nobody reads this mailbox. Please write on the page, or call.")
            sys.exit(NOBODY)
        except Exception as error:
            logger.exception("A mail was not taken.")
            self.stderr.write(f"Not taken now: {type(error).__name__}")
            sys.exit(TRY_LATER)
        self.stdout.write(outcome)
