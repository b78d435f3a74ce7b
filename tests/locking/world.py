"""One partner, one camera, one request, one item and what hangs from them, for every verb to act on."""

from __future__ import annotations

import io
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db.models import F
from django.utils import timezone

from apps.access.models import AccessKind, PurposeKind
from apps.access.services import open_purpose
from apps.accounts.api_keys import issue_key
from apps.accounts.models import User
from apps.agencies.days import today_in
from apps.agencies.models import RoleGrant
from apps.cameras.confirmation_letters import LAST_LETTER
from apps.cameras.details import CameraDetails, stated_values
from apps.cameras.models import Camera, Confirmation, Evaluation
from apps.cameras.services import ask_for_confirmation, start_rezoning_if_needed
from apps.conversations.models import Thread
from apps.conversations.services import write_to_agency
from apps.disclosure import services as disclosure
from apps.disclosure.export_states import ExportState
from apps.disclosure.models import Export, RequestedItem
from apps.disclosure.services.export_asking import request_export
from apps.disclosure.services.export_deciding import approve_export
from apps.evidence.models import EvidenceItem, ObjectRemoval, WitnessContact
from apps.evidence.services import holds
from apps.evidence.services.handovers import begin_handover
from apps.evidence.services.pieces import Found, decide_piece, propose_piece
from apps.evidence.states import ItemState
from apps.footage_requests.models import FootageRequest, KindRefusal
from apps.footage_requests.services import AnswerGiven, answer_matches, close_request, keep_form, send_urgent
from apps.footage_requests.states import Outcome
from apps.imports.services import start_import, work_on_import
from apps.ledger.values import Actor
from apps.links.models import Link
from apps.notifications.models import Message
from apps.notifications.states import MessageState
from apps.partners.models import AppealReader, MemberRole, Membership, PartnerKind
from apps.partners.services import ContactWish, affiliate, invite_member, renew_join_code, set_contact_rules
from apps.prospects.models import OwnerInvitation
from apps.prospects.services import invite_owner, offer_cameras
from apps.prospects.states import Origin, OwnerState
from apps.retention.services import approve_disposition, propose_disposition, publish_schedule
from apps.retention.services.scheduling import Given
from apps.sharing.services import give_grant
from apps.specifications.first import read_checks
from apps.specifications.services import publish_specification, start_draft
from apps.terms.models import TermsVersion
from apps.terms.services import digest_of
from apps.terms.services.accepting import Shown
from apps.uploads.models import Upload
from apps.uploads.services import commit_offset
from apps.uploads.staging import path_of
from tests.factories.access import asked_for_places
from tests.factories.actors import actor_for
from tests.factories.agreements import agreement_of
from tests.factories.cameras import camera, pending_camera, reviewer, site
from tests.factories.cases import note_on
from tests.factories.disclosure import search_duty, taken_request
from tests.factories.evidence import open_upload, received_item
from tests.factories.footage_requests import draft, open_request, submitted
from tests.factories.imports import checked, csv_of, for_agency, received
from tests.factories.items import purpose_for_case
from tests.factories.people import (
    AgencyFactory,
    PartnerFactory,
    UserFactory,
    ZoneFactory,
    member,
    registrant,
    staff,
    terms_in_force,
    verified,
)

SYSTEM = Actor.system("test")
TEXTS = {"en": "Words.", "es": "Palabras."}


@dataclass
class World:
    """What the verbs act on; see `make`."""

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)

    def actor(self, user: User) -> Actor:
        return actor_for(user)

    def membership(self, user: User) -> Membership:
        return Membership.objects.select_related("partner", "user").get(partner=self.partner, user=user)

    def details(self, camera: Camera) -> CameraDetails:
        return CameraDetails.checked(**(stated_values(camera) | {"name": "Renamed"}))


def make() -> World:
    """Build it with the real services, once; the verbs roll back."""
    w = World()
    terms_in_force()
    w.agency = AgencyFactory.create(requests_per_case=50, contacts_per_partner=50)
    ZoneFactory.create(agency=w.agency)
    w.detective, w.supervisor = staff("detective", w.agency), staff("supervisor", w.agency)
    w.manager, w.purpose = reviewer(w.agency)
    w.entry_purpose = open_purpose(
        user=w.manager,
        agency=w.agency,
        kind=PurposeKind.REGISTRATION_REVIEW,
        access=AccessKind.OWNER_ENTRY,
        reason="Meeting of the neighborhood",
    )
    w.asked = asked_for_places(w.detective, w.agency)
    _people(w)
    _cameras(w)
    _requests(w)
    _evidence(w)
    _imports(w)
    _program(w)
    # As after a change of the server's key: every letter that is written now renews its link.
    Link.objects.update(generation=F("generation") + 1)
    return w


