"""A file comes in: its rows are kept encrypted, the file itself is not."""

from __future__ import annotations

import json
from itertools import islice
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.models import Agency
from apps.core import text
from apps.core.errors import NotFound
from apps.core.once import create_once
from apps.imports import columns, policies
from apps.imports.models import CameraImport, ImportRow
from apps.imports.reading import Table, read_table
from apps.imports.reading.refusals import refused
from apps.imports.selectors import remembered, sample_of
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject
from apps.partners.models import Partner
from apps.partners.services import check_takes_part

BATCH = 500
REASON_MAX = 500


def receive_import(
    *,
    file: BinaryIO,
    partner: Partner | None = None,
    agency: Agency | None = None,
    reason: str = "",
    request_key: UUID | None,
    user: User,
    actor: Actor,
) -> CameraImport:
    """Read a CSV or GeoJSON file and keep its rows, for a partner or, with a reason, for an agency.

    Nothing is registered; somebody confirms the columns next. A repeated key finds the first. Raises InvalidInput for
    a file that cannot be read, with what to do, NotFound or NotAllowed for people who may not import.
    """
    with transaction.atomic():
        policies.check_can_import(user, partner, agency)
        if partner is not None:
            check_takes_part(partner)
        else:
            reason = text.line(reason, field="reason", most=REASON_MAX)
        table = read_table(file)
        fresh, created = create_once(
            CameraImport,
            request_key=request_key,
            partner=partner,
            agency=agency,
            started_by=user,
            reason=reason,
            file_format=table.file_format,
            header=json.dumps(table.header),
            fingerprint=columns.fingerprint_of(table.header, len(table.header)),
            choices=columns.default_choices(),
        )
        if not created:
            if not policies.can_view_import(user, fresh):
                raise NotFound(_("There is no such import among yours."))
            return fresh
        _keep_rows(fresh, table)
        _guess_columns(fresh, table)
        fresh.save(update_fields=["rows_total", "notices", "mapping", "choices"])
        ledger.record(
            "import.received",
            Subject.of("import", fresh.public_id),
            actor,
            format=table.file_format,
            rows=fresh.rows_total,
            partner=str(partner.public_id) if partner else "",
            agency=str(agency.public_id) if agency else "",
            private={"reason": reason} if reason else {},
        )
        return fresh


def _keep_rows(fresh: CameraImport, table: Table) -> None:
    total = 0
    while batch := list(islice(table.rows, BATCH)):
        total += len(batch)
        if total > settings.IMPORT_MAX_ROWS:
            raise refused("too_many_rows")
        ImportRow.objects.bulk_create(
            ImportRow(camera_import=fresh, number=number, cells=json.dumps(cells)) for number, cells in batch
        )
    if not total:
        raise refused("no_rows")
    fresh.rows_total, fresh.notices = total, table.notices


def _guess_columns(fresh: CameraImport, table: Table) -> None:
    before = remembered(fresh)
    if before is not None:
        fresh.mapping = before.mapping
        fresh.choices = fresh.choices | before.choices
        fresh.notices = [*fresh.notices, "remembered"]
        return
    mapping, units = columns.guess(table.header, sample_of(fresh), owners=fresh.agency_id is not None)
    fresh.mapping, fresh.choices = mapping, fresh.choices | units
