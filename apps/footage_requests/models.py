"""Ask, match, invite, answer, close."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency, Case
from apps.calls.models import Call
from apps.cameras.models import Camera
from apps.core.fields import EncryptedTextField
from apps.core.languages import in_language
from apps.core.models import PublicModel, RequestKeyed, Versioned
from apps.footage_requests.states import (
    Answer,
    InvitationState,
    LeftOutReason,
    MatchState,
    Outcome,
    RequestKind,
    RequestState,
    Review,
    UnavailableReason,
)
from apps.partners.models import Partner


class FootageRequest(PublicModel, RequestKeyed, Versioned):
    """What a detective asks for: an area, a time window, a case and a reason."""

    code = models.CharField(_("code"), max_length=12, unique=True, help_text=_("Short code that people can say."))
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency"))
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", verbose_name=_("case"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("author")
    )
    call = models.ForeignKey(
        Call,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("call for service"),
        help_text=_("From which it was drafted."),
    )
    kind = models.CharField(_("kind"), max_length=12, choices=RequestKind.choices, default=RequestKind.FOOTAGE)
    state = models.CharField(_("state"), max_length=10, choices=RequestState.choices, default=RequestState.DRAFT)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices, blank=True)
    incident_type = models.CharField(
        _("incident type"), max_length=40, help_text=_("A code of the agency's list of kinds of incident.")
    )
    incident_names = models.JSONField(
        _("name of the incident"), help_text=_("By language, as the agency's list had it when this was written.")
    )
    reason = models.TextField(_("reason"), help_text=_("Why these cameras and this time. Staff only."))
    message = models.TextField(_("message to owners"), blank=True, help_text=_("What owners should look for."))
    message_translations = models.JSONField(
        _("message in other languages"), default=dict, blank=True, help_text=_("By language, as the author gave them.")
    )
    area = models.JSONField(
        _("area"), help_text=_("As `geo.parse_area` reads it: a polygon, a circle, a corridor or several.")
    )
    area_m2 = models.FloatField(_("size of the area"), help_text=_("Square meters."))
    window_start = models.DateTimeField(_("from"), help_text=_("UTC."))
    window_end = models.DateTimeField(_("to"), help_text=_("UTC."))
    more_windows = models.JSONField(
        _("more times"),
        default=list,
        blank=True,
        help_text=_(
            "Pairs of instants (ISO 8601, UTC) where it asks about several times; “from” and “to” span them all."
        ),
    )
    left_out = models.JSONField(
        _("left out"), default=list, blank=True, help_text=_("Addresses that are not asked, and why. Staff only.")
    )
    time_zone = models.CharField(_("time zone"), max_length=64, help_text=_("IANA name; how the window was entered."))
    too_wide = models.BooleanField(
        _("wider than usual"), default=False, help_text=_("A supervisor decides knowing so.")
    )
    submitted_content = models.JSONField(
        _("as it was submitted"), null=True, blank=True, help_text=_("What the supervisor decides about.")
    )
    previous_content = models.JSONField(_("as it was submitted before"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decision_reason = models.TextField(_("supervisor's words"), blank=True)
    policy_rule = models.CharField(
        _("rule of the policy"), max_length=200, blank=True, help_text=_("On which the decision rests, beyond a limit.")
    )
    approved_at = models.DateTimeField(
        _("approved at"), null=True, blank=True, help_text=_("UTC. When a supervisor agreed.")
    )
    opened_at = models.DateTimeField(
        _("opened at"), null=True, blank=True, help_text=_("UTC. When the letters were written.")
    )
    went_first = models.BooleanField(
        _("went first"), default=False, help_text=_("Urgent: it was opened before a supervisor saw it.")
    )
    first_reason = models.TextField(_("why it could not wait"), blank=True)
    review = models.CharField(_("review"), max_length=8, choices=Review.choices, blank=True)
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True, blank=True)
    closes_at = models.DateTimeField(
        _("closes at"), null=True, blank=True, help_text=_("UTC. Answers are taken until then.")
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("footage request")
        verbose_name_plural = _("footage requests")
        indexes = [
            models.Index(fields=["agency", "state"], name="request_agency_state"),
            models.Index(fields=["state", "closes_at"], name="request_due"),
            models.Index(fields=["created_at", "id"], name="request_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(window_end__gt=models.F("window_start")), name="request_window_forward"
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("author")),
                name="request_decided_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(went_first=True) | (models.Q(review="") & models.Q(first_reason="")),
                name="request_review_of_first",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def incident(self) -> str:
        """What happened, in the reader's language, by the name that the kind had when this was written."""
        return in_language(self.incident_names)

    @property
    def is_preservation(self) -> bool:
        return self.kind == RequestKind.PRESERVATION

    @property
    def told_incident(self) -> str:
        """What happened, as owners may read it: nothing, where they are only asked to keep a recording."""
        return "" if self.is_preservation else self.incident

    @property
    def told_incident_type(self) -> str:
        """Its code, under the same rule."""
        return "" if self.is_preservation else self.incident_type

    @property
    def told_message(self) -> str:
        """The author's words to the owners, in the reader's language if the author gave them, under the same rule."""
        return "" if self.is_preservation else self._translated or self.message

    @property
    def told_in_translation(self) -> bool:
        """Whether `told_message` is a translation, which pages and letters say."""
        return bool(self.told_message and self._translated)

    @property
    def _translated(self) -> str:
        language = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
        return str(self.message_translations.get(language, ""))

    @property
    def windows(self) -> list[tuple[datetime, datetime]]:
        """Every time that it asks about, in their order, UTC."""
        if not self.more_windows:
            return [(self.window_start, self.window_end)]
        return [(datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in self.more_windows]


class KeptForm(PublicModel, Versioned):
    """What somebody has typed of a request and not saved yet; nobody else reads it, and nothing follows from it."""

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("author")
    )
    form = models.UUIDField(
        _("form"), help_text=_("The request key of a new request, or the public id of the one that is being changed.")
    )
    request = models.ForeignKey(
        FootageRequest,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("request"),
        help_text=_("Which is being changed, if any."),
    )
    payload = EncryptedTextField(_("payload"), editable=False, help_text=_("JSON of the fields as they were typed."))
    saved_at = models.DateTimeField(_("saved at"), help_text=_("UTC."))
    discarded_at = models.DateTimeField(_("discarded at"), null=True, blank=True, help_text=_("UTC."))

    class Meta:
        verbose_name = _("unfinished request")
        constraints = [models.UniqueConstraint(fields=["author", "form"], name="kept_form_once")]

    def __str__(self) -> str:
        return f"unfinished request {self.public_id}"


