"""Text messages: only to who proved that they want them, never with a place or a name, and through the outbox."""

import base64
import hashlib
import hmac
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.core.errors import InvalidInput, NotFound, TooMany, WrongState
from apps.footage_requests.models import Invitation
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.notifications import sending
from apps.notifications.models import Channel, Message
from apps.notifications.services import Draft, queue_messages
from apps.notifications.states import MessageState
from apps.privacy.closing import close_account, erase_account
from apps.texting.models import TextingConsent
from apps.texting.services import TextFailed, ask_for_texts, confirm_texts, start_number, stop_number, stop_texts
from apps.texting.states import TextingState
from tests.factories.actors import actor_for
from tests.factories.footage_requests import camera_at, open_request
from tests.factories.links import link_of
from tests.factories.people import AgencyFactory, registrant
from tests.factories.sessions import sign_in
from tests.texting.provider import provider

pytestmark = pytest.mark.django_db
NUMBER = "+18502345678"
TYPED = "(850) 234-5678"
SYSTEM = Actor.system("test")
NOON = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.TEXTS_URL = f"folder://{tmp_path / 'texts'}"
    with time_machine.travel(NOON, tick=True):
        yield tmp_path / "texts"


@pytest.fixture
def owner():
    return registrant(AgencyFactory.create())[0]


def texts(folder: Path) -> list[dict[str, str]]:
    files = sorted(folder.glob("*.json"), key=lambda one: one.stat().st_mtime_ns)
    return [json.loads(one.read_text()) for one in files]


def ask(user, number=TYPED, **changes):
    values = {"agreed": True, "page": "/account/texts/", "language": "en"} | changes
    return ask_for_texts(user=user, number=number, actor=actor_for(user), **values)


def code_in(folder: Path) -> str:
    return re.search(r"\d{6}", texts(folder)[-1]["text"])[0]


def turn_on(user, folder, number=TYPED):
    ask(user, number)
    return confirm_texts(user=user, code=code_in(folder), actor=actor_for(user))


def opened_for(folder, **changes):
    agency = AgencyFactory.create()
    user, partner = registrant(agency)
    turn_on(user, folder)
    return user, open_request(agency, camera_at(partner), **changes)


def test_the_proof_of_consent_is_kept(owner, folder):
    consent = turn_on(owner, folder)
    assert (consent.state, consent.number, consent.page) == (TextingState.ON, NUMBER, "/account/texts/")
    assert "Reply STOP" in consent.words
    assert consent.confirmed_at is not None
    leaves = b"".join(bytes(one.leaf) for one in Entry.objects.filter(action__startswith="texting"))
    assert b"8502345678" not in leaves


@pytest.mark.parametrize("typed", ["", "911", "850 234 567", "+44 20 7946 0958", "050 234 5678", "x" * 30])
def test_what_is_no_number_of_here_is_refused(owner, typed):
    with pytest.raises(InvalidInput):
        ask(owner, typed)


def test_without_the_tick_nothing_is_sent(owner, folder):
    with pytest.raises(InvalidInput):
        ask(owner, agreed=False)
    assert texts(folder) == []


def test_a_wrong_or_late_code_turns_nothing_on(owner, folder):
    ask(owner)
    code = code_in(folder)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    with pytest.raises(InvalidInput):
        confirm_texts(user=owner, code=wrong, actor=actor_for(owner))
    with time_machine.travel(timezone.now() + timedelta(minutes=16)), pytest.raises(InvalidInput):
        confirm_texts(user=owner, code=code, actor=actor_for(owner))
    assert TextingConsent.objects.get().state == TextingState.ASKED


def test_guesses_and_codes_have_a_limit(owner, folder):
    ask(owner)
    for _ in range(5):
        with pytest.raises(InvalidInput):
            confirm_texts(user=owner, code="0", actor=actor_for(owner))
    with pytest.raises(TooMany):
        confirm_texts(user=owner, code=code_in(folder), actor=actor_for(owner))
    for _ in range(3):
        ask(owner)
    with pytest.raises(TooMany):
        ask(owner)
    assert len(texts(folder)) == 4


def test_nobody_confirms_what_another_person_asked_for(owner, folder):
    ask(owner)
    other = registrant(AgencyFactory.create())[0]
    with pytest.raises(NotFound):
        confirm_texts(user=other, code=code_in(folder), actor=actor_for(other))


def test_a_number_belongs_to_who_proved_it_last(owner, folder):
    turn_on(owner, folder)
    other = registrant(AgencyFactory.create())[0]
    turn_on(other, folder)
    assert list(TextingConsent.objects.order_by("pk").values_list("state", flat=True)) == ["stopped", "on"]


