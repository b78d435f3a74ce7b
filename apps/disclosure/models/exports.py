"""Exports: what of a case is to leave, for whom and why, who agreed, and the files of the package that is built."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.access.models import Purpose
from apps.agencies.models import Agency, Case
from apps.core.fields import EncryptedBinaryField, EncryptedTextField
from apps.core.models import Claimable, PublicModel, RequestKeyed
from apps.disclosure.export_states import LIVE, ExportState, FileKind, Problem
from apps.evidence.models import EvidenceItem
from apps.ledger.models import Entry
from apps.redaction.models import Redaction


class Export(PublicModel, RequestKeyed, Claimable):
    """Items of one case that leave as a package, for a recipient and a purpose that somebody named."""

    code = models.CharField(_("code"), max_length=12, unique=True, help_text=_("Short code that people can say."))
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency"))
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", verbose_name=_("case"))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked for by")
    )
    purpose = models.ForeignKey(
        Purpose, on_delete=models.PROTECT, related_name="+", help_text=_("Under which the person asked.")
    )
    recipient = EncryptedTextField(_("for whom"))
    reason = EncryptedTextField(_("what for"))
    originals = models.BooleanField(_("originals"))
    working_copies = models.BooleanField(_("working copies"))
    redacted = models.BooleanField(_("redacted copies"), default=False)
    places = models.BooleanField(_("where cameras are"))
    selection = models.CharField(
        _("selection"), max_length=64, editable=False, help_text=_("Digest of what was asked: the same is asked once.")
    )
    second_reasons = models.JSONField(
        _("asks for a second person because"), default=list, blank=True, help_text=_("Codes; empty: for no reason.")
    )
    state = models.CharField(_("state"), max_length=10, choices=ExportState.choices, default=ExportState.ASKED)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True, help_text=_("UTC."))
    decision_reason = EncryptedTextField(_("second person's words"), blank=True)
    problem = models.CharField(_("problem"), max_length=12, choices=Problem.choices, blank=True)
    prepared = models.ForeignKey(
        Entry,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("The ledger's entry that states the list of files."),
    )
    bytes_total = models.BigIntegerField(_("bytes to read"), default=0)
    bytes_done = models.BigIntegerField(_("bytes read"), default=0)
    size = models.BigIntegerField(_("size"), default=0, help_text=_("Bytes of the package, once it is ready."))
    digest = models.CharField(
        _("digest"), max_length=64, blank=True, help_text=_("SHA-256 of the tag manifest, hexadecimal.")
    )
    built_at = models.DateTimeField(_("built at"), null=True, blank=True, help_text=_("UTC."))
    expires_at = models.DateTimeField(
        _("expires at"), help_text=_("UTC. Until then somebody decides; once it is ready, until then it is downloaded.")
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True, help_text=_("UTC."))

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        indexes: ClassVar = [
            models.Index(fields=["agency", "state"], name="export_agency_state"),
            models.Index(fields=["case", "created_at"], name="export_case_newest"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["requested_by", "selection"], condition=models.Q(state__in=LIVE), name="export_once_while_live"
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("requested_by")),
                name="export_decided_by_another",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="ready") | models.Q(built_at__isnull=False, digest__gt="", size__gt=0),
                name="export_ready_is_built",
            ),
            models.CheckConstraint(
                condition=models.Q(originals=True) | models.Q(working_copies=True) | models.Q(redacted=True),
                name="export_has_something",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class ExportItem(models.Model):
    """An item of an export, and its number in the package. It outlives the package: it says what was given."""

    export = models.ForeignKey(Export, on_delete=models.PROTECT, related_name="items", verbose_name=_("export"))
    item = models.ForeignKey(EvidenceItem, on_delete=models.PROTECT, related_name="+", verbose_name=_("item"))
    number = models.PositiveSmallIntegerField(_("number"), help_text=_("From 1."))
    redaction = models.ForeignKey(
        Redaction,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("redaction"),
        help_text=_("Its copy leaves, and neither original nor working copy. Empty: they leave."),
    )

    class Meta:
        verbose_name = _("item of an export")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["export", "item"], name="export_item_once"),
            models.UniqueConstraint(fields=["export", "number"], name="export_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number} of {self.export_id}"


class ExportFile(models.Model):
    """A file of the package, in its order. Evidence stays in the store; documents are kept here until it expires."""

    export = models.ForeignKey(Export, on_delete=models.PROTECT, related_name="files", verbose_name=_("export"))
    item = models.ForeignKey(
        EvidenceItem, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("item")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=FileKind.choices)
    path = models.CharField(_("path"), max_length=200, help_text=_("Below the package's folder."))
    size = models.BigIntegerField(_("size"), help_text=_("Bytes."))
    digest = models.CharField(_("digest"), max_length=64, help_text=_("SHA-256, hexadecimal."))
    crc32 = models.BigIntegerField(
        _("CRC-32"), null=True, blank=True, help_text=_("As the ZIP needs it. Empty: not read yet.")
    )
    content = EncryptedBinaryField(_("content"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("file of an export")
        constraints: ClassVar = [models.UniqueConstraint(fields=["export", "path"], name="export_path_once")]

    def __str__(self) -> str:
        return self.path
