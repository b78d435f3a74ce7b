"""`manage.py renew_links`: after SECRET_KEY has leaked, no link that it made opens anything."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from apps.ledger.values import Actor
from apps.links.services import renew_outdated_links


class Command(BaseCommand):
    """Says how many links were renewed; the letters that carry them have to be sent again."""

    help = "Renews every living link that another SECRET_KEY made. Older letters and browsers open nothing any more."

    def handle(self, *args: Any, **options: Any) -> None:
        renewed = renew_outdated_links(actor=Actor.system("renew_links"))
        self.stdout.write(f"{renewed} links were renewed. The next letter to each reader carries the new one.")
