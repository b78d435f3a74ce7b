"""Releases a staff account from the operator's shell: for the agency's only program manager."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.accounts.staff_events import staff_of_address
from apps.agencies.staff_services import release_staff_account
from apps.core.errors import PortalError
from apps.ledger.values import Actor


class Command(BaseCommand):
    help = (
        "Releases a staff account that is locked or disabled, for when nobody inside the portal can: the agency's only "
        "program manager is the one who is locked out. The reason is recorded."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("reason", help="why, and how it was made sure that it is the person")

    def handle(self, *args: Any, **options: Any) -> None:
        person = staff_of_address(options["email"])
        if person is None:
            raise CommandError("There is no staff account with this address.")
        try:
            release_staff_account(person=person, reason=options["reason"], by=None, actor=Actor.system("release_staff"))
        except PortalError as error:
            raise CommandError(str(error.message)) from error
        self.stdout.write(f"{person} can sign in again.")
