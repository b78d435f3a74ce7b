"""`manage.py policy_reports`: what browsers refused, the most frequent first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from apps.policy_reports.models import PolicyReport


class Command(BaseCommand):
    """One line for each row of the last days."""

    help = "Lists what the content security policy kept away from the portal's pages. Anybody can send such a report."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=7)

    def handle(self, *args: Any, days: int, **options: Any) -> None:
        since = timezone.now().date() - timedelta(days=days)
        for row in PolicyReport.objects.filter(day__gte=since).order_by("-count", "day"):
            self.stdout.write(f"{row.day}  {row.count:6}  {row.directive:18} {row.page:40} {row.blocked}")