class IncidentTypeList(PublicModel):
    """One version of the kinds of incident that an agency's requests may be about; never changed. The newest counts."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency"))
    number = models.PositiveIntegerField(_("number"), help_text=_("From 1. The list that a city starts with is 0."))
    types = models.JSONField(_("kinds"), help_text=_("List of {code, names by language, retired}, in their order."))

    class Meta:
        verbose_name = _("list of kinds of incident")
        verbose_name_plural = _("lists of kinds of incident")
        constraints = [models.UniqueConstraint(fields=["agency", "number"], name="incident_type_list_number")]

    def __str__(self) -> str:
        return f"kinds of incident {self.agency_id}, {self.number}"


class ReadyTextList(PublicModel):
    """One version of the texts that an agency keeps ready for requests; never changed. The newest counts."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency"))
    number = models.PositiveIntegerField(_("number"), help_text=_("From 1. The list that a city starts with is 0."))
    texts = models.JSONField(
        _("texts"), help_text=_("List of {code, name, audience, words by language, retired}, in their order.")
    )

    class Meta:
        verbose_name = _("list of ready-made texts")
        verbose_name_plural = _("lists of ready-made texts")
        constraints = [models.UniqueConstraint(fields=["agency", "number"], name="ready_text_list_number")]

    def __str__(self) -> str:
        return f"ready-made texts {self.agency_id}, {self.number}"


class Invitation(PublicModel):
    """What is sent to one partner: one link for all of the partner's matches. Opens until its request closes."""

    request = models.ForeignKey(
        FootageRequest, on_delete=models.PROTECT, related_name="invitations", verbose_name=_("request")
    )
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+", verbose_name=_("partner"))
    state = models.CharField(_("state"), max_length=10, choices=InvitationState.choices, default=InvitationState.QUEUED)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("reminded at"), null=True, blank=True, help_text=_("UTC. Once at most."))

    class Meta:
        verbose_name = _("invitation")
        constraints = [models.UniqueConstraint(fields=["request", "partner"], name="invitation_once")]

    def __str__(self) -> str:
        return f"invitation {self.public_id}"