def test_an_invitation_goes_as_a_text_too_without_place_or_name(folder):
    user, opened = opened_for(folder)
    sending.send_due()
    told = texts(folder)[-1]
    link = link_of(opened.invitation.public_id)
    assert told["to"] == NUMBER
    assert told["text"] == (f"{opened.agency.name} asks for video. See {link.short_address} Reply STOP to end texts.")
    for secret in (opened.request.case.number, "Secret Lane", "Front door", "burglary", user.email):
        assert secret not in told["text"]
    letters = Message.objects.filter(kind__startswith="footage_request.invitation")
    assert sorted(letters.values_list("channel", "state")) == [("mail", "sent"), ("text", "sent")]
    row = Message.objects.get(channel=Channel.TEXT)
    assert row.text == ""
    browser = Client()
    answer = browser.post(reverse("links:code"), {"code": link.short_address.partition("#")[2]})
    assert str(opened.invitation.public_id) in answer["Location"]


def test_who_asked_for_no_texts_gets_none(folder):
    open_request()
    sending.send_due()
    assert texts(folder) == []


def test_texts_wait_for_the_morning(folder):
    with time_machine.travel(NOON + timedelta(hours=13), tick=True):  # 1 a.m.
        opened_for(folder)
        before = len(texts(folder))
        sending.send_due()
        row = Message.objects.get(channel=Channel.TEXT)
        assert (len(texts(folder)), row.state) == (before, MessageState.QUEUED)
        assert row.not_before.astimezone(UTC).hour == 13
    with time_machine.travel(NOON + timedelta(hours=21), tick=True):
        sending.send_due()
    assert len(texts(folder)) == before + 1


def test_stop_between_writing_and_sending_holds_it_back(folder):
    user, _opened = opened_for(folder)
    before = len(texts(folder))
    stop_texts(user=user, actor=actor_for(user))
    sending.send_due()
    assert Message.objects.get(channel=Channel.TEXT).state == MessageState.DROPPED
    assert len(texts(folder)) == before
    with pytest.raises(WrongState):
        stop_texts(user=user, actor=actor_for(user))


def test_stop_and_start_from_the_phone(owner, folder):
    turn_on(owner, folder)
    assert stop_number(number=NUMBER, actor=SYSTEM)
    assert not stop_number(number=NUMBER, actor=SYSTEM)
    assert start_number(number=NUMBER, actor=SYSTEM)
    assert TextingConsent.objects.get().state == TextingState.ON
    assert [one.action for one in Entry.objects.filter(action__startswith="texting").order_by("pk")] == [
        "texting.asked",
        "texting.on",
        "texting.stopped",
        "texting.on",
    ]


def test_start_puts_nobody_on_who_did_not_stop_from_the_phone(owner, folder):
    assert not start_number(number=NUMBER, actor=SYSTEM)
    ask(owner)
    assert not start_number(number=NUMBER, actor=SYSTEM)
    confirm_texts(user=owner, code=code_in(folder), actor=actor_for(owner))
    stop_texts(user=owner, actor=actor_for(owner))
    assert not start_number(number=NUMBER, actor=SYSTEM)


def signed(client, settings, *, token="token", **fields):
    fields = {"From": NUMBER, "To": "+18505550100", "MessageSid": "SM1"} | fields
    text = f"{settings.SITE_URL.rstrip('/')}/texts/inbound/" + "".join(f"{key}{fields[key]}" for key in sorted(fields))
    made = base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()
    return client.post("/texts/inbound/", fields, HTTP_X_TWILIO_SIGNATURE=made)


@pytest.mark.parametrize(
    ("word", "state"), [("stop", "stopped"), (" Stop. ", "stopped"), ("ALTO", "stopped"), ("hi", "on")]
)
def test_the_carriers_word_counts_if_the_provider_signed_it(owner, folder, settings, word, state):
    turn_on(owner, folder)
    settings.TEXTS_URL = "twilio://AC1:token@api.twilio.com?from=+18505550100"
    assert signed(Client(), settings, token="other", Body=word).status_code == 403
    assert Client().post("/texts/inbound/", {"From": NUMBER, "Body": word}).status_code == 403
    assert TextingConsent.objects.get().state == TextingState.ON
    answer = signed(Client(), settings, Body=word)
    assert answer.status_code == 200
    assert b"<Message>" in answer.content
    assert TextingConsent.objects.get().state == state


def test_help_is_answered_and_what_the_provider_answered_itself_is_not(settings):
    settings.TEXTS_URL = "twilio://AC1:token@api.twilio.com?from=+18505550100"
    assert b"Reply STOP" in signed(Client(), settings, Body="HELP").content
    assert b"<Message>" not in signed(Client(), settings, Body="STOP", OptOutType="STOP").content


