"""Taking a package: no entry, no download. Each download is an access to each of its items, which their owners read."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.models import Purpose
from apps.access.selectors import acting_for
from apps.access.services import record_access
from apps.accounts.models import User
from apps.agencies.policies import Person
from apps.core.errors import NotAllowed, NotFound, WrongState
from apps.disclosure.export_policies import can_take_package
from apps.disclosure.export_selectors import cameras_of, copies_in, items_of, purpose_opens
from apps.disclosure.export_states import ExportState, SecondReason
from apps.disclosure.models import Export
from apps.disclosure.services.export_asking import subject_of
from apps.evidence.media_tokens import AccessEnded, fingerprint
from apps.evidence.models import EvidenceItem
from apps.evidence.services.working import subject_of as item_subject
from apps.evidence.states import ItemState
from apps.ledger import services as ledger

SALT = "disclosure.package"


@dataclass(frozen=True, slots=True)
class PackageAccess:
    """What one download may fetch: which package, for whom, in which session, under which purpose."""

    export: UUID
    purpose: UUID
    user: UUID
    session: str

    def token(self) -> str:
        """Signed, from now. It carries no right of its own: every 64 MiB it is asked again whether all still holds."""
        return signing.dumps([self.export.hex, self.purpose.hex, self.user.hex, self.session], salt=SALT)


def read_token(token: str) -> PackageAccess:
    """The access that a token carries. Raises AccessEnded when it is over, NotFound when we never signed it."""
    try:
        export, purpose, user, session = signing.loads(token, salt=SALT, max_age=settings.PURPOSE_HOURS * 3600)
    except signing.SignatureExpired as error:
        raise AccessEnded(_("This download has ended. Open the export's page and begin again.")) from error
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise NotFound(_("There is nothing here.")) from error
    return PackageAccess(UUID(hex=export), UUID(hex=purpose), UUID(hex=user), session)


def open_package(*, user: User, export: Export, purpose: Purpose, session_key: str | None) -> PackageAccess:
    """Record that the person takes the package, and return the access for its download.

    Raises NotAllowed (role, purpose, a file that was put into quarantine or restricted since), WrongState unless it is
    ready.
    """
    if not can_take_package(user, export):
        raise NotAllowed(_("Who asked for it, or a records custodian, downloads a package."), code="role")
    if not purpose_opens(user, purpose, export.case):
        raise NotAllowed(_("Please say first why you need access to this footage."), code="purpose")
    with transaction.atomic():
        _check_ready(Export.objects.get(pk=export.pk))
        cameras = cameras_of(export) if export.places else []
        if cameras:  # first: the count of places takes the lock of the person
            ids = [str(one) for one in cameras]
            record_access(purpose, "export.places_taken", subject_of(export), cameras=ids)
        copies = copies_in(export)
        for item in items_of(export):
            facts = {"export": str(export.public_id), "digest": item.digest}
            if item.pk in copies:
                facts["redaction"] = str(copies[item.pk].public_id)
            record_access(purpose, "evidence_item.package_downloaded", item_subject(item), **facts)
        ledger.record(
            "export.downloaded",
            subject_of(export),
            acting_for(purpose).actor,
            digest=export.digest,
            case=str(export.case.public_id),
            purpose=str(purpose.public_id),
        )
    return PackageAccess(export.public_id, purpose.public_id, user.public_id, fingerprint(session_key))


def package_for_access(*, access: PackageAccess, user: Person, session_key: str | None) -> Export:
    """The export of an access, if all that permitted it still holds. Raises NotFound otherwise."""
    refused = NotFound(_("There is nothing here."))
    if not isinstance(user, User) or not user.is_active or user.public_id != access.user:
        raise refused
    if not session_key or fingerprint(session_key) != access.session:
        raise refused
    export = Export.objects.select_related("agency", "case__agency").filter(public_id=access.export).first()
    purpose = Purpose.objects.filter(public_id=access.purpose).first()
    if export is None or purpose is None or not can_take_package(user, export):
        raise refused
    if not purpose_opens(user, purpose, export.case):
        raise refused
    try:
        _check_ready(export)
    except (NotAllowed, WrongState) as error:
        raise refused from error
    return export


def is_held_back(export: Export) -> bool:
    """Whether a file was put into quarantine, or restricted, after the second person decided without knowing it."""
    unknown = Q()
    if SecondReason.QUARANTINED not in export.second_reasons:
        unknown |= Q(state=ItemState.QUARANTINED)
    if SecondReason.RESTRICTED not in export.second_reasons:
        unknown |= Q(restricted_at__isnull=False)
    items = EvidenceItem.objects.filter(pk__in=export.items.values("item"))
    return bool(unknown) and items.filter(unknown).exists()


def _check_ready(export: Export) -> None:
    if export.state != ExportState.READY or export.expires_at <= timezone.now():
        raise WrongState(_("This package is not ready, or its days are over."), code="not_ready")
    if is_held_back(export):
        raise NotAllowed(
            _(
                "A file of this package was put into quarantine or restricted since. Ask for a new export; a second "
                "person decides."
            ),
            code="quarantined",
        )
