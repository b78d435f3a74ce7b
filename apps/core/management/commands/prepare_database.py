"""Bring the database to the code's shape; switch SQLite to a write-ahead log, once, before others open it."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from apps.core.budget import there_are_connections_for_all
from apps.core.own_database import NOT_YET, database_problems


class Command(BaseCommand):
    """`manage.py prepare_database`, safe to repeat and to kill."""

    help = "Migrates, and on SQLite switches the write-ahead log on (readers then never wait for a writer)."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Raise `CommandError` where SQLite refuses the log (network file systems do), and on a database that is not
        for these settings, before anything in it is changed."""
        for problem in database_problems():
            if problem.id != NOT_YET:
                raise CommandError(problem.msg)
        for problem in there_are_connections_for_all([connection.alias]):
            raise CommandError(f"{problem.msg} {problem.hint}")
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA journal_mode=WAL")
                (mode,) = cursor.fetchone()
            if mode != "wal":
                raise CommandError(f"SQLite keeps its journal as “{mode}”: this file system allows no write-ahead log.")
        call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
