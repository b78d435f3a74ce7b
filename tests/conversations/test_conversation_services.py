"""Owner and agency write to each other about one request: who may, how much, what it changes, what the ledger holds."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from apps.accounts.models import User
from apps.agencies.models import Role
from apps.conversations import services
from apps.conversations.attaching import GivenFile
from apps.conversations.models import Attachment, StaffNote, Thread, ThreadMessage
from apps.conversations.selectors import helper_for, waiting_threads
from apps.conversations.states import MessageKind, ThreadState
from apps.conversations.tasks import tell_of_broken_promises
from apps.core.data_inventory import Whose, sections
from apps.core.errors import InvalidInput, NotAllowed, NotFound, Stale, TooMany, WrongState
from apps.footage_requests.services import AnswerGiven, answer_matches, close_request, revoke_invitation
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.notifications.models import Message
from apps.notifications.sending import send_due
from apps.notifications.states import MessageState
from apps.partners.models import Consent, Membership
from tests.factories.actors import actor_for
from tests.factories.footage_requests import Opened, camera_at, open_request
from tests.factories.people import AgencyFactory, registrant, staff
from tests.media.test_pictures import HEIC, with_gps

pytestmark = pytest.mark.django_db
SECRET = "The man lives on Elm Street."
SYSTEM = Actor.system("test")


@pytest.fixture
def opened() -> Opened:
    return open_request()


def ask(opened: Opened, text: str = SECRET, **more):
    given = {"author": None, "actor": Actor.invitation(opened.invitation.public_id)} | more
    return services.write_to_agency(invitation=opened.invitation, text=text, **given)


def reply(opened: Opened, text: str = "The camera by the door, please.", user: User | None = None, **more):
    user = user or opened.author
    return services.write_to_owner(user=user, invitation=opened.invitation, text=text, actor=actor_for(user), **more)


def thread(opened: Opened) -> Thread:
    return Thread.objects.get(invitation=opened.invitation)


def letters(kind: str) -> list[Message]:
    return list(Message.objects.filter(kind=kind).order_by("pk"))


def finish(opened: Opened) -> None:
    answer_matches(invitation=opened.invitation, answers={opened.match.public_id: AnswerGiven("none")}, actor=SYSTEM)
    close_request(user=opened.author, request=opened.request, outcome="no_footage", actor=actor_for(opened.author))


def test_an_owner_asks_and_the_author_learns_of_it_without_the_words(opened):
    ask(opened)
    assert thread(opened).state == ThreadState.ASKED
    assert thread(opened).due_at == thread(opened).asked_at + timedelta(hours=4)
    (letter,) = letters("conversation.question")
    assert letter.recipient == opened.author.email
    assert SECRET not in letter.text
    assert str(opened.invitation.public_id) in letter.text


def test_an_answer_ends_the_wait_and_the_owner_gets_a_link_and_no_words(opened):
    ask(opened)
    reply(opened, "Camera 2, please.")
    assert thread(opened).state == ThreadState.DECIDED
    assert thread(opened).due_at is None
    assert thread(opened).handler == opened.author
    (letter,) = letters("conversation.owner")
    assert "Camera 2" not in letter.text
    assert opened.token() in letter.text


def test_the_ledger_says_that_something_was_written_and_never_what(opened):
    ask(opened)
    reply(opened, "No, the other one on Elm.")
    services.add_staff_note(
        user=opened.author, invitation=opened.invitation, text="Elm again.", actor=actor_for(opened.author)
    )
    acts = Entry.objects.filter(subject_id=str(opened.request.public_id), action__startswith="thread.")
    assert {one.action for one in acts} == {"thread.owner_wrote", "thread.staff_wrote", "thread.note_added"}
    assert "Elm" not in json.dumps([one.facts for one in acts])


def test_the_same_form_twice_and_the_same_words_twice_are_one_message(opened):
    key = uuid.uuid4()
    assert ask(opened, request_key=key) == ask(opened, request_key=key)
    assert ask(opened) == ask(opened)
    assert ThreadMessage.objects.count() == 1
    assert len(letters("conversation.question")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "Look <IMG src=x onerror=alert(1)>",
        "Buy at https://a.example and https://b.example",
        "x" * 1_000_000,
        "",
        "a\x00b",
        "left \u202e right",
    ],
)
def test_a_script_advertising_a_megabyte_and_nothing_are_refused_in_a_sentence(opened, text):
    with pytest.raises(InvalidInput) as refused:
        ask(opened, text)
    assert str(refused.value.fields["text"]).endswith(".")
    assert not ThreadMessage.objects.exists()


def test_an_agency_writes_no_web_address(opened):
    with pytest.raises(InvalidInput):
        reply(opened, "Look at www.example.org")


def test_an_owner_who_writes_all_the_time_has_to_wait(opened):
    for number in range(10):
        ask(opened, f"Question {number}")
    with pytest.raises(TooMany):
        ask(opened, "One more")
    with time_machine.travel(timezone.now() + timedelta(hours=1, minutes=1), tick=False):
        ask(opened, "One more")


def test_an_agency_does_not_press_who_does_not_answer(opened):
    for number in range(3):
        reply(opened, f"Are you there? {number}")
    with pytest.raises(TooMany):
        reply(opened, "Hello?")
    ask(opened, "Here I am.")
    reply(opened, "Good.")


def test_help_with_exporting_goes_to_the_agencys_named_person(opened):
    helper, manager = staff(Role.ANALYST, opened.agency), staff(Role.PROGRAM_MANAGER, opened.agency)
    services.set_promises(
        agency=opened.agency,
        acknowledge_hours=1,
        look_hours=2,
        decide_hours=3,
        helper=helper,
        version=0,
        by=manager,
    )
    ask(opened, "", kind=MessageKind.EXPORT_HELP)
    assert helper_for(opened.request) == helper
    assert thread(opened).handler == helper
    assert [one.recipient for one in letters("conversation.question")] == [helper.email]
    assert thread(opened).due_at == thread(opened).asked_at + timedelta(hours=1)


def test_promises_rise_are_the_managers_and_nobody_overwrites_a_colleagues(opened):
    manager = staff(Role.PROGRAM_MANAGER, opened.agency)
    said = {"agency": opened.agency, "acknowledge_hours": 1, "look_hours": 2, "decide_hours": 3, "helper": None}
    with pytest.raises(InvalidInput):
        services.set_promises(**(said | {"look_hours": 0}), version=0, by=manager)
    with pytest.raises(InvalidInput):
        services.set_promises(**(said | {"helper": staff(Role.AUDITOR, opened.agency)}), version=0, by=manager)
    with pytest.raises(NotAllowed):
        services.set_promises(**said, version=0, by=opened.author)
    assert services.set_promises(**said, version=0, by=manager).version == 1
    assert services.set_promises(**said, version=0, by=manager).version == 1
    with pytest.raises(Stale):
        services.set_promises(**(said | {"decide_hours": 9}), version=0, by=manager)


def test_each_step_has_its_promise_and_the_owner_reads_who_has_it(opened):
    ask(opened)
    by = {"user": opened.author, "invitation": opened.invitation, "actor": actor_for(opened.author)}
    services.acknowledge_question(**by)
    services.acknowledge_question(**by)
    assert (thread(opened).state, thread(opened).handler) == (ThreadState.ACKNOWLEDGED, opened.author)
    assert thread(opened).due_at == thread(opened).asked_at + timedelta(hours=24)
    services.look_at_question(**by)
    assert thread(opened).due_at == thread(opened).asked_at + timedelta(hours=72)
    with pytest.raises(WrongState):
        services.acknowledge_question(**by)


def test_a_broken_promise_reaches_the_supervisors_once_and_again_for_the_next_one(opened):
    ask(opened)
    assert tell_of_broken_promises() == 0
    with time_machine.travel(timezone.now() + timedelta(hours=5), tick=False):
        assert tell_of_broken_promises() == 1
        assert tell_of_broken_promises() == 0
        assert [one.recipient for one in letters("conversation.overdue")] == [opened.supervisor.email]
        services.acknowledge_question(user=opened.author, invitation=opened.invitation, actor=actor_for(opened.author))
        assert tell_of_broken_promises() == 0
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        assert tell_of_broken_promises() == 1


def test_who_answered_meanwhile_is_told_of_no_broken_promise(opened):
    ask(opened)
    with time_machine.travel(timezone.now() + timedelta(hours=5), tick=False):
        tell_of_broken_promises()
        reply(opened)
        send_due()
    (letter,) = letters("conversation.overdue")
    assert letter.state == MessageState.DROPPED


def test_a_complaint_opens_what_was_over_and_reaches_a_supervisor(opened):
    ask(opened)
    reply(opened)
    finish(opened)
    ask(opened, "That was my neighbor.", kind=MessageKind.NOT_RIGHT)
    assert thread(opened).state == ThreadState.ASKED
    assert {one.recipient for one in letters("conversation.not_right")} == {
        opened.author.email,
        opened.supervisor.email,
    }
    reply(opened, "We look into it.")


def test_staff_notes_stay_with_staff(opened):
    services.add_staff_note(
        user=opened.author, invitation=opened.invitation, text="Nervous on the phone.", actor=actor_for(opened.author)
    )
    owner = Membership.objects.get(partner=opened.invitation.partner).user
    partner = opened.invitation.partner_id
    whose = Whose(owner.pk, owner.public_id, (owner.email,), (partner,), (partner,))
    shown = json.dumps([list(one.rows(whose)) for one in sections() if one.key.startswith("thread")], default=str)
    assert "Nervous" not in shown
    auditor = staff(Role.AUDITOR, opened.agency)
    with pytest.raises(NotAllowed):
        services.add_staff_note(user=auditor, invitation=opened.invitation, text="x", actor=actor_for(auditor))


def test_staff_of_another_agency_find_no_conversation(opened):
    ask(opened)
    stranger = staff(Role.DETECTIVE, AgencyFactory.create())
    with pytest.raises(NotFound):
        reply(opened, user=stranger)
    assert not waiting_threads(stranger).exists()
    assert waiting_threads(opened.author).count() == 1


def test_an_agency_writes_first_only_to_who_may_be_asked_and_always_answers(opened):
    Consent.objects.filter(partner=opened.invitation.partner).update(withdrawn_at=timezone.now())
    with pytest.raises(WrongState):
        reply(opened)
    ask(opened)
    reply(opened)


def test_a_revoked_link_takes_no_message(opened):
    revoke_invitation(user=opened.author, invitation=opened.invitation, actor=actor_for(opened.author))
    with pytest.raises(WrongState):
        ask(opened)


def test_a_picture_is_made_anew_and_a_document_kept_as_it_is(opened):
    document = b"%PDF-1.7 steps"
    ask(opened, files=[GivenFile("IMG 1.HEIC.JPG", with_gps()), GivenFile("../../manual.pdf", document)])
    picture, kept = Attachment.objects.order_by("pk")
    assert (picture.kind, kept.kind) == ("picture", "document")
    assert bytes(picture.content)[:3] == b"\xff\xd8\xff"
    assert b"Exif" not in bytes(picture.content)
    assert bytes(kept.content) == document
    assert "/" not in kept.name


@pytest.mark.parametrize(
    "files",
    [
        [GivenFile("a.exe", b"MZ\x00\x01")],
        [GivenFile("a.html", b"<html><script>alert(1)</script>")],
        [GivenFile("a.heic", HEIC)],
        [GivenFile("a.txt", b"")],
        [GivenFile("a.pdf", b"%PDF-" + b"0" * 3_000_000)],
        [GivenFile("a.txt", b"a")] * 4,
    ],
)
def test_other_files_are_refused_and_the_message_with_them(opened, files):
    with pytest.raises(InvalidInput) as refused:
        ask(opened, files=files)
    assert refused.value.fields["files"]
    assert not ThreadMessage.objects.exists()


def test_thanks_reach_who_answered_once_and_in_the_partners_hours():
    agency = AgencyFactory.create()
    partners = [registrant(agency)[1] for _ in range(2)]
    opened = open_request(agency, *map(camera_at, partners))
    with pytest.raises(WrongState):
        services.thank_owners(user=opened.author, request=opened.request, actor=actor_for(opened.author))
    finish(opened)
    services.thank_owners(
        user=opened.author,
        request=opened.request,
        text="Thank you.",
        tells_outcome=True,
        actor=actor_for(opened.author),
    )
    (message,) = ThreadMessage.objects.all()
    assert (message.kind, message.thread.invitation) == (MessageKind.THANKS, opened.invitation)
    assert len(letters("conversation.owner")) == 1
    with pytest.raises(WrongState):
        services.thank_owners(user=opened.author, request=opened.request, actor=actor_for(opened.author))


def test_a_rating_counts_once_and_may_be_changed(opened):
    rate = {"invitation": opened.invitation, "actor": Actor.invitation(opened.invitation.public_id)}
    for number in (4, 4, 5):
        services.rate_handling(rating=number, **rate)
    assert thread(opened).rating == 5
    assert Entry.objects.filter(action="thread.rated").count() == 2
    with pytest.raises(InvalidInput):
        services.rate_handling(rating=6, **rate)


def test_erasing_takes_the_words_of_both_sides_and_leaves_that_there_were_some(opened):
    ask(opened, files=[GivenFile("model.txt", b"Model 7")])
    reply(opened)
    services.add_staff_note(
        user=opened.author, invitation=opened.invitation, text="Elm.", actor=actor_for(opened.author)
    )
    assert services.erase_conversations(partner=opened.invitation.partner) == 4
    assert services.erase_conversations(partner=opened.invitation.partner) == 0
    assert {one.text for one in ThreadMessage.objects.all()} | {one.text for one in StaffNote.objects.all()} == {""}
    (file,) = Attachment.objects.all()
    assert (file.name, bytes(file.content), file.digest) == ("", b"", "")


def test_my_data_show_what_both_sides_wrote(opened):
    ask(opened)
    reply(opened, "Elm it is.")
    owner = Membership.objects.get(partner=opened.invitation.partner).user
    partner = opened.invitation.partner_id
    whose = Whose(owner.pk, owner.public_id, (owner.email,), (partner,), (partner,))
    rows = next(list(one.rows(whose)) for one in sections() if one.key == "thread_messages")
    assert [row["text"] for row in rows] == [SECRET, "Elm it is."]
