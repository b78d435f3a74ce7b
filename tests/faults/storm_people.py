"""The people of a city's evening in a storm: what a page said is done is there once, and nobody has to give up."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Count

from apps.cameras.models import Camera
from apps.footage_requests.models import FootageRequest
from tests.bench.city import evening, people
from tests.bench.city_people import Watch
from tests.factories.people import terms_in_force

PATIENCE, LAST_WORDS_S = 300, 600
# A line that breaks, and a portal that says when to come again.
MAY_BE_HEARD = {0, 503}


class Evening:
    """Everybody but the owners: the senders of a storm stand for them."""

    def __init__(self, site: str, times: int) -> None:
        terms_in_force()
        self._watch = Watch(patience=PATIENCE)
        self._crowd = people(self._watch, site, evening(0, 1), times)
        for one in self._crowd:
            one.start()

    def end(self) -> None:
        """Everybody finishes what they began."""
        self._watch.over.set()
        for one in self._crowd:
            one.join(LAST_WORDS_S)

    def told(self) -> dict[str, Any]:
        """How many of each kind were answered how, and what was promised."""
        answers = Counter(str(status) for kept in self._watch.answers.values() for _seconds, status in kept)
        return {"answers": dict(answers), "promised": dict(Counter(kind for kind, _name in self._watch.promised))}

    def wrong(self) -> list[str]:
        """What is lost, what is doubled, and what somebody could not go on from."""
        found = [f"a person gave up: {words}" for words in self._watch.wrong]
        for kind, answers in self._watch.answers.items():
            errors = Counter(status for _seconds, status in answers if status >= 500 and status not in MAY_BE_HEARD)
            found += [f"{kind}: answered {status}, {count} times" for status, count in errors.items()]
        there = {
            "camera": set(Camera.objects.values_list("name", flat=True)),
            "request": set(map(str, FootageRequest.objects.values_list("request_key", flat=True))),
            "approval": set(
                map(str, FootageRequest.objects.exclude(approved_at=None).values_list("request_key", flat=True))
            ),
        }
        found += [f"{kind} {name} was acknowledged and is not there" for kind, name in self._watch.promised
                  if name not in there[kind]]  # fmt: skip
        doubled = Camera.objects.filter(name__startswith="Camera ").values("name").annotate(times=Count("pk"))
        return found + [f"{row['name']} is there {row['times']} times" for row in doubled.filter(times__gt=1)]