def _people(w: World) -> None:
    w.owner, w.partner = registrant(w.agency)
    w.second_owner = member(w.partner, MemberRole.OWNER)
    w.colleague = member(w.partner, MemberRole.MANAGER)
    w.helper = member(w.partner, MemberRole.RESPONDER)
    w.rules = set_contact_rules(
        partner=w.partner, user=w.owner, wish=ContactWish(most_requests=50), version=0, actor=SYSTEM
    )
    w.invited = verified(UserFactory.create(email="invited@example.org"))
    w.offer = invite_member(
        partner=w.partner,
        email=w.invited.email,
        role=MemberRole.RESPONDER,
        language="en",
        user=w.owner,
        request_key=None,
        actor=SYSTEM,
    )
    w.contact = verified(UserFactory.create())
    w.association = PartnerFactory.create(kind=PartnerKind.ASSOCIATION)
    Membership.objects.create(partner=w.association, user=w.contact, role=MemberRole.OWNER)
    w.code = renew_join_code(association=w.association, user=w.contact, actor=SYSTEM).code
    w.stranger = PartnerFactory.create(vouched_at=None)
    w.affiliation = affiliate(partner=w.partner, code=w.code, wants_appeals=True, user=w.owner, actor=SYSTEM)
    now = timezone.now()
    w.closed = member(w.partner, MemberRole.MANAGER, closed_at=now, erase_at=now + timedelta(days=30))
    w.erasable = member(w.partner, MemberRole.RESPONDER, closed_at=now - timedelta(days=40), erase_at=now)
    w.colleague_of_manager = staff("detective", w.agency)
    w.grant = RoleGrant.objects.get(user=w.colleague_of_manager)
    for person in (w.owner, w.second_owner):
        EmailAddress.objects.get_or_create(user=person, email=person.email, verified=True, primary=True)


def _cameras(w: World) -> None:
    w.site, w.empty_site = site(w.partner), site(w.partner, "Shed")
    w.camera, w.twin = (camera(w.partner, site=w.site, name=name) for name in ("Front", "Side"))
    w.pending = pending_camera(w.partner, site=w.site, name="Back")
    Camera.objects.filter(pk__in=[w.camera.pk, w.twin.pk]).update(confirmed_at=timezone.now() - timedelta(days=400))
    w.confirmation = ask_for_confirmation(partner=w.partner, actor=SYSTEM)
    Confirmation.objects.filter(pk=w.confirmation.pk).update(letters=LAST_LETTER, next_at=timezone.now())
    w.confirmation.refresh_from_db()
    w.checks = read_checks()
    publish_specification(checks=w.checks, actor=SYSTEM)
    w.specification_draft = start_draft(user=w.manager)


def _requests(w: World) -> None:
    w.opened = open_request(w.agency, w.camera)
    w.request, w.invitation = w.opened.request, w.opened.invitation
    w.draft, w.submitted = draft(w.detective, w.agency), submitted(w.detective, w.agency)
    w.urgent = draft(w.detective, w.agency, incident_type="violence")
    w.kept = keep_form(user=w.detective, form=uuid.uuid4(), values={"reason": "x"}, version=0)
    w.went_first = send_urgent(
        user=w.detective,
        request=draft(w.detective, w.agency, incident_type="violence"),
        version=1,
        reason="A child is missing.",
        actor=actor_for(w.detective),
    )
    w.expired = open_request(w.agency, w.camera).request
    FootageRequest.objects.filter(pk=w.expired.pk).update(closes_at=timezone.now())
    w.note = note_on(w.request.case, w.detective)
    _conversations(w)
    mail = Message.objects.filter(kind="footage_request.invitation").order_by("pk").first()
    Message.objects.filter(pk=mail.pk).update(state=MessageState.SENT, announced=False, sent_at=timezone.now())


def _conversations(w: World) -> None:
    """A question that waits beyond its promise, and a request that is over."""
    waiting = open_request(w.agency, w.camera, case_number="26-008000")
    w.questioned = waiting.invitation
    w.overdue = write_to_agency(invitation=w.questioned, text="Which door?", author=None, actor=SYSTEM).thread
    Thread.objects.filter(pk=w.overdue.pk).update(due_at=timezone.now())
    w.refusal = KindRefusal.objects.create(
        partner=w.partner, agency=w.agency, incident_type="arson", incident_names={"en": "arson"}
    )
    gone = open_request(w.agency, w.camera, case_number="26-008001")
    answer_matches(invitation=gone.invitation, answers={gone.match.public_id: AnswerGiven("has_footage")}, actor=SYSTEM)
    w.over = close_request(
        user=gone.author, request=gone.request, outcome=Outcome.values[0], actor=actor_for(gone.author)
    )


