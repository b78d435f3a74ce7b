"""What stands behind every address: rows that have an owner, and what nobody else may read of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import LazySettings

from apps.access.models import AccessKind, PlacesRequest, Purpose, PurposeKind
from apps.access.services import open_purpose
from apps.accounts.models import User
from apps.agencies.models import Agency, Role
from apps.canvass.models import Canvass, CanvassOfficer, Visit
from apps.canvass.services import Told, begin_canvass, record_visit
from apps.cases.models import CaseNote
from apps.conversations.attaching import GivenFile
from apps.conversations.models import Attachment
from apps.conversations.services import write_to_agency
from apps.disclosure.models import Export, ExportItem, RecordsRequest, RequestedItem, Withholding
from apps.disclosure.services import add_items, withhold
from apps.disclosure.services.export_taking import PackageAccess
from apps.evidence.media_tokens import ORIGINAL, MediaAccess, fingerprint, make_token
from apps.evidence.models import CaseHold, EvidenceItem, Handover, Piece
from apps.evidence.services.handovers import begin_handover
from apps.evidence.services.holds import place_case_hold, place_hold
from apps.footage_requests.models import KindRefusal
from apps.ledger.models import Entry
from apps.ledger.services import sequence
from apps.lists.models import ListView
from apps.lists.services import Shown, save_view
from apps.notifications.models import Message
from apps.partners.models import Affiliation, MemberInvitation, Partner
from apps.partners.services import invite_member
from apps.prospects.models import CameraOffer, OwnerInvitation
from apps.prospects.services import invite_owner, offer_cameras
from apps.retention.models import Disposition, RetentionSchedule
from apps.retention.services import publish_schedule
from apps.retention.services.scheduling import Given
from apps.terms.models import Acceptance
from tests.factories.access import asked_for_places
from tests.factories.actors import actor_for
from tests.factories.cases import note_on
from tests.factories.disclosure import taken_request
from tests.factories.evidence import received_item
from tests.factories.footage_requests import Opened, camera_at, open_request
from tests.factories.imports import checked, for_agency, imported, received
from tests.factories.passkeys import give_passkey
from tests.factories.people import AgencyFactory, registrant, staff

CANARY = "Kestrelcanary"
TALKING = ("thread", "write", "acknowledge", "look", "note")
PLACE = (30.438765, -84.280432)
DOOR = (30.439512, -84.281276)


@dataclass(frozen=True)
class Victim:
    """What stands behind the addresses: an open request, its partner's camera, and a file that came for it."""

    opened: Opened
    partner: Partner
    item: EvidenceItem
    acceptance: Acceptance
    media_token: str
    passkey: Authenticator
    imports: dict[str, Any]
    asked: PlacesRequest
    export: Export
    package_token: str

    def subjects(self) -> list[str]:
        """The public ids under which the ledger names them."""
        camera = self.opened.match.camera
        invited = MemberInvitation.objects.get(partner=self.partner)
        rows = (
            invited,
            self.asked,
            self.opened.request,
            self.opened.invitation,
            self.item,
            self.item.submission,
            camera,
            camera.site,
        )
        return [str(row.public_id) for row in (*rows, self.partner, self.item.upload)]

    def state(self) -> list[Any]:
        """Everything about them that somebody could have changed.

        Whoever knows the address of a request may have its letter sent once more: to the addresses on file alone.
        """
        entries = Entry.objects.filter(subject_id__in=self.subjects()).exclude(action="invitation.asked_again")
        rows: list[Any] = list(entries.order_by("pk").values_list("pk", flat=True))
        camera = self.opened.match.camera
        for row in (
            self.opened.request,
            self.opened.invitation,
            self.opened.match,
            self.item,
            camera,
            self.item.upload,
        ):
            rows.append(type(row)._default_manager.filter(pk=row.pk).values().get())
        return rows

    @cached_property
    def rows(self) -> list[tuple[str, Any]]:
        """By a part of an address's name, the row that it is about; of several that fit, the last."""
        row = self.opened.match.camera
        return [
            ("api-partner", self.partner),
            ("api-site", row.site),
            ("web:import", self.imports["own"]),
            ("imports_cameraimport", self.imports["registry"]),
            ("prospects:", self.imports["owner"]),
            ("ownerinvitation", self.imports["owner"]),
            ("partners_partner", self.partner),
            ("footage_requests_footagerequest", self.opened.request),
            ("access_placesrequest", self.asked),
            ("invitation", self.opened.invitation),
            ("footage_requests:", self.opened.invitation),
            ("footage_requests:attachment", Attachment.objects.get()),
            ("api-piece", Piece.objects.get()),
            *((f"footagerequest_{verb}", self.opened.invitation) for verb in TALKING),
            ("footagerequest_thread_file", Attachment.objects.get()),
            ("evidence:upload", self.opened.invitation),
            ("_revoke", self.opened.invitation),
            ("_renew", self.opened.invitation),
            ("footagerequest_take_out", self.opened.match),
            ("evidence:file", self.item.upload),
            ("evidence:item", self.item),
            ("evidenceitem", self.item),
            ("evidence:replay", self.item),
            *(
                (name, Handover.objects.get())
                for name in ("evidence_handover", "evidence:scene", "evidence:handed_over")
            ),
            ("canvass_canvass", Canvass.objects.get()),
            ("canvass_canvass_correct", Visit.objects.get()),
            *((f"canvass_canvass_{verb}", CanvassOfficer.objects.get()) for verb in ("remove", "readmit")),
            ("evidence:receipt", self.item.submission),
            ("disclosure_recordsrequest", RecordsRequest.objects.get()),
            *((f"recordsrequest_{verb}", RequestedItem.objects.get()) for verb in ("decide", "cite")),
            *((f"recordsrequest_{verb}", Withholding.objects.get()) for verb in ("again", "ends")),
            ("retentionschedule_change", RetentionSchedule.objects.get()),
            ("retention_disposition_", Disposition.objects.get()),
            ("retention_disposition_propose", self.item),
            ("retentionschedule_rules", self.opened.request.agency),
            *((f"evidenceitem_{verb}", self.item.holds.get()) for verb in ("lift", "again")),
            *((f"agencies_case_{verb}", CaseHold.objects.get()) for verb in ("lift", "again")),
            ("web:for_partner", self.partner),
            ("web:allow_kind", KindRefusal.objects.get()),
            ("web:site_", row.site),
            ("web:pass_on_site", row.site),
            *((name, CameraOffer.objects.get()) for name in ("web:pass_on_offer", "web:camera_offer")),
            ("web:affiliation", Affiliation.objects.get(partner=self.partner)),
            ("web:member_", self.partner.memberships.get()),
            ("web:member_invitation", MemberInvitation.objects.get(partner=self.partner)),
            ("accepted_terms", self.acceptance),
            ("terms_acceptance", self.acceptance),
            ("terms_termsversion", self.acceptance.version),
            ("agencies_case", self.opened.request.case),
            ("agencies_case_rewrite", CaseNote.objects.get()),
            ("disclosure_export", self.export),
            ("disclosure_export_request", self.opened.request.case),
            ("list_view_", ListView.objects.get()),
            ("ledger_entry", Entry.objects.get(subject_id=str(self.item.public_id), action="evidence_item.received")),
            ("notifications_message", Message.objects.order_by("pk")[0]),
        ]

    def value(self, name: str) -> str:
        """What fills the variable part of this address."""
        if name == "evidence:media":
            return self.media_token
        if name == "evidence:package":
            return self.package_token
        if name.endswith(("import_export", "_template")):
            return "csv"
        if name in ("admin:list_export", "admin:list_views"):
            return "cameras.camera"
        if name == "demo:letter":
            return "letter.eml"
        if name == "canvass:phone":
            return "en"
        if name.endswith("_webauthn"):
            return str(self.passkey.pk)
        row: Any = self.opened.match.camera
        for part, found in self.rows:
            if part in name:
                row = found
        return str(getattr(row, "public_id", row.pk))


