"""Appoints the first program manager of an agency."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.agencies.models import Agency
from apps.agencies.staff_services import appoint_manager
from apps.core.errors import PortalError
from apps.ledger.values import Actor


class Command(BaseCommand):
    help = (
        "Makes a staff account with the role of program manager, and mails the person how to set it up. For the first "
        "one of an agency: from then on program managers invite each other in the admin."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("agency", help="the agency's short name, as in TPD")
        parser.add_argument("email", help="the person's own address at the agency")
        parser.add_argument("name", help="the person's name")

    def handle(self, *args: Any, **options: Any) -> None:
        agency = Agency.objects.filter(short_name__iexact=options["agency"], is_active=True).first()
        if agency is None:
            known = ", ".join(Agency.objects.filter(is_active=True).values_list("short_name", flat=True))
            raise CommandError(f"There is no agency {options['agency']}. There are: {known or 'none'}.")
        try:
            opened = appoint_manager(
                email=options["email"], name=options["name"], agency=agency, actor=Actor.system("appoint_manager")
            )
        except PortalError as error:
            raise CommandError(str(error.message)) from error
        self.stdout.write(f"{opened.person} is a program manager of {agency}.")
        if opened.code:
            self.stdout.write(
                f"The invitation goes out by mail. Tell the person this code in person or by phone: {opened.code}"
            )
