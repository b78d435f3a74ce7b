"""The whole check of the ledger: what is here, and what witnesses and the folder beside the database hold."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from django.conf import settings

from apps.ledger import triggers, witness
from apps.ledger.verification import Report, tell_nobody, verify
from apps.witness.asking import NoAnswer
from apps.witness.witnesses import held_by, read_witness

# A checkpoint is 300 bytes.
_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the check found, which witnesses were compared, who gave no answer and why, and which guards are missing."""

    report: Report
    compared: list[str]
    silent: list[tuple[str, str]]
    unguarded: list[str]


def compare(given: Iterable[str] = (), *, seen: Callable[[int], None] = tell_nobody) -> Comparison:
    """Check the ledger against itself and against all that is kept outside; `given` are signed notes besides.

    Witnesses are asked before the check begins, so no transaction waits for them. Raises OSError and DatabaseError.
    """
    notes, compared, silent = [*given, *witness.kept()], [], []
    for each in map(read_witness, settings.LEDGER_WITNESSES):
        try:
            notes.append(held_by(each))
        except NoAnswer as silence:
            silent.append((each.key.name, str(silence)))
        else:
            compared.append(each.key.name)
    return Comparison(verify(notes, seen=seen), compared, silent, triggers.missing())


def takes_checkpoints(parser: ArgumentParser) -> None:
    """Add `--checkpoint SOURCE`, as often as wanted; `note_from` reads each."""
    parser.add_argument(
        "--checkpoint",
        action="append",
        default=[],
        metavar="SOURCE",
        help="a signed checkpoint that was kept outside: a file, an https address, or - for standard input;"
        " the ledger has to contain it",
    )


def note_from(source: str) -> str:
    """A signed note that was kept elsewhere: in a file, at an address, or from standard input (`-`). Raises OSError."""
    if source == "-":
        return sys.stdin.read(_MOST)
    if source.startswith(("https://", "http://")):
        with urlopen(source, timeout=20) as answer:  # noqa: S310 - the two schemes above alone
            return str(answer.read(_MOST).decode(errors="replace"))
    return Path(source).read_text()
