"""`manage.py found_agency`: begins an agency."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.agencies.founding import AgencyDetails, found_agency
from apps.core.errors import PortalError
from apps.ledger.values import Actor


class Command(BaseCommand):
    help = (
        "Begins an agency. The same again changes nothing. Then load its zones (load_zones) and appoint its first "
        "program manager (appoint_manager), who keeps the details right in the admin."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("short_name", help="as colleagues call it: TPD")
        parser.add_argument("name", help="its full name")
        parser.add_argument("ori", help="its nine-character ORI, like FL0370100")
        parser.add_argument("--time-zone", required=True, help="like America/New_York")
        parser.add_argument("--case-mask", default="", help="how it writes case numbers: TPD-##-######")
        parser.add_argument("--phone", default="", help="its published number")
        parser.add_argument("--email", default="", help="its published address")

    def handle(self, *args: Any, **options: Any) -> None:
        names = ("name", "ori", "time_zone", "phone", "email")
        try:
            agency, new = found_agency(
                short_name=options["short_name"],
                details=AgencyDetails(**{name: options[name] for name in names}),
                case_mask=options["case_mask"],
                actor=Actor.system("found_agency"),
            )
        except PortalError as error:
            raise CommandError(str(error.message)) from error
        self.stdout.write(f"{agency} is founded." if new else f"{agency} is there already. Nothing was changed.")
