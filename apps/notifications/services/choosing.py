"""choose_telling: how a staff member wants to be told what waits for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from zoneinfo import available_timezones

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.actors import actor_for
from apps.accounts.models import User
from apps.core.errors import InvalidInput, NotAllowed, Stale
from apps.core.locks import locked
from apps.ledger import services as ledger
from apps.ledger.values import Subject
from apps.notifications.choices import rules_of, way_in
from apps.notifications.models import BODIES, Message, TellingRules, Way
from apps.notifications.services.queueing import ring_once
from apps.notifications.states import MessageState
from apps.notifications.topics import TOPICS


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody chooses: a way for topics by name, the hour of the digest, quiet hours or none, and whose clock."""

    ways: Mapping[str, str]
    digest_at: time
    quiet_from: time | None
    quiet_until: time | None
    time_zone: str


def choose_telling(*, user: User, wish: Wish, version: int) -> TellingRules:
    """Store what `user` wants to be told, for themselves: nobody chooses for somebody else.

    Topics that are not in the wish stay as they are. Letters that wait follow the new choice; none is lost. The same
    again changes nothing. Raises NotAllowed for an account that is not staff's, Stale if the choice was changed since
    `version` was read (0: there was none), InvalidInput for a way or topic that there is not, for one that nobody may
    silence, and for hours that are none.
    """
    with transaction.atomic():
        user = locked(User.objects).get(pk=user.pk)
        if not user.is_staff or not user.is_active:
            raise NotAllowed(_("This page is for agency staff."))
        rules = rules_of(user)
        wanted = _checked(wish)
        wanted["ways"] = rules.ways | wanted["ways"]
        if rules.pk and all(getattr(rules, name) == value for name, value in wanted.items()):
            return rules
        if rules.version != version:
            raise Stale(_("You changed this in another window meanwhile. Nothing was saved. Please look at it again."))
        for name, value in wanted.items():
            setattr(rules, name, value)
        rules.version += 1
        rules.save()
        ledger.record(
            "telling.chosen",
            Subject.of("user", user.public_id),
            actor_for(user),
            ways=dict(sorted(rules.ways.items())),
            quiet=rules.hours is not None,
        )
        _let_follow(rules)
        return rules


def _let_follow(rules: TellingRules) -> None:
    """What waits is asked about anew: by itself at once, held at the hour of the next digest."""
    now = timezone.now()
    waiting = Message.objects.filter(reader=rules.user_id, state__in=(MessageState.QUEUED, MessageState.HELD))
    for message in locked(waiting).filter(not_before__gt=now, refusals=0).defer("recipient", "digest_line", *BODIES):
        held = message.state == MessageState.HELD and way_in(rules, message.kind) == Way.DIGEST
        message.not_before = rules.next_digest(now) if held else now
        message.save(update_fields=["not_before"])
    ring_once()


def _checked(wish: Wish) -> dict[str, object]:
    for name, way in wish.ways.items():
        topic = TOPICS.get(name)
        if topic is None or way not in Way.values:
            raise InvalidInput.about(name, _("Choose one of the three."))
        if topic.fixed and way != Way.AT_ONCE:
            raise InvalidInput.about(name, _("These letters always go at once."))
    both = (wish.quiet_from, wish.quiet_until)
    if (None in both) and both != (None, None):
        raise InvalidInput.about(
            "quiet_from" if wish.quiet_from is None else "quiet_until", _("Give an hour, for instance 08:00.")
        )
    if wish.quiet_from is not None and wish.quiet_from == wish.quiet_until:
        raise InvalidInput.about("quiet_until", _("Quiet hours end at another hour than they begin."))
    if wish.time_zone not in available_timezones():
        raise InvalidInput.about("time_zone", _("Choose a time zone from the list."))
    return {
        "ways": {name: str(way) for name, way in wish.ways.items() if not TOPICS[name].fixed},
        "digest_at": wish.digest_at,
        "quiet_from": wish.quiet_from,
        "quiet_until": wish.quiet_until,
        "time_zone": wish.time_zone,
    }
