"""Invitations and files that arrived, made through the real services."""

from __future__ import annotations

import os
import shutil
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from apps.cameras.models import Camera, Site
from apps.cameras.states import CameraState
from apps.evidence.models import EvidenceItem
from apps.evidence.services import intake
from apps.footage_requests.link_kinds import INVITATION
from apps.footage_requests.models import FootageRequest, Invitation, Match
from apps.footage_requests.states import InvitationState, MatchState, RequestState
from apps.ledger.values import Actor
from apps.links.services import issue_link
from apps.uploads import services, staging
from apps.uploads.models import Upload
from tests.factories.people import AgencyFactory, CaseFactory, registrant, staff


def invitation(**changes: object) -> Invitation:
    """An open request with one invited partner and one match."""
    agency = AgencyFactory.create()
    _user, partner = registrant(agency)
    now = timezone.now()
    asked = FootageRequest.objects.create(
        code=os.urandom(5).hex(),
        agency=agency,
        case=CaseFactory.create(agency=agency),
        author=staff(agency=agency),
        state=RequestState.OPEN,
        incident_type="burglary",
        incident_names={"en": "burglary", "es": "robo en propiedad"},
        reason="A burglary.",
        area={"type": "Circle", "center": [-84.28, 30.44], "radius_m": 200},
        area_m2=125_000,
        window_start=now - timedelta(hours=3),
        window_end=now - timedelta(hours=2),
        time_zone=agency.time_zone,
        approved_at=now,
        opened_at=now,
        closes_at=now + timedelta(days=14),
    )
    made = Invitation.objects.create(
        request=asked,
        partner=partner,
        state=changes.get("state", InvitationState.SENT),
        sent_at=now,
    )
    issue_link(kind=INVITATION, subject=made.public_id)
    site = Site.objects.create(partner=partner, name="Home", address="1 Main Street")
    camera = Camera.objects.create(
        site=site,
        name="Driveway",
        state=CameraState.ACTIVE,
        retention_hours=72,
        records_sound=False,
    )
    Match.objects.create(
        request=asked, camera=camera, invitation=made, state=MatchState.INVITED, overwrite_deadline=now
    )
    return made


def another_match(made: Invitation) -> Match:
    """A second camera of the invited partner in the same request."""
    first = Match.objects.select_related("camera__site").filter(invitation=made)[0]
    camera = Camera.objects.create(
        site=first.camera.site, name="Yard", state=CameraState.ACTIVE, retention_hours=72, records_sound=False
    )
    return Match.objects.create(
        request=made.request,
        camera=camera,
        invitation=made,
        state=MatchState.INVITED,
        overwrite_deadline=first.overwrite_deadline,
    )


def open_upload(content: bytes | Path, *, sent_through: Invitation, filename: str = "camera 1.mp4") -> Upload:
    """An upload that was opened and has received nothing yet."""
    length = len(content) if isinstance(content, bytes) else content.stat().st_size
    actor = Actor.invitation(sent_through.public_id)
    match = Match.objects.filter(invitation=sent_through).first()
    return services.open_upload(
        sender=intake.sender_of(sent_through),
        length=length,
        filename=filename,
        content_type="video/mp4",
        metadata=intake.metadata_of(actor=actor, match=match),
        actor=actor,
    )


def received_item(
    content: bytes | Path, *, sent_through: Invitation | None = None, filename: str = "camera 1.mp4"
) -> EvidenceItem:
    """An evidence item in state received whose bytes lie in staging."""
    upload = open_upload(content, sent_through=sent_through or invitation(), filename=filename)
    if isinstance(content, bytes):
        staging.path_of(upload).write_bytes(content)
    else:
        shutil.copyfile(content, staging.path_of(upload))
    services.commit_offset(upload=upload, offset=upload.length)
    upload = services.finish_upload(upload=upload)
    return EvidenceItem.objects.get(upload=upload)
