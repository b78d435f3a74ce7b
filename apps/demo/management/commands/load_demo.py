"""Loads the demo."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from apps.demo import waiting
from apps.demo.loading import load_demo


class Command(BaseCommand):
    help = (
        "Loads the demo: three agencies, a register of cameras, requests in each state and real videos, with times "
        "relative to an anchor day. Loading it again adds nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--watch", action="store_true", help="then wait until the last video plays, and say so")
        parser.add_argument("--anchor", type=date.fromisoformat, help="the demo's “today”, as YYYY-MM-DD")

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = load_demo(
            anchor=options["anchor"],
            say=self.stdout.write if options["verbosity"] else lambda line: None,
            tell=waiting.tell,
            let_in=waiting.let_in,
        )
        what = "The demo is loaded" if loaded.fresh else "The demo was loaded before"
        self.stdout.write(
            f"{what}: {loaded.partners} partners, {loaded.cameras} cameras, {loaded.requests} requests, "
            f"{loaded.items} videos."
        )
        if options["watch"]:
            call_command("watch_demo", stdout=self.stdout)