def _evidence(w: World) -> None:
    w.upload = open_upload(b"video", sent_through=w.invitation)
    path_of(w.upload).write_bytes(b"video")
    commit_offset(upload=w.upload, offset=w.upload.size)
    w.begun = open_upload(b"video", sent_through=w.invitation)
    w.recorder, _secret = issue_key(user=w.owner, name="recorder", scope="exporter", days=None, actor=w.actor(w.owner))
    w.found = Found("b", *w.request.windows[0])
    w.piece, _new = propose_piece(
        match=w.opened.match, found=w.found, key=w.recorder, user=w.owner, actor=w.actor(w.owner)
    )
    w.found = Found("c", *w.request.windows[0])
    w.agreed, _new = propose_piece(
        match=w.opened.match, found=w.found, key=w.recorder, user=w.owner, actor=w.actor(w.owner)
    )
    w.agreed = decide_piece(piece=w.agreed, agreed=True, user=w.owner, actor=w.actor(w.owner))
    w.found = Found("d", *w.request.windows[0])
    w.deferred = open_upload(b"video", sent_through=w.invitation)
    Upload.objects.filter(pk=w.deferred.pk).update(length=None)
    w.item = received_item(b"video", sent_through=w.invitation)
    w.sealed = received_item(b"video", sent_through=w.invitation)
    EvidenceItem.objects.filter(pk=w.sealed.pk).update(
        state=ItemState.UNPLAYABLE, digest="0" * 64, sealed_at=timezone.now()
    )
    w.item.refresh_from_db()
    w.sealed.refresh_from_db()
    w.custodian = staff("records_custodian", w.agency)
    asked = w.request
    taken = {"case": asked.case, "user": asked.author, "what": "A copy", "medium": "usb", "language": "en"}
    window = (asked.window_start, asked.window_end)
    w.handover, w.handover_ending = (begin_handover(match=w.opened.match, window=window, **taken) for _ in range(2))
    w.case_hold = holds.place_case_hold(
        case=w.sealed.submission.case, user=w.custodian, authority="State attorney", reason="A trial runs."
    )
    w.records_request = taken_request(w.custodian, w.agency, contact="Somebody")
    disclosure.add_items(request=w.records_request, user=w.custodian, items=[w.sealed.public_id])
    w.line = RequestedItem.objects.get(request=w.records_request)
    w.withholding = disclosure.withhold(
        request=w.records_request, user=w.custodian, line=w.line, exemption="security_system", part="A place."
    )
    w.ended_request = disclosure.withdraw_records_request(
        request=taken_request(w.custodian, w.agency, contact="Somebody"), user=w.custodian, reason="Nobody came back."
    )
    w.ready_request = taken_request(w.custodian, w.agency)
    disclosure.withhold(request=w.ready_request, user=w.custodian, exemption="security_system", part="A place.")
    w.records_duty = search_duty(w.custodian, w.agency)
    w.footage_purpose = purpose_for_case(w.detective, w.sealed)
    items = {"case": w.sealed.submission.case, "items": [w.sealed.public_id], "originals": True}
    said = {"user": w.detective, "working_copies": False, "reason": "Discovery.", **items}
    w.export_asked = request_export(recipient="Defense", **said)
    w.export_due = approve_export(export=request_export(recipient="Prosecutor", **said), user=w.supervisor)
    w.export_ready, w.export_old = (request_export(recipient=name, **said) for name in ("Court", "Clerk"))
    now, built = timezone.now(), {"digest": "0" * 64, "size": 1, "state": ExportState.READY}
    Export.objects.filter(pk=w.export_ready.pk).update(built_at=now, **built)
    Export.objects.filter(pk=w.export_old.pk).update(built_at=now, expires_at=now, **built)
    w.export_stopped = request_export(recipient="Jury", **said)
    Export.objects.filter(pk=w.export_stopped.pk).update(state=ExportState.STOPPED)
    w.hold = holds.place_hold(item=w.sealed, user=w.custodian, authority="Second Circuit", reason="A trial runs.")
    _disposals(w)
    _sharing(w)
    WitnessContact.objects.create(partner=w.association, contact="{}", keep_until=timezone.now())


def _sharing(w: World) -> None:
    """A live folder of one item, and another item that can be shared."""
    shares = [("video", kind) for kind in ("resident", "business", "association")]
    w.agreement = agreement_of(w.agency, AgencyFactory.create(), *shares, ("incident", "any"), user=w.manager)
    made = [received_item(f"shared {n}".encode(), sent_through=w.invitation) for n in range(2)]
    for number, one in enumerate(made, start=5):
        EvidenceItem.objects.filter(pk=one.pk).update(
            state=ItemState.UNPLAYABLE, digest=str(number) * 64, sealed_at=timezone.now(), triage="accepted"
        )
    w.shared = made[0]
    w.sharing_grant = give_grant(
        user=w.custodian,
        case=w.shared.submission.case,
        agreement=w.agreement,
        items=[w.shared.public_id],
        later_items=True,
        last_day=today_in(w.agency),
        downloads=False,
        originals=False,
        reason="One series.",
    )


