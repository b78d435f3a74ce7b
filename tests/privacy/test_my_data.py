"""“My data”: everything held about the person, and nothing of anybody else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.db import models
from django.urls import reverse

from apps.accounts.models import User
from apps.cameras.models import Camera
from apps.cameras.states import CameraState
from apps.core.data_inventory import sections
from apps.ledger.models import Entry
from apps.partners.models import MemberRole, Membership, Partner
from apps.privacy.my_data import shown_sections, write_json
from tests.factories import canaries
from tests.factories.canaries import known_person
from tests.factories.footage_requests import camera_at
from tests.factories.people import UserFactory, registrant
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db

# Models that name a person, a partner or a camera, and that no section lays open, with the reason.
NOT_LAID_OPEN = {
    "conversations.Promises": "an agency's, with the name of a colleague",
    "conversations.StaffNote": "staff's notes for each other; erased with the account",
    "conversations.Thanks": "the same words to everybody who answered",
    "accounts.SignInEvent": "Names staff alone: anybody else who tries to sign in there is recorded without a person.",
    "accounts.StaffHold": "A staff account that was shut.",
    "admin.LogEntry": "Django's own log of the admin; staff alone work there, and the portal does not write it.",
    "counts.CountedArea": "Areas that a staff member counted within a day; no owner stands in it.",
    "access.PlacesRequest": "What a staff member asked a supervisor; it names no owner.",
    "evidence.Handover": "What an officer took at a scene; a registered owner reads the files of it among the gifts.",
    "access.TellingDelay": "That an owner reads later of accesses; told now, it would tell of an investigation.",
    "access.Purpose": "A staff member's ground for an access; owners read it as one, without the officer.",
    "agreements.Agreement": "What an agency and a recipient signed; it names the staff who made and ended it alone.",
    "calls.WallScreen": "Which staff member lets a screen in the room show the calls.",
    "calls.Call": "What dispatch or a staff member says of a call for service; it names no owner.",
    "calls.ShiftEntry": "What staff write for the next shift; owners never read it.",
    "notifications.TellingRules": "How a staff member wants to be told what waits; it names no owner.",
    "agencies.RuleDraft": "What a program manager typed of a rule of the agency; it names its author alone.",
    "agencies.FeatureVersion": "What an agency has switched off; it names the program manager who did alone.",
    "letterhead.Letterhead": "What an agency's letters say beside the portal's words; it names its author alone.",
    "lists.ListView": "How a staff member wants to see a list again; owners never read it.",
    "lists.ListExport": "That a staff member exported a list, and why; it holds none of the rows.",
    "canvass.Canvass": "Where officers ask at the doors; it names the officer who began it alone.",
    "canvass.CanvassOfficer": "Which staff member goes along.",
    "canvass.Door": "An address at which officers asked, for its case; nobody who lives there has an account by it.",
    "canvass.Visit": "What staff found at a door, for its case; owners never read it.",
    "cases.CaseNote": "What staff write on a case; owners never read it.",
    "marks.Mark": "What staff note about a moment of a video, for its case; owners never read it.",
    "redaction.Redaction": "What staff take out of a film before a copy leaves; its giver reads of the copy made.",
    "redaction.PlanVersion": "What a redaction took out after one change; owners never read it.",
    "evidence.Excerpt": "A still or clip that staff made of a file; its giver reads each access as an act on the file.",
    "program.QuarterlyUpdate": "What a program manager publishes about a quarter; no owner stands in it.",
    "program.ZonePopulation": "How many people live in a zone; a number of the census.",
    "program.Target": "What a program manager wants the program to reach; it names no owner.",
    "layers.Layer": "Places of an agency's own; it names the staff member who made it.",
    "layers.LayerLoad": "A file of such places; it names the staff who uploaded and decided.",
    "agencies.StaffProposal": "What two people of an agency decide about a staff account.",
    "disclosure.Export": "What staff hand over of a case; owners read packages and downloads as acts on their file.",
    "disclosure.ExportItem": "Which files an export holds; owners read it as an act on their file.",
    "disclosure.ExportFile": "A file of a package: evidence that is laid open, or a document about it.",
    "sharing.Grant": "What staff share of a case; owners read shares, looks and copies as acts on their file.",
    "sharing.Visit": "A browser of a recipient outside; no owner stands in it.",
    "sharing.CourtStatus": "How a case stands in court, as its prosecutor says; owners read it beside their file.",
    "sharing.PassedOn": "What a recipient states about copies; no owner stands in it.",
    "sharing.GrantItem": "Which files a grant gives; owners read it as an act on their file.",
    "disclosure.RecordsRequest": "What somebody asked to see; it names the staff member who took it in, and no owner.",
    "disclosure.RequestedItem": "What a records custodian decides about an item for a records request.",
    "disclosure.Withholding": "Which statute keeps a part of a record back; it names staff alone.",
    "disclosure.Fee": "A note about the cost of a records request; it names staff alone.",
    "evidence.CaseHold": "Who demands that a whole case is kept; it names staff alone, and givers are not told.",
    "retention.RetentionSchedule": "How long an agency keeps what; it names the staff member who made the rules.",
    "retention.Disposition": "Which two custodians disposed of an item; its giver reads in the custody that they did.",
    "evidence.EvidenceHold": "Who demands that an item is kept; it names staff alone, and givers are not told.",
    "agencies.Verification": "That an auditor had the ledger checked, and what came of it.",
    "agencies.StaffSetup": "The invitation to set up a staff account.",
    "reviews.Review": "An auditor's weekly task; it names staff alone.",
    "reviews.ReviewRow": "Which staff member's look or export an auditor went through, and what was said of it.",
    "agencies.Absence": "Which days a staff member is away, and which colleague stands in.",
    "agencies.RoleGrant": "What an agency lets its staff do; staff accounts have no page of data here.",
    "cameras.CameraPair": "A guess of the portal that two cameras may be one; it repeats nothing about either.",
    "cameras.Conformance": "A judgment of the camera's facts, shown with the camera; computed anew from them.",
    "socialaccount.SocialAccount": "A staff account at its agency's own identity provider.",
    "partners.PartnerWord": "Keyed digests of the words of a name; the name itself is laid open.",
    "partners.StrangerLetter": "That a letter went out; to whom is a keyed digest. The offer itself is laid open.",
    "footage_requests.KeptForm": "What a staff member has typed of a request; it names its writer alone.",
    "footage_requests.FootageRequest": "Written by staff about a case. Who was asked reads it as the request.",
}


@pytest.fixture(autouse=True)
def _stores(settings: LazySettings, tmp_path: Path) -> None:
    settings.EVIDENCE_URL = f"file://{tmp_path / 'evidence'}"
    settings.STAGING_DIR = tmp_path / "staging"


def told(user: User) -> dict[str, list[dict[str, object]]]:
    with write_json(user) as file:
        return json.load(file)["sections"]


def test_every_model_about_people_is_laid_open_or_on_the_list_with_a_reason():
    covered = {label for section in sections() for label in section.covers}
    about = {User, Partner, Camera}
    found = set()
    for model in apps.get_models():
        keys = [field for field in model._meta.get_fields() if isinstance(field, models.ForeignKey)]
        if model in about or any(field.related_model in about for field in keys):
            found.add(model._meta.label)
    assert found - covered - set(NOT_LAID_OPEN) == set()
    assert set(NOT_LAID_OPEN) & covered == set()


def test_every_row_has_a_label_in_words():
    known = known_person()
    from apps.privacy.my_data import whose

    for section in sections():
        for row in section.rows(whose(known.user)):
            assert set(row) <= set(section.labels), section.key


def test_the_file_holds_everything_about_the_person():
    known = known_person()
    text = json.dumps(told(known.user))
    expected = set(canaries.PERSONAL) - {"Sparrowcanary", canaries.LOOSE}
    assert {word for word in expected if word not in text} == set()
    assert str(canaries.PLACE[0]) in text
    assert canaries.FILE in text
    rows = told(known.user)
    assert len(rows["views"]) == len(rows["cameras"]) == len(rows["submissions"]) == len(rows["acceptances"]) == 1
    assert rows["acceptances"][0]["digest"]


def test_nothing_of_others_is_in_it():
    known = known_person()
    stranger, _partner = registrant()
    text = json.dumps(told(stranger))
    assert not any(word in text for word in (*canaries.PERSONAL, *canaries.PLACES, canaries.FILE))
    for officer in (known.opened.author, known.opened.supervisor):
        assert officer.email not in json.dumps(told(known.user))


@pytest.mark.parametrize(
    ("role", "sees"), [(MemberRole.OWNER, True), (MemberRole.MANAGER, True), (MemberRole.RESPONDER, False)]
)
def test_places_are_for_who_runs_the_account(role, sees):
    known = known_person()
    other = UserFactory.create()
    Membership.objects.create(partner=known.partner, user=other, role=role)
    rows = told(other)
    text = json.dumps(rows)
    assert (str(canaries.PLACE[0]) in text) == sees
    assert (canaries.STREET in text) == sees
    assert bool(rows["views"]) == sees
    assert rows["requests"]
    assert canaries.MAIL not in text
    assert canaries.DRAFT not in text


def test_who_saw_a_place_is_told_by_role_and_agency(client):
    from apps.access.models import AccessKind, PurposeKind
    from apps.access.services import open_purpose
    from apps.footage_requests.services import access_cameras

    known = known_person()
    author = known.opened.author
    open_purpose(
        user=author,
        agency=known.opened.agency,
        kind=PurposeKind.CASE,
        access=AccessKind.REQUEST_CAMERAS,
        reason="Looking for the car.",
        case_number=known.opened.request.case.number,
    )
    access_cameras(user=author, request=known.opened.request)
    (look,) = told(known.user)["accesses"]
    assert known.opened.agency.short_name in str(look["who"])
    assert look["ground"] == "a case"
    assert author.name not in json.dumps(look)


def test_ten_thousand_cameras_are_written_row_by_row_and_the_page_stays_short():
    user, partner = registrant()
    site = camera_at(partner).site
    Camera.objects.bulk_create(
        Camera(site=site, name=f"No. {n}", state=CameraState.ACTIVE, retention_hours=24) for n in range(1_200)
    )
    assert len(told(user)["cameras"]) == 1_201
    cameras = next(one for one in shown_sections(user) if one.key == "cameras")
    assert (len(cameras.rows), cameras.more) == (200, True)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_page_and_the_file_ask_once_more_and_leave_an_entry(client, language):
    user, _partner = registrant()
    user.language = language
    user.save()
    sign_in(client, user)
    page = client.get(reverse("web:my_data"))
    assert user.email in page.content.decode()
    file = client.get(reverse("web:my_data_file"))
    assert json.loads(b"".join(file.streaming_content))["sections"]["account"][0]["email"] == user.email
    assert "attachment" in file["Content-Disposition"]
    assert Entry.objects.filter(action="account.data_disclosed").count() == 2
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": 0}]
    session.save()
    for name in ("my_data", "my_data_file"):
        assert "reauthenticate" in client.get(reverse(f"web:{name}"))["Location"]
