"""Submissions come in, are sealed, made playable, checked again."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency, Case
from apps.core.fields import EncryptedTextField
from apps.core.models import Claimable, PublicModel
from apps.evidence.states import (
    NOT_ONE_OF_A_KIND,
    CopySound,
    DerivativeKind,
    FixityOutcome,
    ItemKind,
    ItemState,
    ScanOutcome,
    Triage,
)
from apps.footage_requests.models import Invitation, Match
from apps.partners.models import Partner
from apps.uploads.models import Upload


class Submission(PublicModel):
    """Files that came together: in answer to one invitation, or taken on the spot. Opens with its first upload."""

    code = models.CharField(_("receipt code"), max_length=12, unique=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency"))
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", verbose_name=_("case"))
    partner = models.ForeignKey(
        Partner,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("partner"),
        help_text=_("Empty: an officer took it from somebody who takes no part."),
    )
    invitation = models.OneToOneField(
        Invitation, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("invitation")
    )

    class Meta:
        verbose_name = _("submission")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(invitation__isnull=True) | models.Q(partner__isnull=False),
                name="submission_invited_has_partner",
            )
        ]

    def __str__(self) -> str:
        return self.code


class EvidenceItem(PublicModel, Claimable):
    """One original and what belongs to it. The original's bytes never change."""

    submission = models.ForeignKey(
        Submission, on_delete=models.PROTECT, related_name="items", verbose_name=_("submission")
    )
    upload = models.OneToOneField(Upload, on_delete=models.PROTECT, related_name="+", verbose_name=_("upload"))
    match = models.ForeignKey(
        Match, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("match")
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency"))
    state = models.CharField(_("state"), max_length=12, choices=ItemState.choices, default=ItemState.RECEIVED)
    kind = models.CharField(
        _("kind"), max_length=10, choices=ItemKind.choices, blank=True, help_text=_("By its content. Empty: not known.")
    )
    triage = models.CharField(_("triage"), max_length=10, choices=Triage.choices, default=Triage.SUBMITTED)
    triage_reason = models.TextField(_("triage reason"), blank=True)
    restricted_at = models.DateTimeField(
        _("restricted at"),
        null=True,
        blank=True,
        help_text=_("UTC. Since then only cleared colleagues see that the item exists. Empty: it is not restricted."),
    )
    restricted_because = EncryptedTextField(_("restricted because"), blank=True)
    filename = models.CharField(_("file name"), max_length=255)
    size = models.BigIntegerField(_("size"), help_text=_("Bytes."))
    received_at = models.DateTimeField(_("received at"), help_text=_("UTC, of the last byte."))
    client_digest = models.CharField(
        _("sender's digest"),
        max_length=64,
        blank=True,
        help_text=_("SHA-256 computed by the sender's browser, if it did."),
    )
    digest = models.CharField(
        _("digest"), max_length=64, blank=True, help_text=_("SHA-256 of the original, hexadecimal.")
    )
    sealed_at = models.DateTimeField(_("sealed at"), null=True, blank=True)
    processed_at = models.DateTimeField(_("processed at"), null=True, blank=True)
    probe = models.JSONField(_("probe facts"), default=dict, blank=True)
    takes_long = models.BooleanField(
        _("takes long"), default=False, help_text=_("Decoding it used up a first slice; others' files come before.")
    )
    scan = models.CharField(
        _("virus scan"), max_length=10, choices=ScanOutcome.choices, blank=True, help_text=_("Empty: not scanned.")
    )
    scan_found = models.CharField(
        _("found by the scan"), max_length=100, blank=True, help_text=_("The scanner's name for it.")
    )
    scanned_at = models.DateTimeField(_("scanned at"), null=True, blank=True, help_text=_("UTC."))
    scanned_with = models.CharField(
        _("scanned with"), max_length=100, blank=True, help_text=_("The scanner and its signatures, as it names them.")
    )
    scans = models.PositiveIntegerField(_("scans"), default=0, help_text=_("How often the scanner looked."))
    beginning = models.CharField(
        _("first bytes"), max_length=64, blank=True, help_text=_("Hexadecimal, of a file that does not play.")
    )
    made_by = models.PositiveSmallIntegerField(
        _("made by"), default=0, help_text=_("Generation of the recipes that made what shows it. 0: nothing yet.")
    )
    remake_asked_at = models.DateTimeField(
        _("remake asked at"),
        null=True,
        blank=True,
        help_text=_("UTC. Its copies are made anew; until then they stay."),
    )
    problem = models.CharField(
        _("problem"), max_length=200, blank=True, help_text=_("Why it does not play, or what is odd.")
    )

    class Meta:
        verbose_name = _("evidence item")
        verbose_name_plural = _("evidence items")
        indexes = [
            models.Index(fields=["state", "leased_until"], name="item_due"),
            models.Index(fields=["agency", "received_at"], name="item_agency_received"),
            models.Index(fields=["digest"], name="item_digest"),
            models.Index(fields=["id"], condition=models.Q(scan=""), name="item_scan_due"),
            models.Index(fields=["scanned_at"], condition=models.Q(scan__gt=""), name="item_scanned"),
            models.Index(
                fields=["remake_asked_at"], condition=models.Q(remake_asked_at__isnull=False), name="item_remake_due"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="received") | (models.Q(digest__gt="") & models.Q(sealed_at__isnull=False)),
                name="item_sealed_has_digest",
            )
        ]

    def __str__(self) -> str:
        return f"item {self.public_id}"

    @property
    def is_restricted(self) -> bool:
        """Whether it may show who a victim is (s. 119.071(2)(h), F.S.): hidden from all but cleared colleagues."""
        return self.restricted_at is not None

    @property
    def sender_digest_agrees(self) -> bool | None:
        """Whether the sender's digest is the original's; None while one of the two is not known."""
        return self.client_digest == self.digest if self.client_digest and self.digest else None