@pytest.fixture
def victim(settings: LazySettings, tmp_path: Path) -> Victim:
    settings.EVIDENCE_URL = f"file://{tmp_path / 'evidence'}"
    settings.STAGING_DIR = tmp_path / "staging"
    settings.SECURITY_CONTACT = "mailto:security@city.example"
    agency = AgencyFactory.create()
    user, partner = registrant(agency)
    partner.name = f"{CANARY} household"
    partner.save()
    camera = camera_at(partner, *PLACE, name=f"{CANARY} camera")
    camera.site.address = f"1 {CANARY} Lane"
    camera.site.save()
    opened = open_request(agency, camera)
    item = received_item(b"not a video", sent_through=opened.invitation, filename=f"{CANARY}.mp4")
    purpose = open_purpose(
        user=opened.author,
        agency=agency,
        kind=PurposeKind.CASE,
        access=AccessKind.FOOTAGE,
        reason="Looking for the car.",
        case_number=opened.request.case.number,
    )
    begin_handover(
        case=opened.request.case,
        user=opened.author,
        what="A copy",
        medium="usb",
        window=(opened.request.window_start, opened.request.window_end),
        language="en",
        match=opened.match,
    )
    at_doors = begin_canvass(
        case=opened.request.case, user=opened.author, where=f"{CANARY} Lane", request=opened.request
    )
    record_visit(
        canvass=at_doors,
        user=opened.author,
        told=Told(address=f"3 {CANARY} Lane", outcome="will_give", note=f"{CANARY} opens after six.", place=DOOR),
        request_key=None,
    )
    look = MediaAccess(item.public_id, ORIGINAL, purpose.public_id, opened.author.public_id, fingerprint("a session"))
    start, end = opened.request.windows[0]
    Piece.objects.create(
        match=opened.match,
        program_key=user.public_id,
        program=f"{CANARY} recorder",
        client_id="a",
        begins=start,
        ends=end,
        note=f"What {CANARY} saw.",
    )
    note_on(opened.request.case, opened.author, f"Spoke to {CANARY}.")
    KindRefusal.objects.create(
        partner=partner, agency=agency, incident_type="arson", incident_names={"en": f"{CANARY} arson"}
    )
    write_to_agency(
        invitation=opened.invitation,
        text=f"This is {CANARY}.",
        files=[GivenFile(f"{CANARY}.txt", b"Model 7")],
        author=user,
        actor=actor_for(user),
    )
    save_view(
        user=opened.author,
        agency=agency,
        listed="footage_requests.footagerequest",
        name=f"{CANARY} view",
        shared=True,
        shown=Shown(search=f"{CANARY}"),
    )
    asked_record(agency, item)
    kept(agency, item)
    export = export_from(item, purpose)
    take = PackageAccess(export.public_id, purpose.public_id, opened.author.public_id, fingerprint("a session"))
    acceptance = Acceptance.objects.get(partner=partner)
    oak = registrant()[1]
    Affiliation.objects.create(partner=partner, association=oak, began_at=oak.created_at)
    invite_member(
        partner=partner,
        email=f"{CANARY.lower()}@example.org",
        role="responder",
        language="en",
        user=user,
        request_key=None,
        actor=actor_for(user),
    )
    offer_cameras(
        site=camera.site,
        cameras=[camera.public_id],
        email="",
        language="en",
        user=user,
        request_key=None,
        actor=actor_for(user),
    )
    CameraOffer.objects.update(email=f"{CANARY.lower()}@example.org")
    sequence()
    return Victim(
        opened,
        partner,
        item,
        acceptance,
        make_token(look),
        give_passkey(user, f"{CANARY} phone"),
        imports_of(user, partner, agency),
        asked_for_places(opened.author, agency, f"26 {CANARY}"),
        export,
        take.token(),
    )


