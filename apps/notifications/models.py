"""The outbox: messages are written with the act that causes them and sent afterwards."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from html import escape
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.fields import EncryptedTextField
from apps.core.models import Claimable, PublicModel, Versioned
from apps.notifications.hours import ContactHours
from apps.notifications.states import MessageState

_MARK = "\ue000{}\ue000"  # private use: no text that people write contains it
_MARKS = re.compile(_MARK.format("([a-z_]+)"))


def mark(name: str) -> str:
    """Stands in shared words where each reader's message has a value of its own."""
    return _MARK.format(name)


class Words(NamedTuple):
    """The bodies of a message, as they go out."""

    text: str
    html: str


class Letter(models.Model):
    """Words that many messages share, rendered and stored once. Marks stand where the readers' values go.

    It holds nothing about a reader and no link that opens something, so it stays when its messages are sent.
    """

    created_at = models.DateTimeField(_("created at"), auto_now_add=True, help_text=_("UTC."))
    text = EncryptedTextField(_("text"))
    html = EncryptedTextField(_("HTML"), blank=True)

    class Meta:
        verbose_name = _("letter")

    def __str__(self) -> str:
        return f"letter {self.pk}"

    def filled(self, values: Mapping[str, str]) -> Words:
        """The words with one reader's values; in HTML they are escaped. A mark without a value stays as it is."""
        return Words(
            _MARKS.sub(lambda found: values.get(found[1], found[0]), self.text),
            _MARKS.sub(lambda found: escape(values.get(found[1], found[0])), self.html),
        )


class Channel(models.TextChoices):
    """How a message goes out."""

    MAIL = "mail", _("mail")
    TEXT = "text", _("text message")


