"""What staff chose to be told, and what that means for a letter whose time has come."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from apps.accounts.models import User
from apps.notifications.models import Message, TellingRules, Way
from apps.notifications.send_checks import Defer, Drop, Hold, Say, Verdict
from apps.notifications.topics import topic_of

DIGEST = "digest.waiting"


def rules_of(user: User) -> TellingRules:
    """The person's choice, or what holds for those who never chose (not stored)."""
    rules = TellingRules.objects.filter(user=user).first()
    return rules or TellingRules(user=user, time_zone=settings.PORTAL_TIME_ZONE, version=0)


def way_in(rules: TellingRules, kind: str) -> Way:
    """How letters of this kind go under these rules. A way or topic that is not known any more counts for nothing."""
    topic = topic_of(kind)
    if topic is None or topic.fixed:
        return Way.AT_ONCE
    chosen = rules.ways.get(topic.name)
    return Way(chosen) if chosen in Way.values else topic.default


def is_fixed(kind: str) -> bool:
    """Whether letters of this kind go at once, at any hour."""
    topic = topic_of(kind)
    return topic is not None and bool(topic.fixed)


def way_of(user: User, kind: str) -> Way:
    """How letters of this kind go to the person."""
    return way_in(rules_of(user), kind)


def waits_for(reader: User | None, message: Message) -> bool:
    """Whether what the letter is about still waits for its reader, in the roles that they hold now."""
    topic = topic_of(message.kind)
    if reader is None or not reader.is_active or message.about is None or topic is None or topic.waits is None:
        return False
    return topic.gets(reader) and topic.waits(reader, message.about)


def may_go(message: Message) -> Verdict:
    """A letter of a topic: at once, later, in a digest, or not at all."""
    if message.about is None:
        # It is about nothing that waits, or its reader is a partner who loaded a file.
        return None
    reader = message.reader
    if reader is None or not waits_for(reader, message):
        return Drop("It no longer waits for its reader.")
    if is_fixed(message.kind):
        return None
    rules = rules_of(reader)
    way = way_in(rules, message.kind)
    if way == Way.PAGE:
        return Drop("Its reader wants it in the page only.")
    if way == Way.DIGEST:
        return Hold(rules.next_digest(timezone.now()))
    return _in_quiet(rules)


def digest_may_go(message: Message) -> Verdict:
    """A digest says what waits at the moment in which it is sent; if nothing does, there is none."""
    reader = message.reader
    if reader is None or not reader.is_active:
        return Drop("Its reader has no account any more.")
    rules = rules_of(reader)
    if later := _in_quiet(rules):
        return later
    lines: dict[str, dict[str, None]] = {}
    with translation.override(reader.language or settings.LANGUAGE_CODE):
        for one in Message.objects.filter(digest=message).defer("recipient", "text", "html").order_by("pk"):
            topic = topic_of(one.kind)
            if topic is not None and way_in(rules, one.kind) != Way.PAGE and waits_for(reader, one):
                lines.setdefault(str(topic.title), {})[one.digest_line] = None
        if not lines:
            return Drop("Nothing of it waits any more.")
        context = {
            "person": reader,
            "topics": {title: list(found) for title, found in lines.items()},
            "portal_name": settings.PORTAL_NAME,
            "told_page": f"{settings.SITE_URL.rstrip('/')}{reverse('admin:told')}",
        }
        return Say(render_to_string("emails/notifications/digest.txt", context))


def _in_quiet(rules: TellingRules) -> Defer | None:
    hours, now = rules.hours, timezone.now()
    return Defer(hours.next(now)) if hours is not None and not hours.are_now(now) else None
