"""What stands on a receipt, and who may read it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.agencies.policies import Person
from apps.core.errors import NotFound
from apps.evidence.handover_access import handover_by_link
from apps.evidence.models import EvidenceItem, SenderNote, Submission
from apps.evidence.policies import can_view_submission, viewable_items
from apps.evidence.presentation import Fact
from apps.evidence.selectors import sender_notes_of
from apps.evidence.sender_words import facts_of_note
from apps.evidence.states import ItemState, Triage
from apps.footage_requests import access
from apps.footage_requests.models import Invitation
from apps.footage_requests.policies import answers_for_all
from apps.ledger import selectors as ledger
from apps.ledger.models import Entry
from apps.ledger.values import Actor, Subject
from apps.partners.policies import is_registrant


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One file on a receipt: the item and the ledger entry of its receipt."""

    item: EvidenceItem
    entry: Entry | None
    index: int | None
    said: list[Fact]

    @property
    def settled(self) -> bool:
        """Whether the receipt shows everything that it will ever show of this file."""
        return self.item.state not in (ItemState.RECEIVED, ItemState.SEALED) and self.index is not None

    @property
    def equal(self) -> bool | None:
        """Whether the portal's digest is the one that the sender's browser computed; None until both are known."""
        if not self.item.digest or not self.item.client_digest:
            return None
        return self.item.digest == self.item.client_digest

    @property
    def may_be_said_more(self) -> bool:
        """Whether the giver may still change what was said of the file."""
        return self.item.triage == Triage.SUBMITTED

    @property
    def state_in_words(self) -> str:
        """What has become of the file so far, for its owner."""
        words = {
            ItemState.RECEIVED: _("Every byte has arrived. The original is being sealed."),
            ItemState.SEALED: _("The original is sealed: it can no longer be changed. A copy to play is being made."),
            ItemState.PLAYABLE: _("The original is sealed, and the agency can play it."),
            ItemState.UNPLAYABLE: _("The original is sealed. It does not play in a browser; it is kept as it came."),
            ItemState.DISPOSED: _(
                "The agency disposed of the file when its time was over. Its digest and its custody are kept."
            ),
            ItemState.QUARANTINED: _("The original is sealed and kept apart until somebody has looked at it."),
        }
        return words[ItemState(self.item.state)]


def submission_of(invitation: Invitation) -> Submission | None:
    """What came through this invitation so far."""
    return Submission.objects.filter(invitation=invitation).first()


def get_submission_for(request: HttpRequest, public_id: UUID) -> Submission:
    """A submission, for who holds its invitation's or its hand-over's link, and the registrants of its partner.

    Raises NotFound.

    A registrant can always read the receipt, even after the link was revoked.
    """
    submission = (
        Submission.objects.select_related("agency", "case", "invitation__request").filter(public_id=public_id).first()
    )
    if submission is not None and _may_read(request, submission):
        return submission
    raise NotFound(_("There is no such receipt, or your link is not open in this browser."))


def _may_read(request: HttpRequest, submission: Submission) -> bool:
    if submission.invitation and access.invitation_from(request, submission.invitation.public_id) is not None:
        return True
    if submission.partner_id and is_registrant(request.user) and can_view_submission(request.user, submission):
        return True
    return handover_by_link(request, submission) is not None


def items_for(submission: Submission, reader: Person) -> QuerySet[EvidenceItem]:
    """The files of a submission; to a responder for some sites, if signed in, those of their cameras alone."""
    if submission.partner_id is None or answers_for_all(reader, submission.partner_id):
        return EvidenceItem.objects.filter(submission=submission)
    return viewable_items(reader).filter(submission=submission)


def lines_of(submission: Submission, reader: Person) -> list[ReceiptLine]:
    """The files that concern the reader in the order in which they came, each with its entry and the entry's index."""
    items = items_for(submission, reader).select_related("match__camera__site")
    items = items.order_by("received_at", "pk")
    notes = sender_notes_of(items)
    return [_line(item, notes.get(item.upload_id)) for item in items]


def _line(item: EvidenceItem, note: SenderNote | None) -> ReceiptLine:
    entries = ledger.entries_for(Subject.of("evidence_item", item.public_id))
    entry = next((entry for entry in entries if entry.action == "evidence_item.received"), None)
    place = getattr(entry, "place", None) if entry else None
    return ReceiptLine(item=item, entry=entry, index=place.index if place else None, said=facts_of_note(note))


def get_item_of(submission: Submission, public_id: UUID, reader: Person) -> EvidenceItem:
    """One file of a submission that the caller may read. Raises NotFound."""
    item = items_for(submission, reader).filter(public_id=public_id).select_related("upload").first()
    if item is None:
        raise NotFound(_("There is no such file on this receipt."))
    return item


def sender_actor(request: HttpRequest, submission: Submission) -> Actor:
    """How the ledger names whoever says something about the files of this submission."""
    if submission.invitation is not None:
        return access.actor_from(request, submission.invitation)
    handover = handover_by_link(request, submission)
    if handover is not None:
        return Actor.invitation(handover.public_id)
    raise NotFound(_("There is no such receipt, or your link is not open in this browser."))