class Message(PublicModel, Claimable):
    """One mail or text to one reader: with words of its own, or with a letter's words and the reader's values.

    Both may hold links that open something, so they lie encrypted and are blanked after sending.
    """

    state = models.CharField(_("state"), max_length=10, choices=MessageState.choices, default=MessageState.QUEUED)
    channel = models.CharField(_("channel"), max_length=4, choices=Channel.choices, default=Channel.MAIL)
    kind = models.CharField(_("kind"), max_length=40, help_text=_("What it is about, for counting."))
    recipient = EncryptedTextField(_("recipient"))
    recipient_digest = models.CharField(
        _("recipient's digest"),
        max_length=64,
        blank=True,
        editable=False,
        help_text=_("Keyed digest of the address: finds one reader's messages, and tells nobody whose they are."),
    )
    subject = models.CharField(_("subject"), max_length=200)
    letter = models.ForeignKey(
        Letter, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("letter")
    )
    reader_values = EncryptedTextField(
        _("reader's values"), blank=True, help_text=_("JSON: what stands at the marks of the letter.")
    )
    text = EncryptedTextField(_("text"), blank=True)
    html = EncryptedTextField(_("HTML"), blank=True)
    unsubscribe_url = EncryptedTextField(
        _("way out"), blank=True, help_text=_("Of letters that one may stop: becomes the header List-Unsubscribe.")
    )
    reader = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reader"),
        help_text=_("Of letters to staff that follow the reader’s choice."),
    )
    about = models.UUIDField(
        _("about"),
        null=True,
        blank=True,
        help_text=_("Public id of what waits for the reader, or of the request that asks."),
    )
    digest_line = EncryptedTextField(
        _("line in a digest"), blank=True, help_text=_("A code and a page. It opens nothing, so it stays.")
    )
    digest = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("daily letter")
    )
    dedupe_key = models.CharField(_("dedupe key"), max_length=150, unique=True)
    not_before = models.DateTimeField(_("not before"), help_text=_("UTC."))
    message_id = models.CharField(
        _("Message-ID"), max_length=200, blank=True, help_text=_("Ours, set before the send.")
    )
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True, help_text=_("UTC."))
    announced = models.BooleanField(
        default=False, editable=False, help_text=_("The listeners for sent messages have been told.")
    )
    refusals = models.PositiveSmallIntegerField(
        _("refusals"), default=0, help_text=_("Tries that ended without the server taking it; they space the next.")
    )
    possible_doubles = models.PositiveSmallIntegerField(
        _("possible doubles"), default=0, help_text=_("Times it was sent again because the server's answer was lost.")
    )

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(fields=["state", "not_before"], name="message_due"),
            models.Index(fields=["recipient_digest"], name="message_recipient"),
            models.Index(
                fields=["id"],
                condition=models.Q(state=MessageState.SENT, announced=False),
                name="message_unannounced",
            ),
            models.Index(
                fields=["reader", "not_before"],
                condition=models.Q(state=MessageState.HELD),
                name="message_held",
            ),
            models.Index(
                fields=["about", "kind", "state"],
                condition=models.Q(about__isnull=False),
                name="message_of_request",
            ),
            models.Index(fields=["message_id"], condition=~models.Q(message_id=""), name="message_by_id"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"

    @property
    def words(self) -> Words:
        """The bodies as they go out; empty once they are blanked."""
        if self.letter is None:
            return Words(self.text, self.html)
        return self.letter.filled(json.loads(self.reader_values)) if self.reader_values else Words("", "")

    def blank(self) -> None:
        """Forget what may open something: nobody needs it here any more. Not saved; the fields are `BODIES`."""
        self.text = self.html = self.reader_values = self.unsubscribe_url = ""


BODIES = ("text", "html", "reader_values", "unsubscribe_url")


class ReturnReason(models.TextChoices):
    """Why a letter did not reach its reader, in words that a reader of ours understands."""

    NO_MAILBOX = "no_mailbox", _("there is no such mailbox")
    FULL = "full", _("the mailbox is full")
    LATE = "late", _("its mail server did not take the letter for days")
    REFUSED = "refused", _("its mail server refused the letter")
    UNWANTED = "unwanted", _("the letter was marked as unwanted")


class UnreachableAddress(PublicModel):
    """An address whose letters come back. From `stopped_at` on it gets none, until its owner asks to try again."""

    recipient_digest = models.CharField(_("recipient's digest"), max_length=64, unique=True, editable=False)
    reason = models.CharField(_("reason"), max_length=10, choices=ReturnReason.choices)
    returns = models.PositiveSmallIntegerField(
        _("letters that came back"), default=0, help_text=_("In a row, without a long time between them.")
    )
    returned_at = models.DateTimeField(_("last came back at"), help_text=_("UTC."))
    stopped_at = models.DateTimeField(
        _("stopped at"), null=True, blank=True, help_text=_("UTC. Empty: letters still go there.")
    )

    class Meta:
        verbose_name = _("unreachable address")
        verbose_name_plural = _("unreachable addresses")

    def __str__(self) -> str:
        return f"unreachable address {self.public_id}"


class Way(models.TextChoices):
    """How staff are told that something waits for them. The page shows it in any case."""

    AT_ONCE = "at_once", _("by mail, at once")
    DIGEST = "digest", _("by mail, once a day")
    PAGE = "page", _("only in the page")


class TellingRules(PublicModel, Versioned):
    """A staff member's own choice. Without a row each topic has its default, and there are no quiet hours."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    ways = models.JSONField(_("ways"), default=dict, help_text=_("By topic; a topic that is not here has its default."))
    digest_at = models.TimeField(
        _("hour of the digest"), default=time(7), help_text=_("By the clock of the time zone.")
    )
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True, help_text=_("By the clock of the time zone."))
    quiet_until = models.TimeField(
        _("quiet until"), null=True, blank=True, help_text=_("Before the first one: the hours go across midnight.")
    )
    time_zone = models.CharField(_("time zone"), max_length=64, help_text=_("IANA name, of an agency of the person."))

    class Meta:
        verbose_name = _("choice of what somebody is told")
        verbose_name_plural = _("choices of what somebody is told")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | models.Q(quiet_from__isnull=False, quiet_until__isnull=False)
                & ~models.Q(quiet_from=models.F("quiet_until")),
                name="quiet_hours_both_or_none",
            ),
        ]

    def __str__(self) -> str:
        return f"choice of what somebody is told {self.public_id}"

    @property
    def hours(self) -> ContactHours | None:
        """When mails may go: outside of the quiet hours. None: at any hour."""
        if self.quiet_from is None or self.quiet_until is None:
            return None
        return ContactHours(self.quiet_until, self.quiet_from, self.time_zone)

    def next_digest(self, moment: datetime) -> datetime:
        """The first digest after this moment, in UTC: an hour that the clock skips comes when it has skipped it, and of
        one that it shows twice the first counts."""
        zone = ZoneInfo(self.time_zone)
        today = moment.astimezone(zone).date()
        days = (datetime.combine(today + timedelta(days=ahead), self.digest_at, zone) for ahead in range(3))
        return next(one for day in days if (one := day.astimezone(UTC)) > moment)
