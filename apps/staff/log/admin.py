"""Screens for the ledger and the outbox, whose apps are below `agencies` and cannot use its policies."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.ledger.models import Entry
from apps.notifications.models import Message
from apps.staff.agencies.audit_admin import RecordedReading
from apps.staff.lists.screens import ListScreen
from apps.staff.log import policies

# By the first part of a letter's kind.
_TOPICS = {
    "account": _("Account"),
    "appeal": _("Appeal to an association's members"),
    "association": _("Association"),
    "camera": _("Camera"),
    "conversation": _("Messages between owners and staff"),
    "digest": _("Daily letter to staff"),
    "evidence": _("Evidence"),
    "export": _("Package"),
    "finding": _("Finding"),
    "footage_request": _("Request for footage"),
    "grant": _("Sharing grant"),
    "import": _("Import"),
    "ledger": _("Ledger"),
    "member": _("Members of a partner"),
    "owner": _("Owner's invitation"),
    "partner": _("Partner"),
    "places": _("Places of cameras"),
    "program": _("Quarterly update"),
    "records": _("Records request"),
    "redaction": _("Redaction"),
    "request": _("Request for footage"),
    "retention": _("Retention"),
    "review": _("Weekly review"),
    "staff": _("Staff account"),
    "terms": _("Terms"),
}


class TopicFilter(admin.SimpleListFilter):
    """By what a letter is about. Django's own filter looks through all letters for the kinds that there are."""

    title = _("topic")
    parameter_name = "topic"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return sorted(_TOPICS.items(), key=lambda topic: str(topic[1]))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Message]) -> QuerySet[Message]:
        asked = self.value()
        return queryset.filter(kind__startswith=f"{asked}.") if asked in _TOPICS else queryset


@admin.register(Entry)
class EntryAdmin(RecordedReading):
    """Entries by subject, actor and action. Private parts are not shown here; reading is recorded (CJIS AU-2)."""

    log = "ledger"
    viewable = staticmethod(policies.viewable_entries)
    list_display = ("place_index", "recorded_at", "action", "actor_in_full", "subject_in_full")
    list_filter = ("recorded_at",)
    list_select_related = ("place",)
    search_fields = ("=subject_id", "=actor_id", "=action")
    search_help_text = _("A public id of what was acted on or of who acted, or an action, in full.")
    show_full_result_count = False
    fields = ("public_id", "place_index", "recorded_at", "action", "actor_in_full", "subject_in_full", "facts_in_full")
    readonly_fields: ClassVar[tuple[str, ...]] = fields
    ordering = ("-pk",)

    def called(self, row: Entry) -> str:
        return f"{self.place_index(row)}: {row.action}"

    @admin.display(description=_("index"))
    def place_index(self, entry: Entry) -> str:
        place = getattr(entry, "place", None)
        return str(place.index) if place else str(_("within seconds"))

    @admin.display(description=_("actor"))
    def actor_in_full(self, entry: Entry) -> str:
        actor = entry.actor
        return " · ".join(filter(None, (f"{actor.kind}:{actor.public_id}", actor.role, actor.agency)))

    @admin.display(description=_("subject"))
    def subject_in_full(self, entry: Entry) -> str:
        return f"{entry.subject.kind}:{entry.subject.public_id}"

    @admin.display(description=_("facts"))
    def facts_in_full(self, entry: Entry) -> str:
        return json.dumps(entry.facts, indent=2, ensure_ascii=False, sort_keys=True)


@admin.register(Message)
class MessageAdmin(ListScreen):
    """Did the message go out, and if not, why? Recipients and bodies are not shown."""

    viewable = staticmethod(policies.viewable_messages)
    empty_words = _("No letter yet. Each one appears here with the act that causes it.")
    list_display = ("about", "state", "not_before", "sent_at", "refusals", "possible_doubles", "failure_reason", "kind")
    list_filter = ("state", TopicFilter)
    fields = ("public_id", "created_at", "message_id", *list_display)
    readonly_fields: ClassVar[tuple[str, ...]] = fields
    ordering = ("-pk",)
    list_per_page = 50
    show_full_result_count = False

    def called(self, row: Message) -> str:
        return self.about(row)

    @admin.display(description=_("topic"), ordering="kind")
    def about(self, message: Message) -> str:
        """What the letter is about, in words; `kind` is its exact name."""
        return str(_TOPICS.get(message.kind.partition(".")[0], message.kind))