def test_without_a_provider_nobody_is_believed(settings):
    assert signed(Client(), settings, token="", Body="STOP").status_code == 403


def text_to(number=NUMBER, key="1"):
    queue_messages([Draft(kind="x", channel=Channel.TEXT, recipient=number, subject="", text="Hello", dedupe_key=key)])
    return Message.objects.get(dedupe_key=key)


@pytest.fixture
def twilio(settings):
    with provider() as server:
        settings.TEXTS_URL = f"twilio://AC1:to%3Aken@127.0.0.1:{server.server_port}?from=+18505550100"
        yield server


def test_a_provider_takes_a_text(twilio):
    text_to()
    assert sending.send_due() == 1
    assert twilio.taken == [
        {"To": NUMBER, "Body": "Hello", "From": "+18505550100", "path": "/2010-04-01/Accounts/AC1/Messages.json"}
    ]
    assert twilio.keys == ["AC1:to:ken"]


@pytest.mark.parametrize(
    ("manner", "state"),
    [
        ((429, 20429), "queued"),
        ((401, 20003), "queued"),
        ((503, 0), "unknown"),
        ("drop", "unknown"),
        ((400, 21610), "failed"),
    ],
)
def test_what_a_provider_answers_is_recorded_for_what_it_is(twilio, manner, state):
    twilio.manners = [manner]
    row = text_to()
    assert sending.send_due() == 0
    row.refresh_from_db()
    assert row.state == state


def test_an_answer_that_was_lost_is_sent_again_and_counted(twilio):
    twilio.manners = ["drop"]
    row = text_to()
    sending.send_due()
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        sending.send_due()
    row.refresh_from_db()
    assert (row.state, row.possible_doubles, len(twilio.taken)) == (MessageState.SENT, 1, 2)


def test_who_told_the_carrier_gets_no_more(twilio):
    twilio.manners = [(400, 21610)]
    text_to()
    sending.send_due()
    second = text_to(key="2")
    sending.send_due()
    second.refresh_from_db()
    assert (second.state, twilio.taken) == (MessageState.DROPPED, [])


def test_a_provider_that_is_away_holds_up_no_mail(twilio, settings, folder):
    settings.TEXTS_URL = "twilio://AC1:token@127.0.0.1:1?from=+18505550100"
    rows = [text_to(), text_to(key="2")]
    open_request()
    assert sending.send_due() == 1
    assert {one.state for one in Message.objects.filter(pk__in=[row.pk for row in rows])} == {MessageState.QUEUED}
    assert Invitation.objects.get().state == "sent"


def test_a_code_that_is_not_taken_is_said(owner, settings):
    settings.TEXTS_URL = "twilio://AC1:token@127.0.0.1:1?from=+18505550100"
    with pytest.raises(TextFailed):
        ask(owner)


@pytest.mark.parametrize("number", ["850", "+1", "javascript:x", "+1850234567890123456"])
def test_the_outbox_takes_numbers_only(number):
    with pytest.raises(InvalidInput):
        text_to(number)


def test_the_page_turns_them_on_and_off(owner, folder):
    browser = sign_in(Client(), owner)
    page = reverse("web:texts")
    assert page in browser.get(reverse("web:account")).content.decode()
    assert browser.post(page, {"number": "12", "agreed": "on"}).status_code == 422
    browser.post(page, {"number": TYPED, "agreed": "on"})
    assert "ends in 5678" in browser.get(page).content.decode()
    assert browser.post(reverse("web:confirm_texts"), {"code": "1"}).status_code == 422
    browser.post(reverse("web:confirm_texts"), {"code": code_in(folder)})
    assert "Stop text messages" in browser.get(page).content.decode()
    browser.post(reverse("web:stop_texts"))
    assert "You stopped text messages" in browser.get(page).content.decode()


def test_where_no_texts_are_sent_there_is_no_page(owner, settings):
    settings.TEXTS_URL = ""
    browser = sign_in(Client(), owner)
    assert browser.get(reverse("web:texts")).status_code == 404
    assert reverse("web:texts") not in browser.get(reverse("web:account")).content.decode()


def test_erasing_blanks_the_number(owner, folder, settings):
    turn_on(owner, folder)
    close_account(user=owner, actor=actor_for(owner))
    with time_machine.travel(timezone.now() + timedelta(days=settings.ERASE_AFTER_DAYS + 1)):
        owner.refresh_from_db()
        assert erase_account(user=owner)
    consent = TextingConsent.objects.get()
    assert (consent.number, consent.number_digest, consent.state) == ("", "", TextingState.STOPPED)
    assert consent.words