class Match(PublicModel):
    """One camera that a request reaches, stored when the request is approved."""

    request = models.ForeignKey(
        FootageRequest, on_delete=models.PROTECT, related_name="matches", verbose_name=_("request")
    )
    camera = models.ForeignKey(Camera, on_delete=models.PROTECT, related_name="+", verbose_name=_("camera"))
    invitation = models.ForeignKey(
        Invitation, on_delete=models.PROTECT, related_name="matches", verbose_name=_("invitation")
    )
    state = models.CharField(_("state"), max_length=10, choices=MatchState.choices, default=MatchState.PENDING)
    answer = models.CharField(_("answer"), max_length=12, choices=Answer.choices, blank=True)
    unavailable_reason = models.CharField(_("reason"), max_length=12, choices=UnavailableReason.choices, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    overwrite_deadline = models.DateTimeField(
        _("overwrite deadline"), help_text=_("UTC. When the recorder overwrites the start of the window.")
    )
    kept_at = models.DateTimeField(
        _("kept at"), null=True, blank=True, help_text=_("UTC. When the owner said that the recording is kept.")
    )
    taken_out_reason = models.CharField(
        _("why it is no longer asked"),
        max_length=8,
        choices=LeftOutReason.choices,
        blank=True,
        help_text=_("Staff only."),
    )

    class Meta:
        verbose_name = _("match")
        verbose_name_plural = _("matches")
        constraints = [
            models.UniqueConstraint(fields=["request", "camera"], name="match_once"),
            models.CheckConstraint(
                condition=models.Q(state="answered", answer__gt="")
                | (~models.Q(state="answered") & models.Q(answer="")),
                name="match_answered_has_answer",
            ),
            models.CheckConstraint(
                condition=models.Q(state="taken_out", taken_out_reason__gt="")
                | (~models.Q(state="taken_out") & models.Q(taken_out_reason="")),
                name="match_taken_out_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"match {self.public_id}"

    @property
    def still_holds(self) -> bool:
        """Whether the recorder, by its retention window, still holds the start of the request's window."""
        return self.overwrite_deadline > timezone.now()


class KindRefusal(PublicModel):
    """That an agency asks a partner no more about one kind of incident, until the partner takes that back."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+", verbose_name=_("partner"))
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency"))
    incident_type = models.CharField(_("incident type"), max_length=40)
    incident_names = models.JSONField(_("name of the incident"), help_text=_("By language, as it was answered about."))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True, help_text=_("UTC."))

    class Meta:
        verbose_name = _("refusal of a kind of incident")
        verbose_name_plural = _("refusals of kinds of incident")
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "agency", "incident_type"],
                condition=models.Q(ended_at__isnull=True),
                name="kind_refused_once",
            )
        ]

    def __str__(self) -> str:
        return f"refusal of a kind {self.public_id}"

    @property
    def incident(self) -> str:
        """The kind in the reader's language."""
        return in_language(self.incident_names)


class Response(PublicModel, RequestKeyed):
    """One answer to one match; never changed. `Match.answer` copies the last."""

    match = models.ForeignKey(Match, on_delete=models.PROTECT, related_name="responses", verbose_name=_("match"))
    number = models.PositiveIntegerField(_("number"), help_text=_("The how-manieth answer to this match, from 1."))
    answer = models.CharField(_("answer"), max_length=12, choices=Answer.choices)
    unavailable_reason = models.CharField(_("reason"), max_length=12, choices=UnavailableReason.choices, blank=True)
    note = EncryptedTextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("response")
        constraints = [
            models.UniqueConstraint(fields=["match", "number"], name="response_number_once"),
            models.CheckConstraint(
                condition=models.Q(answer="unavailable", unavailable_reason__gt="")
                | (~models.Q(answer="unavailable") & models.Q(unavailable_reason="")),
                name="response_unavailable_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.answer} ({self.public_id})"
