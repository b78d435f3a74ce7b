"""A flood of invitations while workers are killed: no letter is missing, and one comes twice only where it is counted.

    python -m tests.faults.letters [--letters 10000] [--kills 100] [--senders 3] [--seed 1] [--minutes 60]

A request reaches so many partners, on PostgreSQL, through the real services. Processes run the task of the outbox
against a real SMTP server and are killed with -9 at random, in the middle of whatever they do. The server now and then
says "later", refuses to begin, or drops the line after it took a letter. Then it is quiet. The last line is one JSON
object; the exit code is 0 if every letter arrived, and each that arrived twice is counted by the outbox.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.faults.storm import set_up
from tests.faults.storm_kernel import database
from tests.notifications.smtp_server import MailServer, mail_server

if TYPE_CHECKING:
    from apps.footage_requests.models import FootageRequest

HEALED_WITHIN_S = 600.0
#: What the server does now and then, and how often among a hundred faults.
MANNERS: list[tuple[dict[str, list[int | str]], int]] = [
    ({"rcpt": [451]}, 25),
    ({"connect": [421]}, 15),
    ({"mail": ["drop"]}, 20),
    ({"body": ["drop"]}, 40),
]


def ask(letters: int) -> FootageRequest:
    """A request that reaches so many partners, one letter each."""
    from django.db import transaction

    from tests.factories.footage_requests import camera_at, open_request
    from tests.factories.people import AgencyFactory, registrant

    agency = AgencyFactory.create()
    with transaction.atomic():
        cameras = [camera_at(registrant(agency)[1]) for _number in range(letters)]
    return open_request(agency, *cameras).request


class Senders:
    """Processes that do what a worker's process does, until they are killed."""

    def __init__(self, count: int) -> None:
        self._count = count
        self.pids: set[int] = set()

    def start(self) -> None:
        """As many as there should be."""
        from django.db import connections

        self.pids = {pid for pid in self.pids if not os.waitpid(pid, os.WNOHANG)[0]}
        while len(self.pids) < self._count:
            connections.close_all()
            pid = os.fork()
            if pid == 0:
                self._work()
            self.pids.add(pid)

    def kill(self, pid: int) -> None:
        """At once, whatever it does."""
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        self.pids.discard(pid)

    def close(self) -> None:
        for pid in list(self.pids):
            self.kill(pid)

    @staticmethod
    def _work() -> None:
        from apps.notifications import tasks

        try:
            while True:
                if not tasks.send_due_messages():
                    time.sleep(0.2)
        finally:
            os._exit(1)


def rage(
    senders: Senders, server: MailServer, request: FootageRequest, *, kills: int, chance: random.Random, until: float
) -> Counter[str]:
    """Kill and disturb until there were enough kills, the letters are out, or the time is over."""
    from apps.footage_requests.letters import progress_of

    faults: Counter[str] = Counter()
    pause = 0.2
    while faults["kill -9 of a worker"] < kills and time.monotonic() < until:
        senders.start()
        time.sleep(pause * 2 * chance.random())
        if chance.random() < 0.5:
            senders.kill(chance.choice(sorted(senders.pids)))
            faults["kill -9 of a worker"] += 1
        else:
            manners = chance.choices([one for one, _weight in MANNERS], [weight for _one, weight in MANNERS])[0]
            server.manners = {step: list(what) for step, what in manners.items()}
            faults[" ".join(f"{step} {what[0]}" for step, what in manners.items())] += 1
        progress = progress_of(request)
        if not progress.under_way:
            break
        done = progress.taken / progress.total
        # Kills are spread over all of the letters.
        pause = 0.05 if faults["kill -9 of a worker"] < kills * done else min(pause * 1.2, 5.0)
    server.manners = {}
    return faults


def waiting() -> bool:
    """Whether an invitation's letter has not gone yet."""
    from apps.footage_requests.models import Invitation

    return Invitation.objects.filter(state="queued").exists()


def judge(server: MailServer) -> tuple[dict[str, Any], list[str]]:
    """Compare what the outbox says with what the server took."""
    from apps.footage_requests.models import Invitation
    from apps.notifications.models import Message
    from apps.notifications.states import MessageState

    wrong: list[str] = []
    arrived = Counter(str(mail["Message-ID"]) for mail in server.accepted)
    messages = list(Message.objects.filter(kind="footage_request.invitation").defer("text", "html", "reader_values"))
    for message in messages:
        times = arrived[message.message_id]
        if message.state != MessageState.SENT:
            wrong.append(f"{message.public_id} is {message.state}: {message.failure_reason}")
        elif not times:
            wrong.append(f"{message.public_id} is sent and never arrived")
        if times > 1 + message.possible_doubles:
            wrong.append(f"{message.public_id} came {times} times and counts {message.possible_doubles}")
    unknown = arrived.keys() - set(Message.objects.values_list("message_id", flat=True))
    unsent = Invitation.objects.exclude(state="sent").count()
    wrong += [f"{len(unknown)} letters that the outbox does not know"] if unknown else []
    wrong += [f"{unsent} invitations are not sent"] if unsent else []
    return {
        "letters": len(messages),
        "arrived": len(arrived),
        "came_twice_or_more": sum(times > 1 for times in arrived.values()),
        "counted_as_possible_doubles": sum(message.possible_doubles for message in messages),
    }, wrong


def run(options: argparse.Namespace, folder: Path) -> tuple[dict[str, Any], list[str]]:
    """The flood, the quiet and the verdict."""
    with database(folder) as base, mail_server() as server:
        set_up(folder, base.url, {})
        from datetime import timedelta

        from django.conf import settings

        from apps.core.background import nothing_enqueued
        from apps.footage_requests.letters import progress_of
        from apps.notifications import sending

        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        # What a dead worker held waits for minutes in production, and what was not taken as well.
        sending.LEASE, sending.FIRST_DELAY = timedelta(seconds=10), timedelta(seconds=1)
        began = time.monotonic()
        with nothing_enqueued():  # there is no queue to ring
            request = ask(options.letters)
        composed = time.monotonic()
        senders = Senders(options.senders)
        try:
            faults = rage(
                senders,
                server,
                request,
                kills=options.kills,
                chance=random.Random(options.seed),
                until=composed + options.minutes * 60,
            )
            calm = time.monotonic()
            while progress_of(request).under_way and time.monotonic() - calm < HEALED_WITHIN_S + options.letters / 20:
                senders.start()
                time.sleep(0.5)
            done = time.monotonic()
        finally:
            senders.close()
        counts, wrong = judge(server)
        said = {
            "database": base.kind,
            "faults": dict(faults),
            **counts,
            "to_compose_s": round(composed - began, 1),
            "to_send_s": round(done - composed, 1),
            "letters_a_second": round(options.letters / max(done - composed, 0.1), 1),
        }
        return said, wrong


def main() -> int:
    """Run and print. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--letters", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--senders", type=int, default=3)
    parser.add_argument("--minutes", type=float, default=60.0, help="of faults, at most")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    folder = Path(tempfile.mkdtemp(prefix="letters-"))
    try:
        found, wrong = run(options, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    said = {
        "bench": "letters",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "seed": options.seed,
        **found,
        "wrong": wrong,
    }
    for line in wrong:
        sys.stdout.write(f"WRONG: {line}\n")
    sys.stdout.write(json.dumps(said) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
