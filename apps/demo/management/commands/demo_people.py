"""Says who may sign in to the demo, and how."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from apps.demo import people


class Command(BaseCommand):
    help = "Prints the demo's people and how each signs in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--url", default="http://localhost:8000", help="where the portal answers")

    def handle(self, *args: Any, **options: Any) -> None:
        url = options["url"].rstrip("/")
        rows = [(member.email, f"{member.name}, {member.agency} {member.role.label}") for member in people.STAFF]
        owners = [
            (email, f"{name}, {what}")
            for (email, name), what in (
                (people.RESIDENT, "resident, and manager of the business"),
                (people.BUSINESS, "business"),
                (people.RESPONDER, "answers for the business"),
                (people.ASSOCIATION, "association"),
                (people.UNIVERSITY, "university"),
            )
        ]
        width = max(len(email) for email, _ in rows + owners)
        self.stdout.write(f"Password of everybody: {people.PASSWORD}")
        self.stdout.write(f"Staff also need a code, and mail is not really sent: both are on {url}/demo/")
        for title, group in (("Staff", rows), ("Partners", owners)):
            self.stdout.write(f"{title}:")
            for email, what in group:
                self.stdout.write(f"  {email:<{width}}  {what}")
