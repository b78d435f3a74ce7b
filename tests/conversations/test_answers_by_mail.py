"""An owner answers a letter by mail."""

import io
import sys
from email.message import EmailMessage

import pytest
from django.core.management import call_command

from apps.agencies.models import Agency
from apps.conversations.models import Attachment, ThreadMessage
from apps.footage_requests.services import revoke_invitation
from apps.notifications.models import Message
from apps.notifications.replies import NobodyReads
from apps.notifications.return_addresses import return_address
from apps.notifications.taking import take_mail
from tests.factories.actors import actor_for
from tests.factories.footage_requests import camera_at, open_request
from tests.factories.links import link_of
from tests.factories.people import AgencyFactory, registrant
from tests.factories.pictures import seal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mailbox(settings):
    settings.MAIL_RETURN_ADDRESS = "letters@portal.example"


@pytest.fixture
def asked():
    agency = AgencyFactory.create()
    owner, partner = registrant(agency)
    opened = open_request(agency, camera_at(partner))
    letter = Message.objects.get(kind="footage_request.invitation")
    return owner, opened, letter


def answer(letter, text, *, sender="", number=1, to="", files=(), **headers):
    mail = EmailMessage()
    mail["From"], mail["To"] = sender or letter.recipient, to or return_address(letter)
    mail["Subject"], mail["Message-ID"] = "Re: video", f"<{number}@phone>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    for name, content in files:
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


def written():
    return [(one.text, one.author) for one in ThreadMessage.objects.order_by("pk")]


def told():
    return [one.words.text for one in Message.objects.filter(kind="conversation.not_taken")]


def test_it_becomes_a_message_of_the_conversation_without_the_letter_below(asked):
    owner, opened, letter = asked
    link = link_of(opened.invitation.public_id)
    mail = answer(
        letter,
        f"Which door do you mean?\n\nOn Mon, Nov 30, 2026 at 1:00 AM Portal\n<letters@portal.example> wrote:\n"
        f"> {link.address}\n> Code: {link.code}\n",
    )
    assert take_mail(mail) == "An answer was taken."
    assert written() == [("Which door do you mean?", owner)]


@pytest.mark.parametrize(
    "below",
    [
        "El lun, 30 nov 2026 a las 1:00, Portal (<a@b>) escribió:\n> x",
        "-----Original Message-----\nFrom: x",
        "-----Mensaje original-----\nDe: x",
        "________________________________\nFrom: Portal",
        "From: Portal <a@b.example>\nSent: Monday",
        "-- \nAda",
        "> quoted",
    ],
)
def test_what_programs_repeat_below_is_left_out(asked, below):
    _owner, _opened, letter = asked
    take_mail(answer(letter, f"¿Qué puerta?\n\n{below}\n"))
    assert [text for text, _author in written()] == ["¿Qué puerta?"]


def test_a_line_with_an_address_of_ours_never_reaches_staff(asked, settings):
    _owner, opened, letter = asked
    link = link_of(opened.invitation.public_id)
    take_mail(answer(letter, f"It says:\n{link.address}\nwhat now?"))
    assert [text for text, _author in written()] == ["It says:\nwhat now?"]


def test_html_alone_is_read_too(asked):
    _owner, _opened, letter = asked
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Message-ID"] = letter.recipient, return_address(letter), "<h@x>"
    mail.set_content("<p>Caf&eacute; door?</p><blockquote>old</blockquote>", subtype="html")
    take_mail(mail.as_bytes())
    assert written()[0][0].startswith("Café door?")


def test_from_another_address_it_is_whoever_held_the_letter(asked):
    _owner, _opened, letter = asked
    take_mail(answer(letter, "From my office.", sender="ada@work.example"))
    assert written() == [("From my office.", None)]


def test_the_same_mail_twice_is_one_message(asked):
    _owner, _opened, letter = asked
    for _ in range(2):
        take_mail(answer(letter, "Once."))
    take_mail(answer(letter, "Another.", number=2))
    assert [text for text, _author in written()] == ["Once.", "Another."]


@pytest.mark.parametrize(
    "headers",
    [{"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"X_Autoreply": "yes"}, {"Return_Path": "<>"}],
)
def test_an_automatic_answer_is_left_out(asked, headers):
    _owner, _opened, letter = asked
    assert take_mail(answer(letter, "I am away.", **headers)).startswith("Nothing to do")
    assert written() == []


def test_a_picture_comes_along_and_for_video_the_words_do(asked):
    _owner, opened, letter = asked
    take_mail(answer(letter, "This door.", files=[("door.jpg", seal())]))
    assert Attachment.objects.count() == 1
    take_mail(answer(letter, "Here it is.", number=2, files=[("door.mp4", b"\x00\x00\x00\x18ftypmp42" * 40)]))
    assert [text for text, _author in written()] == ["This door.", "Here it is."]
    assert Attachment.objects.count() == 1
    assert len(told()) == 1
    assert link_of(opened.invitation.public_id).address in told()[0]


def test_what_the_page_would_refuse_is_refused_in_a_letter_once_an_hour(asked):
    _owner, _opened, letter = asked
    for number in range(3):
        take_mail(answer(letter, "<script>alert(1)</script>", number=number))
    assert written() == []
    assert len(told()) == 1
    assert "program code" in told()[0]
    [row] = Message.objects.filter(kind="conversation.not_taken")
    assert row.recipient == letter.recipient


def test_a_revoked_invitation_takes_none_and_its_link_is_not_sent(asked):
    _owner, opened, letter = asked
    revoke_invitation(user=opened.author, invitation=opened.invitation, actor=actor_for(opened.author))
    take_mail(answer(letter, "Still here?"))
    assert written() == []
    assert "revoked" in told()[0]
    assert "/i/" not in told()[0]


def test_a_mail_without_a_token_goes_on_to_the_agency(asked):
    _owner, opened, letter = asked
    Agency.objects.filter(pk=opened.agency.pk).update(email="desk@police.example")
    mail = answer(letter, "Hello?", to="letters@portal.example", sender="Bo <bo@example.org>")
    assert take_mail(mail) == "A mail was forwarded."
    assert written() == []
    [forwarded] = Message.objects.filter(kind="partner.mail_forwarded")
    assert forwarded.recipient == "desk@police.example"
    assert "bo@example.org" in forwarded.text
    take_mail(mail)
    assert Message.objects.filter(kind="partner.mail_forwarded").count() == 1


def test_where_nobody_reads_the_mail_server_tells_the_sender(asked, monkeypatch, capsys):
    _owner, _opened, letter = asked
    mail = answer(letter, "Hello?", to="letters@portal.example")
    with pytest.raises(NobodyReads):
        take_mail(mail)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(mail)))
    with pytest.raises(SystemExit) as ended:
        call_command("take_mail")
    assert ended.value.code == 69


def test_the_command_reads_to_whom_it_came_from_the_mail_server(asked, monkeypatch):
    _owner, _opened, letter = asked
    monkeypatch.setenv("ORIGINAL_RECIPIENT", return_address(letter))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(answer(letter, "Door?", to="undisclosed:;"))))
    out = io.StringIO()
    call_command("take_mail", stdout=out)
    assert out.getvalue().strip() == "An answer was taken."


def test_letters_say_whether_they_can_be_answered(asked, settings):
    _owner, _opened, letter = asked
    assert "You can answer this mail." in letter.words.text
    settings.MAIL_RETURN_ADDRESS = ""
    open_request()
    last = Message.objects.filter(kind="footage_request.invitation").order_by("-pk")[0]
    assert "Nobody reads answers to this mail." in last.words.text
    assert "Nobody reads answers to this mail." in last.words.html
