"""Loads the demo."""

from __future__ import annotations

import traceback
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from apps.demo import waiting
from apps.demo.enlarging import enlarge
from apps.demo.loading import load_demo


class Command(BaseCommand):
    help = (
        "Loads the demo: three agencies, a register of cameras, requests in each state and real videos, with times "
        "relative to an anchor day. Loading it again adds nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--watch", action="store_true", help="then wait until the last video plays, and say so")
        parser.add_argument(
            "--scale",
            action="store_true",
            help="then copy what is there into a large city: 100,000 cameras, 10,000 requests, 50,000 items",
        )
        parser.add_argument("--cameras", type=int, default=100_000, help="with --scale: so many")
        parser.add_argument("--requests", type=int, default=10_000, help="with --scale: so many")
        parser.add_argument("--items", type=int, default=50_000, help="with --scale: so many")
        parser.add_argument("--anchor", type=date.fromisoformat, help="the demo's “today”, as YYYY-MM-DD")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = load_demo(
                anchor=options["anchor"],
                say=self.stdout.write if options["verbosity"] else lambda line: None,
                tell=waiting.tell,
                let_in=waiting.let_in,
            )
        except Exception as error:
            raise CommandError(_in_plain_words(error)) from error
        what = "The demo is loaded" if loaded.fresh else "The demo was loaded before"
        self.stdout.write(
            f"{what}: {loaded.partners} partners, {loaded.cameras} cameras, {loaded.requests} requests, "
            f"{loaded.items} videos."
        )
        if options["scale"]:
            enlarge(
                cameras=options["cameras"],
                requests=options["requests"],
                items=options["items"],
                say=self.stdout.write if options["verbosity"] else lambda line: None,
            )
        if options["watch"]:
            call_command("watch_demo", stdout=self.stdout)


def _in_plain_words(error: Exception) -> str:
    """One sentence for the terminal; the traceback goes into a file."""
    report = Path(settings.DATA_DIR) / "run" / "demo-failure.log"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text("".join(traceback.format_exception(error)))
    reason = str(error).strip() or type(error).__name__
    return (
        f"The demo could not be loaded ({reason.splitlines()[0]}); the whole report is {report}. "
        "Without the demo the portal starts with DEMO=false."
    )