class GivenAgain(PublicModel):
    """That a giver gave a file for another request too. No byte is copied: the item stays one, with one custody."""

    item = models.ForeignKey(EvidenceItem, on_delete=models.PROTECT, related_name="uses", verbose_name=_("item"))
    match = models.ForeignKey(Match, on_delete=models.PROTECT, related_name="+", verbose_name=_("match"))

    class Meta:
        verbose_name = _("file given again")
        verbose_name_plural = _("files given again")
        constraints = [models.UniqueConstraint(fields=["item", "match"], name="given_again_once")]

    def __str__(self) -> str:
        return f"item given again {self.public_id}"


class DerivativeQuerySet(models.QuerySet["Derivative"]):
    """Derivatives, also those that a newer one took the place of."""

    def in_use(self) -> DerivativeQuerySet:
        """Those that are shown now: at most one of each kind of an item. Nothing of which there may be several."""
        return self.filter(replaced_at__isnull=True).exclude(kind__in=NOT_ONE_OF_A_KIND)


class Derivative(PublicModel):
    """Anything made from the original. The original stays what it is.

    One that is made anew leaves the row and the bytes of the earlier one: who looked at that has seen it.
    """

    item = models.ForeignKey(EvidenceItem, on_delete=models.PROTECT, related_name="derivatives", verbose_name=_("item"))
    kind = models.CharField(_("kind"), max_length=12, choices=DerivativeKind.choices)
    digest = models.CharField(_("digest"), max_length=64)
    size = models.BigIntegerField(_("size"), help_text=_("Bytes."))
    content_type = models.CharField(_("type"), max_length=50)
    recipe = models.CharField(
        _("made by"), max_length=60, help_text=_("Recipe and its version: copy 1, transcode 1, …")
    )
    sound = models.CharField(
        _("sound"),
        max_length=7,
        choices=CopySound.choices,
        blank=True,
        help_text=_("Of a film's working copy: whether it has its sound, or why not. Empty: the original has none."),
    )
    replaced_at = models.DateTimeField(_("replaced at"), null=True, blank=True, help_text=_("UTC. Empty: in use."))

    objects = DerivativeQuerySet.as_manager()

    class Meta:
        verbose_name = _("derivative")
        constraints = [
            models.UniqueConstraint(
                fields=["item", "kind"],
                condition=models.Q(replaced_at__isnull=True) & ~models.Q(kind__in=["still", "clip", "redacted"]),
                name="derivative_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.item_id}"


class FormatGuide(PublicModel):
    """Which player opens a format that no browser plays, and how to export again. The ledger has earlier versions."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    endings = models.JSONField(_("endings"), default=list, blank=True, help_text=_("Of file names, without the dot."))
    signature = models.CharField(_("first bytes"), max_length=64, blank=True, help_text=_("Hexadecimal."))
    player = models.CharField(_("player"), max_length=120, blank=True, help_text=_("Empty: not known."))
    player_url = models.URLField(_("where its maker is found"), max_length=200, blank=True)
    steps = models.JSONField(_("how to export again"), default=dict, blank=True, help_text=_("By language."))
    sources = models.JSONField(
        _("checked from"), default=list, blank=True, help_text=_("Addresses of pages that say what stands here.")
    )
    checked_on = models.DateField(
        _("checked on"), null=True, blank=True, help_text=_("Empty: nobody compared it with a source.")
    )
    is_offered = models.BooleanField(_("shown on items"), default=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("file format")
        verbose_name_plural = _("file formats")

    def __str__(self) -> str:
        return self.name


class ObjectVersion(PublicModel):
    """The version of a stored object that was read back: what is read, whatever is written over it later.

    Only stores that keep versions have them. The store's lock is the truth; `locked_until` and `held` say what it
    confirmed last, so that locks which end soon are found without asking for each object.
    """

    store = models.CharField(_("store"), max_length=300)
    key = models.CharField(_("key"), max_length=100)
    version = models.CharField(_("version"), max_length=255)
    size = models.BigIntegerField(_("size"), help_text=_("Bytes."))
    locked_until = models.DateTimeField(_("locked until"), null=True, blank=True, help_text=_("UTC."))
    held = models.BooleanField(_("held"), default=False)

    class Meta:
        verbose_name = _("object version")
        constraints = [models.UniqueConstraint(fields=["store", "key"], name="object_version_once")]
        indexes = [models.Index(fields=["store", "locked_until"], name="object_version_lock")]

    def __str__(self) -> str:
        return self.key


class ObjectRemoval(PublicModel, Claimable):
    """The bytes of an item that was disposed of, to be removed by a worker. The item itself says so already."""

    item = models.OneToOneField(EvidenceItem, on_delete=models.PROTECT, related_name="+", verbose_name=_("item"))
    done_at = models.DateTimeField(_("done at"), null=True, blank=True, help_text=_("UTC."))

    class Meta:
        verbose_name = _("removal of bytes")
        indexes = [models.Index(fields=["done_at", "leased_until"], name="removal_due")]

    def __str__(self) -> str:
        return f"removal {self.public_id}"


class FixityCheck(PublicModel):
    """One re-reading of an original against its digest. Append-only."""

    item = models.ForeignKey(EvidenceItem, on_delete=models.PROTECT, related_name="+", verbose_name=_("item"))
    outcome = models.CharField(_("outcome"), max_length=16, choices=FixityOutcome.choices)
    detail = models.CharField(_("detail"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("fixity check")

    def __str__(self) -> str:
        return f"{self.outcome} ({self.item_id})"


class Hold(PublicModel):
    """An order to keep something: while one is in force, nothing that belongs to it is removed because time passed.

    There may be several, from different authorities; each is lifted alone, and none is ever deleted.
    """

    authority = models.CharField(
        _("authority"),
        max_length=200,
        help_text=_("Who demands it, with a number."),
    )
    ordered_by = models.CharField(_("ordered by"), max_length=120, blank=True, help_text=_("The person there."))
    reason = models.TextField(_("reason"))
    review_on = models.DateField(
        _("look again on"), null=True, blank=True, help_text=_("A day of the agency's time zone.")
    )
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("placed by")
    )
    lifted_at = models.DateTimeField(_("lifted at"), null=True, blank=True, help_text=_("UTC."))
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lifted by"),
    )
    lifted_reason = models.TextField(_("reason of the end"), blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"hold {self.public_id}"


def _lifted_with_reason(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=models.Q(lifted_at__isnull=True, lifted_by__isnull=True)
        | models.Q(lifted_at__isnull=False, lifted_by__isnull=False, lifted_reason__gt=""),
        name=name,
    )


class EvidenceHold(Hold):
    """A hold on one item."""

    item = models.ForeignKey(EvidenceItem, on_delete=models.PROTECT, related_name="holds", verbose_name=_("item"))

    class Meta:
        verbose_name = _("hold")
        constraints = [
            models.UniqueConstraint(
                fields=["item", "authority"], condition=models.Q(lifted_at__isnull=True), name="hold_once_an_authority"
            ),
            _lifted_with_reason("hold_lifted_with_reason"),
        ]


class CaseHold(Hold):
    """A hold on all items of a case, and on those that come later."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", verbose_name=_("case"))

    class Meta:
        verbose_name = _("hold on a case")
        verbose_name_plural = _("holds on cases")
        constraints = [
            models.UniqueConstraint(
                fields=["case", "authority"],
                condition=models.Q(lifted_at__isnull=True),
                name="case_hold_once_an_authority",
            ),
            _lifted_with_reason("case_hold_lifted_with_reason"),
        ]