def asked_record(agency: Agency, item: EvidenceItem) -> None:
    """A records request that reaches the item, with a statute that keeps it back."""
    custodian = staff(Role.RECORDS_CUSTODIAN, agency)
    asked = taken_request(custodian, agency, wording=f"What {CANARY} filmed.", contact=f"{CANARY}@example.org")
    add_items(request=asked, user=custodian, items=[item.public_id])
    line = RequestedItem.objects.get()
    withhold(request=asked, user=custodian, line=line, exemption="security_system", part="where it hangs")


def kept(agency: Agency, item: EvidenceItem) -> None:
    """Rules of retention, and holds on the item and on its case."""
    custodian = staff(Role.RECORDS_CUSTODIAN, agency)
    rules = [Given(title="All", series="GS2, item 1", days=60)]
    publish_schedule(user=custodian, agency=agency, rules=rules, reason="Approved.", number=0)
    Disposition.objects.create(
        item=item,
        agency=agency,
        schedule=RetentionSchedule.objects.get(),
        title="All",
        series="GS2, item 1",
        expired_at=item.received_at,
        proposed_by=custodian,
        reason=f"About {CANARY}.",
    )
    why = {"authority": f"{CANARY} Circuit", "reason": "A trial runs."}
    place_hold(item=item, user=custodian, **why)
    place_case_hold(case=item.submission.case, user=custodian, **why)


def export_from(item: EvidenceItem, purpose: Purpose) -> Export:
    """An export that is asked for, with the item in it although that is not sealed."""
    export = Export.objects.create(
        code="E-7K3M9QX",
        agency=item.agency,
        case=item.submission.case,
        requested_by=purpose.user,
        purpose=purpose,
        recipient=f"{CANARY} attorney",
        reason="Discovery.",
        originals=True,
        working_copies=False,
        places=False,
        selection="0" * 64,
        second_reasons=["home"],
        expires_at=purpose.ends_at,
    )
    ExportItem.objects.create(export=export, item=item, number=1)
    return export


def imports_of(user: User, partner: Partner, agency: Agency) -> dict[str, Any]:
    """An import of the partner's with a row to correct, and one of its agency with an owner who was invited."""
    row = f"{CANARY} import,{PLACE[0]},north"
    own = checked(received(f"name,latitude,longitude\n{row}\n".encode(), partner=partner, user=user))
    row = f"{CANARY} held,{PLACE[0]},{PLACE[1]},{CANARY}@example.org"
    registry = imported(checked(for_agency(f"name,latitude,longitude,owner email\n{row}\n".encode(), agency)))
    owner = OwnerInvitation.objects.get()
    invite_owner(pk=owner.pk)
    return {"own": own, "registry": registry, "owner": owner}
