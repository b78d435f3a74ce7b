"""request_export: somebody names items of a case, a recipient and a purpose. A second person may have to agree."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.access.models import Purpose
from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.agencies.models import Case
from apps.core import text
from apps.core.background import enqueue_after_commit
from apps.core.errors import InvalidInput, NotAllowed, NotFound
from apps.core.locks import locked
from apps.core.once import create_once
from apps.disclosure.export_mails import tell_deciders
from apps.disclosure.export_policies import can_request_export, can_view_export
from apps.disclosure.export_selectors import items_to_offer, purpose_for, second_reasons
from apps.disclosure.export_states import LIVE, ExportState
from apps.disclosure.models import Export, ExportItem
from apps.evidence.models import Derivative, EvidenceItem
from apps.evidence.policies import DOWNLOADERS
from apps.evidence.states import DerivativeKind, ItemState
from apps.ledger import services as ledger
from apps.ledger.values import Subject
from apps.links.secrets import ALPHABET
from apps.redaction.copies import chosen_copies
from apps.redaction.models import Redaction

RECIPIENT_MAX, REASON_MIN, REASON_MAX = 200, 5, 500
ITEMS_MOST = 200
"""Items of one package. Each has some dozens of acts with a proof of 1 kB, and the verifier reads those as a whole."""


def subject_of(export: Export) -> Subject:
    """The export as the ledger names it."""
    return Subject.of("export", export.public_id)


def request_export(
    *,
    user: User,
    case: Case,
    items: Collection[UUID],
    recipient: str,
    reason: str,
    originals: bool,
    working_copies: bool,
    places: bool = False,
    redacted: Collection[UUID] = (),
    request_key: UUID | None = None,
) -> Export:
    """Ask for a package of these items (public ids). Building begins at once, or when a second person has agreed.

    Of an item whose redaction is in `redacted` (public ids) the redacted copy leaves, and neither original nor working
    copy, whatever else is asked for.
    Needs a purpose that opens the case's footage. Asking for the same again while it is under way, or with the same
    `request_key`, returns the first. Raises NotAllowed (role; `code="purpose"`), InvalidInput.
    """
    if not can_request_export(user, case):
        raise NotAllowed(_("Your role does not include exports."), code="role")
    purpose = purpose_for(user, case)
    if purpose is None:
        raise NotAllowed(_("Please say first why you need access to this footage."), code="purpose")
    recipient = text.line(recipient, field="recipient", most=RECIPIENT_MAX)
    reason = _checked_reason(reason)
    if not (originals or working_copies or redacted):
        raise InvalidInput.about("originals", _("Choose originals, working copies or both."))
    with transaction.atomic():
        chosen = _chosen(user, case, items)
        copies = chosen_copies(chosen, redacted)
        whole = [one for one in chosen if one.pk not in copies]
        originals, working_copies = originals and bool(whole), working_copies and bool(whole)
        if whole and not (originals or working_copies):
            raise InvalidInput.about("originals", _("Choose originals, working copies or both."))
        if whole and not originals and not _copies(whole).exists():
            raise InvalidInput.about("working_copies", _("None of these files has a working copy. Choose originals."))
        reasons = second_reasons(chosen, originals=originals, places=places, copies=copies)
        wanted = [str(case.public_id), *sorted(str(one.public_id) for one in (*chosen, *copies.values())), recipient]
        export, created = _create(
            user,
            request_key,
            selection=salted_hmac("export.selection", repr((wanted, originals, working_copies, places))).hexdigest(),
            agency=case.agency,
            case=case,
            purpose=purpose,
            recipient=recipient,
            reason=reason,
            originals=originals,
            working_copies=working_copies,
            redacted=bool(copies),
            places=places,
            second_reasons=reasons,
            state=ExportState.ASKED if reasons else ExportState.BUILDING,
        )
        if not created:
            return export
        ExportItem.objects.bulk_create(
            ExportItem(export=export, item=item, number=number, redaction=copies.get(item.pk))
            for number, item in enumerate(chosen, 1)
        )
        _record(export, user, purpose, chosen, copies)
        if reasons:
            tell_deciders(export)
        else:
            enqueue_after_commit("apps.disclosure.tasks.build_export", export.pk)
        return export


def _create(user: User, request_key: UUID | None, *, selection: str, **fields: Any) -> tuple[Export, bool]:
    live = Export.objects.filter(requested_by=user, selection=selection, state__in=LIVE)
    if found := live.first():
        return found, False
    ends = timezone.now() + timedelta(days=settings.EXPORT_DECIDE_DAYS)
    code = "E-" + "".join(secrets.choice(ALPHABET) for _ in range(7))
    try:
        with transaction.atomic():
            export, created = create_once(
                Export,
                request_key=request_key,
                requested_by=user,
                selection=selection,
                code=code,
                expires_at=ends,
                **fields,
            )
    except IntegrityError:  # asked for in two tabs at once
        return live.get(), False
    if not created and not can_view_export(user, export):
        raise NotFound(_("There is no such export among yours."))
    return export, created


def _record(
    export: Export, user: User, purpose: Purpose, items: list[EvidenceItem], copies: dict[int, Redaction]
) -> None:
    ledger.record(
        "export.requested",
        subject_of(export),
        acting_as(user, export.agency, *DOWNLOADERS).actor,
        agency=str(export.agency.public_id),
        case=str(export.case.public_id),
        purpose=str(purpose.public_id),
        items=[str(item.public_id) for item in items],
        originals=export.originals,
        working_copies=export.working_copies,
        redacted={str(one.public_id): str(copies[one.pk].public_id) for one in items if one.pk in copies},
        places=export.places,
        second_reasons=export.second_reasons,
        private={"recipient": export.recipient, "reason": export.reason},
    )


def _chosen(user: User, case: Case, items: Collection[UUID]) -> list[EvidenceItem]:
    """The items, locked: whoever disposes of one comes before or after. Raises InvalidInput."""
    wanted = set(items)
    if not wanted:
        raise InvalidInput.about("items", _("Choose at least one file."))
    if len(wanted) > ITEMS_MOST:
        sentence = ngettext(
            "A package holds at most %(most)d file. Ask for several.",
            "A package holds at most %(most)d files. Ask for several.",
            ITEMS_MOST,
        )
        raise InvalidInput.about("items", sentence % {"most": ITEMS_MOST})
    offered = items_to_offer(user, case).filter(public_id__in=wanted)
    list(locked(EvidenceItem.objects).filter(pk__in=[one.pk for one in offered]))
    chosen = list(offered.all())
    if len(chosen) != len(wanted):
        raise InvalidInput.about("items", _("One of these files is not of this case, or is not sealed yet."))
    return chosen


def _copies(items: list[EvidenceItem]) -> QuerySet[Derivative]:
    may_leave = [one.pk for one in items if one.state != ItemState.QUARANTINED]
    return Derivative.objects.in_use().filter(item__in=may_leave, kind=DerivativeKind.WORKING_COPY)


def _checked_reason(reason: str) -> str:
    reason = text.line(reason, field="reason", most=REASON_MAX)
    if len(reason) < REASON_MIN:
        raise InvalidInput.about("reason", _("Say in a few words what it is for."))
    return reason
