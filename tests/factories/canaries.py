"""A person of whom the portal knows everything it can know, in words that occur nowhere else."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.db import connection
from django.test import Client
from django.utils import timezone

from apps.accounts.api_keys import issue_key
from apps.accounts.models import Session, User
from apps.agencies.models import Agency
from apps.cameras.details import CameraDetails
from apps.cameras.models import Camera, CameraView
from apps.cameras.services import add_site, approve_camera, register_camera, save_camera_draft
from apps.evidence.models import EvidenceItem, Piece, SenderNote
from apps.evidence.services.intake import scope_of
from apps.footage_requests import services as requests
from apps.footage_requests.services import AnswerGiven
from apps.footage_requests.states import Answer
from apps.partners.models import Partner
from apps.partners.services import ContactWish, join_program, set_contact_rules
from apps.prospects.models import CameraOffer
from apps.uploads.models import Upload
from apps.uploads.states import UploadState
from tests.factories.actors import actor_for
from tests.factories.cameras import reviewer
from tests.factories.evidence import received_item
from tests.factories.footage_requests import Opened, open_request
from tests.factories.people import PASSWORD, AgencyFactory, accept
from tests.factories.sessions import give_second_factor, sign_in

NAME, MAIL, OLD_MAIL = "Kestrelcanary", "kestrel@canary.example", "former@canary.example"
STREET, NOTE, SITE, CAMERA = "Ospreycanary Lane", "Merlincanary", "Harriercanary", "Falconcanary"
ANSWER, DRAFT, BROWSER, FILE, LOOSE = "Hobbycanary", "Kitecanary", "Buzzardcanary", "Heroncanary", "Egretcanary"
PHONE = "+18505550134"
OFFERED = "terncanary@canary.example"
PICTURE = b"Sparrowcanary in pixels"
PLACE = (30.438765, -84.280432)
PERSONAL = (NAME, MAIL, OLD_MAIL, STREET, NOTE, SITE, CAMERA, ANSWER, DRAFT, BROWSER, LOOSE, OFFERED)
PERSONAL += ("Sparrowcanary", "Gannetcanary", "5550134")
PLACES = ("30.4387", "84.2804")


@dataclass(frozen=True)
class Known:
    """Whom the portal knows, with what hangs from it."""

    user: User
    partner: Partner
    camera: Camera
    opened: Opened
    item: EvidenceItem | None
    client: Client


def known_person(*, gave: bool = True, agency: Agency | None = None) -> Known:
    """Everything through the real services; a browser that is signed in; a file given and one given up."""
    agency = agency or AgencyFactory.create()
    user = User.objects.create_user(OLD_MAIL, PASSWORD, name=f"Ada {NAME}")
    actor = actor_for(user)
    partner = join_program(
        user=user, kind="resident", name=f"{NAME} household", agencies=[agency], request_key=None, actor=actor
    )
    accept(partner, user)
    set_contact_rules(partner=partner, user=user, wish=ContactWish(tier="phone", phone=PHONE), version=0, actor=actor)
    site = add_site(partner=partner, user=user, name=SITE, address=f"1 {STREET}", request_key=None, actor=actor)
    details: dict[str, Any] = {
        "name": CAMERA,
        "latitude": PLACE[0],
        "longitude": PLACE[1],
        "bearing": 10.0,
        "field_of_view": 90.0,
        "range_m": 40.0,
        "retention_hours": 24 * 14,
        "records_sound": False,
        "notes": NOTE,
    }
    camera = register_camera(
        site=site, details=CameraDetails.checked(**details), request_key=uuid.uuid4(), user=user, actor=actor
    )
    manager, purpose = reviewer(agency)
    camera = approve_camera(camera=camera, version=camera.version, purpose=purpose, user=manager)
    CameraView.objects.create(camera=camera, picture=PICTURE, width=1, height=1)
    save_camera_draft(user=user, partner=partner, form="add", values={"name": DRAFT}, version=0)
    opened = open_request(agency, camera, area={"type": "Circle", "center": [-84.279, 30.44], "radius_m": 400})
    requests.answer_matches(
        invitation=opened.invitation,
        answers={opened.match.public_id: AnswerGiven(Answer.HAS_FOOTAGE, note=ANSWER)},
        actor=actor,
    )
    item = None
    if gave:
        item = received_item(b"not a video", sent_through=opened.invitation, filename=f"{FILE}.mp4")
    start, end = opened.request.windows[0]
    Piece.objects.create(
        match=opened.match,
        program_key=user.public_id,
        program="Gannetcanary",
        client_id="a",
        begins=start,
        ends=end,
        note="Gannetcanary",
    )
    CameraOffer.objects.create(
        partner=partner,
        site=site,
        email=OFFERED,
        language="en",
        expires_at=timezone.now() + timedelta(days=30),
        offered_by=user,
    )
    loose = Upload.objects.create(
        scope=scope_of(opened.invitation),
        state=UploadState.ABANDONED,
        length=10,
        filename=f"{LOOSE}.mp4",
        metadata={"filename": LOOSE},
        expires_at=timezone.now(),
    )
    SenderNote.objects.create(upload=loose, text=LOOSE)
    user.email = MAIL  # the address has changed since the first mails
    user.save()
    EmailAddress.objects.create(user=user, email=MAIL, verified=True, primary=True)
    client = Client(headers={"user-agent": BROWSER})
    give_second_factor(user)
    issue_key(user=user, name="recorder", scope="full", days=None, actor=actor)
    sign_in(client, user)
    UserSession.objects.create(user=user, session_key=client.session.session_key, ip="192.0.2.1", user_agent=BROWSER)
    return Known(user, partner, camera, opened, item, client)


def everything() -> dict[str, str]:
    """Every table as one text each: as the database holds it and, where a model opens it, as the portal reads it."""
    told: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            told[table] = [_text(value) for row in cursor.fetchall() for value in row]
    for model in apps.get_models(include_auto_created=True):
        names = [field.attname for field in model._meta.concrete_fields]
        for row in model._default_manager.values_list(*names):
            told.setdefault(model._meta.db_table, []).extend(_text(value) for value in row)
    told[Session._meta.db_table] += [str(one.get_decoded()) for one in Session.objects.all()]
    return {table: "\n".join(values) for table, values in told.items()}


def tables_with(*words: str) -> set[str]:
    """The tables that hold any of these words."""
    return {table for table, text in everything().items() if any(word in text for word in words)}


def _text(value: Any) -> str:
    return bytes(value).decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else str(value)