def _disposals(w: World) -> None:
    """An item whose time is over, one that is proposed, and one whose bytes wait to be removed."""
    rules = [Given(title="Returned", series="GS2, item 1", days=1, triage="returned")]
    publish_schedule(user=w.custodian, agency=w.agency, rules=rules, reason="Approved.", number=0)
    asked = open_request(w.agency, w.camera, case_number="26-009000")
    old = [received_item(f"old {n}".encode(), sent_through=asked.invitation) for n in range(3)]
    for number, one in enumerate(old, start=1):
        EvidenceItem.objects.filter(pk=one.pk).update(
            state=ItemState.UNPLAYABLE,
            digest=str(number) * 64,
            sealed_at=timezone.now(),
            triage="returned",
            received_at=timezone.now() - timedelta(days=9),
        )
    FootageRequest.objects.filter(pk=asked.request.pk).update(state="closed", outcome="footage")
    w.old = EvidenceItem.objects.get(pk=old[0].pk)
    w.second_custodian = staff("records_custodian", w.agency)
    w.proposal, gone = (propose_disposition(item=one, user=w.custodian, reason="Its time is over.") for one in old[1:])
    approve_disposition(disposition=gone, user=w.second_custodian)
    w.removal = ObjectRemoval.objects.get(item=old[2])


def _imports(w: World) -> None:
    rows = [f"{one.public_id},Imported {one.pk}" for one in (w.twin, w.camera)]
    content = csv_of(*rows, header="camera_id,name")

    def ready(**choices: Any) -> Any:
        return checked(received(content, partner=w.partner, user=w.owner), **choices)

    w.fresh_import, w.checked_import, w.started_import = ready(), ready(), ready()
    w.row = w.checked_import.rows.order_by("number").first()
    start_import(camera_import=w.started_import, user=w.owner, actor=SYSTEM)
    w.done_import = ready()
    start_import(camera_import=w.done_import, user=w.owner, actor=SYSTEM)
    work_on_import(w.done_import.pk)
    for one in (w.camera, w.twin):
        one.refresh_from_db()
    owners_file = csv_of(
        "Gate,1 Secret Lane,30.4401,-84.28,N,Ada,ada@example.org",
        "Yard,2 Secret Lane,30.4402,-84.28,N,Ada,waiting@example.org",
        header="name,address,latitude,longitude,bearing,owner name,owner email",
    )
    w.owners_import = checked(for_agency(owners_file, w.agency, w.manager))
    start_import(camera_import=w.owners_import, user=w.manager, actor=SYSTEM)
    work_on_import(w.owners_import.pk)
    w.prospect, w.waiting = OwnerInvitation.objects.order_by("pk")
    invite_owner(pk=w.prospect.pk)
    w.prospect.refresh_from_db()
    w.prospect_user = verified(UserFactory.create(email="ada@example.org"))
    w.more_owners = checked(for_agency(owners_file, w.agency, w.manager))
    start_import(camera_import=w.more_owners, user=w.manager, actor=SYSTEM)


def _program(w: World) -> None:
    w.terms = terms_in_force()
    w.evaluation = Evaluation.objects.get()
    w.rezoning = start_rezoning_if_needed()
    w.outcome = Outcome.values[0]
    w.wish = ContactWish(most_requests=7)
    w.reader = AppealReader.objects.get()
    w.link = f"{settings.SITE_URL}/appeal"
    w.mapping = w.fresh_import.mapping
    w.claimed = OwnerInvitation.objects.create(
        agency=w.agency, email_key="0" * 32, state=OwnerState.CLAIMED, partner=w.partner, origin=Origin.MEETING
    )
    w.shown = Shown(w.terms.public_id, "en", digest_of(w.terms.text["en"]))
    w.taker, w.taking = registrant(w.agency)
    w.house_offer = offer_cameras(
        site=w.site,
        cameras=[w.twin.public_id],
        email="",
        language="en",
        user=w.owner,
        request_key=None,
        actor=w.actor(w.owner),
    )
    w.terms_draft = TermsVersion.objects.create(summary=TEXTS, text=TEXTS)


def upload_of_rows(content: bytes) -> io.BytesIO:
    """A file as a form gives it."""
    return io.BytesIO(content)


__all__ = ["SYSTEM", "TEXTS", "World", "make", "upload_of_rows"]
