"""What staff can be told by mail: each app declares its topics in `letter_topics`, with who gets them.

A topic is either a person's own choice, or fixed with the reason that the person reads. The app says as well
whether the thing still waits for the person: who did it meanwhile, or lost the role, is told nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise

from apps.accounts.models import User
from apps.notifications.models import Way


@dataclass(frozen=True, slots=True)
class Topic:
    """One line of “What I am told”. `kinds` are the letters that belong to it.

    `waits` answers for a reader and the public id of what the letter is about. `fixed` says why the letters go at once
    whatever anybody chose; empty: the person chooses.
    """

    name: str
    title: str | Promise
    kinds: tuple[str, ...]
    gets: Callable[[User], bool]
    waits: Callable[[User, UUID], bool] | None = None
    fixed: str | Promise = ""
    default: Way = Way.AT_ONCE


TOPICS: dict[str, Topic] = {}
_by_kind: dict[str, Topic] = {}


def declare(*topics: Topic) -> None:
    """Add topics. Raises ValueError for a second one of a name or of a kind, and for a choice without `waits`."""
    for topic in topics:
        if topic.name in TOPICS or any(kind in _by_kind for kind in topic.kinds):
            raise ValueError(f"There is a topic {topic.name} already, or another one for its letters.")
        if not topic.fixed and topic.waits is None:
            raise ValueError(f"Nothing says whether {topic.name} still waits for its reader.")
        TOPICS[topic.name] = topic
        _by_kind.update(dict.fromkeys(topic.kinds, topic))


def topic_of(kind: str) -> Topic | None:
    """The topic of the letters of this kind; None for letters that are not to staff."""
    return _by_kind.get(kind)


def topics_for(user: User) -> list[Topic]:
    """Those that the person's roles can get, in the order in which they were declared."""
    return [topic for topic in TOPICS.values() if topic.gets(user)]
