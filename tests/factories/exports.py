"""Exports made through the real services, and packages as somebody downloads them."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

from apps.accounts.models import User
from apps.agencies.models import Role
from apps.disclosure.export_selectors import files_of, folder_of, layout_of
from apps.disclosure.export_states import ExportState
from apps.disclosure.models import Export
from apps.disclosure.package_view import pieces_of
from apps.disclosure.services.export_asking import request_export
from apps.disclosure.services.export_building import build_export
from apps.disclosure.services.export_deciding import approve_export
from apps.evidence.models import EvidenceItem
from apps.evidence.services.triage import accept_item
from apps.ledger.services import sequence
from apps.partners.models import Partner, PartnerKind
from tests.factories.items import purpose_for_case, sealed_item
from tests.factories.people import staff

FOR = {"recipient": "State Attorney, Second Circuit", "reason": "Discovery in the burglary."}


def plain_item(content: bytes = b"video " * 5000) -> EvidenceItem:
    """A sealed item of a business, accepted as evidence: nothing about it asks for a second person."""
    item = sealed_item(content)
    Partner.objects.filter(pk=item.submission.partner_id).update(kind=PartnerKind.BUSINESS)
    accept_item(item=item, user=staff(Role.DETECTIVE, item.agency))
    item.refresh_from_db()
    return item


def asker(item: EvidenceItem, role: Role = Role.DETECTIVE) -> User:
    """Somebody of the item's agency who has said why they need its footage."""
    user = staff(role, item.agency)
    purpose_for_case(user, item)
    return user


def export_of(*items: EvidenceItem, user: User | None = None, **changes: Any) -> Export:
    """An export of these items' originals."""
    user = user or asker(items[0])
    wanted: dict[str, Any] = {"originals": True, "working_copies": False, **FOR, **changes}
    return request_export(user=user, case=items[0].submission.case, items=[item.public_id for item in items], **wanted)


def built(export: Export) -> Export:
    """The same, agreed to where it has to be, and built."""
    if export.state == ExportState.ASKED:
        approve_export(export=export, user=staff(Role.SUPERVISOR, export.agency))
    sequence()
    for _turn in range(2):  # the second time, the ledger has the list of files
        build_export(export_pk=export.pk)
        sequence()
        Export.objects.filter(pk=export.pk, state=ExportState.BUILDING).update(leased_until=None)
    export.refresh_from_db()
    return export


def bytes_of(export: Export, start: int = 0, end: int | None = None) -> bytes:
    """What a download of the package holds."""
    files = files_of(export)
    layout = layout_of(export, files)
    return b"".join(pieces_of(layout, files, start, layout.size if end is None else end))


def unpacked(export: Export, folder: Path) -> Path:
    """The package as a folder."""
    target = folder / f"{folder_of(export)}.zip"
    target.write_bytes(bytes_of(export))
    with zipfile.ZipFile(target) as archive:
        archive.extractall(folder)
    return folder / folder_of(export)
