"""Imports, their rows, and the columns that somebody named once."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency
from apps.cameras.models import Camera
from apps.core.fields import EncryptedTextField
from apps.core.models import Claimable, PublicModel, RequestKeyed
from apps.imports.states import ImportState, RowOutcome, RowState
from apps.partners.models import Partner
from apps.prospects.models import PreRegisteredCamera


class FileFormat(models.TextChoices):
    CSV = "csv", _("CSV")
    GEOJSON = "geojson", _("GeoJSON")


def _one_owner(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=models.Q(partner__isnull=True) ^ models.Q(agency__isnull=True),
        name=name,
    )


class CameraImport(PublicModel, RequestKeyed, Claimable):
    """A file of cameras: of a partner's own, or of a registry that an agency brings on behalf of owners.

    The file itself is never stored; its cells are encrypted in the rows until they are imported, seven days at most.
    """

    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("partner")
    )
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("agency")
    )
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("person")
    )
    state = models.CharField(_("state"), max_length=10, choices=ImportState.choices, default=ImportState.COLUMNS)
    stopped_in = models.CharField(max_length=10, choices=ImportState.choices, blank=True, editable=False)
    reason = EncryptedTextField(_("reason"), blank=True, help_text=_("Of an agency: on what ground it brings them."))
    file_format = models.CharField(_("format"), max_length=8, choices=FileFormat.choices)
    header = EncryptedTextField(_("header"), help_text=_("JSON list of the column names."))
    fingerprint = models.CharField(max_length=64, editable=False, help_text=_("SHA-256 of the column names."))
    mapping = models.JSONField(_("columns"), default=dict, help_text=_("Field by the column's place, from 0."))
    choices = models.JSONField(_("units and assumptions"), default=dict)
    notices = models.JSONField(_("notices"), default=list, help_text=_("Codes of what the reader noticed."))
    rows_total = models.PositiveIntegerField(_("rows"), default=0)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True, help_text=_("UTC."))
    erased_at = models.DateTimeField(
        _("erased at"), null=True, blank=True, help_text=_("UTC. Since then no cell of the file is left.")
    )

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = [_one_owner("import_of_partner_or_agency")]
        indexes = [models.Index(fields=["state", "leased_until"], name="import_due")]

    def __str__(self) -> str:
        return f"import {self.public_id}"


class ImportRow(models.Model):
    """One row of the file, and what became of it."""

    camera_import = models.ForeignKey(CameraImport, on_delete=models.PROTECT, related_name="rows")
    number = models.PositiveIntegerField(_("row"), help_text=_("As a spreadsheet counts; the header is row 1."))
    cells = EncryptedTextField(_("cells"), blank=True, help_text=_("JSON list; blank once it is no longer needed."))
    state = models.CharField(_("state"), max_length=8, choices=RowState.choices, default=RowState.NEW)
    findings = models.JSONField(
        _("findings"), default=list, help_text=_("What the row says only beside other rows and cameras: codes.")
    )
    warned = models.BooleanField(_("with a remark"), default=False)
    known = models.BooleanField(default=False, help_text=_("It speaks of a camera that is registered already."))
    fix = models.CharField(max_length=6, blank=True, help_text=_("The choice for the whole file that would mend it."))
    # Digests, so that two rows can be compared without opening them.
    id_key = models.CharField(max_length=32, blank=True, editable=False)
    place_key = models.CharField(max_length=32, blank=True, editable=False)
    outcome = models.CharField(_("outcome"), max_length=14, choices=RowOutcome.choices, blank=True)
    camera = models.ForeignKey(
        Camera, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("camera")
    )
    pre_registered = models.OneToOneField(
        PreRegisteredCamera,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("pre-registered camera"),
    )
    camera_version = models.PositiveIntegerField(null=True, blank=True, help_text=_("As this row left the camera."))
    before = EncryptedTextField(blank=True, help_text=_("JSON of the camera before, for the undo."))
    reason = EncryptedTextField(_("reason"), blank=True, help_text=_("Why it was refused or kept, as it was said."))

    class Meta:
        verbose_name = _("row")
        constraints = [models.UniqueConstraint(fields=["camera_import", "number"], name="import_row_once")]
        indexes = [
            models.Index(fields=["camera_import", "state", "number"], name="import_row_state"),
            models.Index(fields=["camera_import", "id_key"], name="import_row_id_key"),
            models.Index(fields=["camera_import", "place_key"], name="import_row_place_key"),
        ]

    def __str__(self) -> str:
        return f"row {self.number} of import {self.camera_import_id}"


class ColumnMemory(models.Model):
    """What the columns of files with this header meant last time, per partner or agency."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    fingerprint = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)
    choices = models.JSONField(default=dict)
    used_at = models.DateTimeField(auto_now=True, help_text=_("UTC."))

    class Meta:
        verbose_name = _("remembered columns")
        constraints = [
            _one_owner("columns_of_partner_or_agency"),
            models.UniqueConstraint(
                fields=["partner", "fingerprint"],
                condition=models.Q(partner__isnull=False),
                name="columns_once_per_partner",
            ),
            models.UniqueConstraint(
                fields=["agency", "fingerprint"],
                condition=models.Q(agency__isnull=False),
                name="columns_once_per_agency",
            ),
        ]

    def __str__(self) -> str:
        return f"columns {self.fingerprint[:8]}"


class ExternalId(models.Model):
    """What a partner's own system calls a camera: a file that names it again means the same camera."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=32, help_text=_("Digest of the name, for finding it."))
    value = EncryptedTextField()
    camera = models.ForeignKey(Camera, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("external id")
        constraints = [models.UniqueConstraint(fields=["partner", "key"], name="external_id_once")]

    def __str__(self) -> str:
        return f"external id of camera {self.camera_id}"
