"""What is said and signed with what is given: at the scene, beside a file, for a court; and who gave it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency, Case
from apps.core.fields import EncryptedTextField
from apps.core.models import PublicModel, RequestKeyed
from apps.evidence.models.items import Submission
from apps.evidence.states import HandoverState, Medium, SoundAnswer
from apps.footage_requests.models import Match
from apps.partners.models import Partner
from apps.uploads.models import Upload


class Handover(PublicModel, RequestKeyed):
    """An officer takes a recorder's export at the scene: from whom, what was said and signed, and which files came.

    With an invitation it is a registered owner's; without one the giver's name and address are in a witness contact.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency"))
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", verbose_name=_("case"))
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("taken by")
    )
    match = models.ForeignKey(
        Match, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("match")
    )
    submission = models.ForeignKey(
        Submission, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("submission")
    )
    state = models.CharField(_("state"), max_length=8, choices=HandoverState.choices, default=HandoverState.OPEN)
    medium = models.CharField(_("on"), max_length=8, choices=Medium.choices)
    what = EncryptedTextField(_("what is given"))
    window_start = models.DateTimeField(_("from"), help_text=_("UTC."))
    window_end = models.DateTimeField(_("to"), help_text=_("UTC."))
    language = models.CharField(_("language"), max_length=10)
    signature = EncryptedTextField(_("signature"), blank=True, help_text=_("JSON: name, way, and strokes if drawn."))
    signed_at = models.DateTimeField(_("signed at"), null=True, blank=True, help_text=_("UTC."))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True, help_text=_("UTC."))

    class Meta:
        verbose_name = _("hand-over at the scene")
        verbose_name_plural = _("hand-overs at the scene")
        constraints = [
            models.CheckConstraint(condition=models.Q(window_end__gt=models.F("window_start")), name="handover_forward")
        ]

    def __str__(self) -> str:
        return f"hand-over {self.public_id}"


class SenderNote(PublicModel):
    """What the giver says of a file: when it begins by the recorder's clock, how wrong that clock is, and a note.

    It belongs to the upload, because it is said when sending begins, before there is an item.
    """

    upload = models.OneToOneField(Upload, on_delete=models.PROTECT, related_name="+", verbose_name=_("upload"))
    begins = models.CharField(
        _("begins"),
        max_length=19,
        blank=True,
        help_text=_("Date and time on the recorder's screen at the first picture, ISO 8601 without a zone."),
    )
    clock_minutes = models.IntegerField(
        _("recorder's clock"),
        null=True,
        blank=True,
        help_text=_("Minutes by which the recorder's clock is ahead; negative if it is behind."),
    )
    cut_from_s = models.FloatField(
        _("cut from"), null=True, blank=True, help_text=_("Seconds into the giver's own file, if the giver cut it.")
    )
    cut_to_s = models.FloatField(_("cut to"), null=True, blank=True, help_text=_("Seconds into the giver's own file."))
    sound = models.CharField(
        _("sound"),
        max_length=3,
        choices=SoundAnswer.choices,
        blank=True,
        help_text=_("Whether the working copy may have the sound of the file. Empty: nobody said, which counts as no."),
    )
    text = EncryptedTextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("sender's note")

    def __str__(self) -> str:
        return f"sender's note {self.public_id}"


class WitnessStatement(PublicModel, RequestKeyed):
    """What somebody states about how the video of a submission was made, signed under s. 92.525, F.S.

    Wagner v. State, 707 So. 2d 827, asks for these facts; s. 90.902(11), F.S., lets a certificate stand for a witness.
    Never changed: who signs again adds a row, and the highest number counts.
    """

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="+", verbose_name=_("submission"))
    number = models.PositiveSmallIntegerField(_("number"))
    language = models.CharField(_("language"), max_length=10)
    answers = EncryptedTextField(_("answers"), help_text=_("JSON: the answer to each question by its key."))
    signer = EncryptedTextField(_("signed by"), help_text=_("JSON: name, and what the person is to the cameras."))
    signed_at = models.DateTimeField(_("signed at"), help_text=_("UTC."))

    class Meta:
        verbose_name = _("witness statement")
        constraints = [models.UniqueConstraint(fields=["submission", "number"], name="witness_statement_number")]

    def __str__(self) -> str:
        return f"statement {self.public_id}"


class WitnessContact(PublicModel):
    """Who gave evidence, after the giver's account was erased or without one: for a court that asks who can testify.

    Wagner v. State, 707 So. 2d 827, and s. 90.902(11), F.S.: video is admitted through somebody who knows how it was
    made. A table of its own, so that it can be granted and audited alone; it goes at `keep_until`.
    """

    partner = models.OneToOneField(
        Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("partner")
    )
    handover = models.OneToOneField(
        Handover,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="contact",
        verbose_name=_("hand-over at the scene"),
    )
    contact = EncryptedTextField(
        _("contact"), help_text=_("JSON: the partner's name, and its owners' names and e-mail.")
    )
    keep_until = models.DateTimeField(_("keep until"), help_text=_("UTC."))

    class Meta:
        verbose_name = _("witness contact")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(partner__isnull=True) ^ models.Q(handover__isnull=True), name="contact_of_one_giver"
            )
        ]

    def __str__(self) -> str:
        return f"contact {self.public_id}"
