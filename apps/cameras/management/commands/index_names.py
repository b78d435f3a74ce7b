"""`manage.py index_names`: by what partners and sites are found, made again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from apps.cameras.services import index_names


class Command(BaseCommand):
    """Safe to run while the portal runs, and to run again."""

    help = "Digests the names of partners and sites again, under the present DIGEST_KEY, so that staff find them."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{index_names()} names can be found.")
