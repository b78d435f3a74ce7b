"""What the phone at the doors sends and gets: sealed entries, each taken once, whatever the clock says."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.agencies.models import Role
from apps.canvass.models import Canvass, CanvassOfficer, Visit
from apps.canvass.selectors import doors_of
from apps.canvass.services import end_canvass, remove_officer
from apps.canvass.states import Late
from apps.ledger.models import Entry
from tests.canvass.sealing import sealed
from tests.factories.canvass import canvass, joined, visit, works_on
from tests.factories.people import CaseFactory, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db


def address(canvass: Canvass, name: str = "sync") -> str:
    return reverse(f"admin:canvass_canvass_{name}", args=[canvass.public_id])


def send(canvass: Canvass, user: User, *entries: Any, clock: Any = None) -> Any:
    said = {"sent_at": (clock or timezone.now()).isoformat(), "entries": list(entries)}
    return sign_in(Client(), user).post(address(canvass), json.dumps(said), content_type="application/json")


def results(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [one["state"] for one in answer.json()["results"]]


def test_what_is_sent_twice_is_there_once() -> None:
    made = canvass()
    entries = [sealed(made, made.began_by, uuid4(), address=f"{n} Oak St.") for n in (1, 2, 3)]
    for _again in range(2):
        assert results(send(made, made.began_by, *entries)) == ["kept"] * 3
    assert Visit.objects.count() == 3
    assert Entry.objects.filter(action="canvass.visit_recorded").count() == 3


def test_the_clock_of_a_phone_that_is_a_day_slow_is_put_right() -> None:
    made, true_time = canvass(), timezone.now() - timedelta(minutes=30)
    slow = timedelta(days=1)
    entry = sealed(made, made.began_by, uuid4(), at=(true_time - slow).isoformat())
    assert results(send(made, made.began_by, entry, clock=timezone.now() - slow)) == ["kept"]
    kept = Visit.objects.get()
    assert abs(kept.happened_at - true_time) < timedelta(seconds=5)
    assert abs(kept.skew_s - slow.total_seconds()) < 5


@pytest.mark.parametrize("clock", ["yesterday", "", None, 7, "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", ["x"]])
def test_a_clock_that_says_nothing_loses_nothing(clock: Any) -> None:
    made = canvass()
    entry = sealed(made, made.began_by, uuid4(), at=clock)
    said = json.dumps({"sent_at": clock, "entries": [entry]})
    answer = sign_in(Client(), made.began_by).post(address(made), said, content_type="application/json")
    assert results(answer) == ["kept"]
    assert Visit.objects.get().happened_at <= timezone.now()


def test_what_comes_after_the_end_and_after_the_removal_is_kept_and_marked_and_told_nobody() -> None:
    made = canvass()
    thief = joined(made)
    key = uuid4()
    own = visit(made, thief)
    end_canvass(canvass=made, user=made.began_by)
    assert results(send(made, thief, sealed(made, thief, uuid4()))) == ["kept"]
    assert Visit.objects.get(late=Late.ENDED)
    remove_officer(officer=CanvassOfficer.objects.get(user=thief), user=made.began_by)
    answer = send(made, thief, sealed(made, thief, uuid4()), sealed(made, thief, key, outcome="bad", note="secret"))
    assert results(answer) == ["kept", "refused"]
    assert b"secret" not in answer.content
    assert results(send(made, thief, sealed(made, thief, uuid4(), corrects=str(own.public_id)))) == ["kept"]
    assert Visit.objects.filter(late=Late.REMOVED).count() == 2
    assert sign_in(Client(), thief).get(address(made, "doors")).status_code == 404


def test_an_entry_of_another_canvass_or_with_a_changed_byte_does_not_open() -> None:
    made, other = canvass(), canvass()
    foreign = sealed(other, made.began_by, uuid4())
    renamed = sealed(made, made.began_by, uuid4()) | {"id": str(uuid4())}
    changed = sealed(made, made.began_by, uuid4())
    changed["text"] = "A" + changed["text"][1:] if changed["text"][0] != "A" else "B" + changed["text"][1:]
    cut = {"id": str(uuid4()), "point": "AA==", "iv": "", "text": "no base64"}
    huge = sealed(made, made.began_by, uuid4(), note="x" * 20_000)
    few = {"id": str(uuid4()), "point": [], "iv": None}
    answer = send(made, made.began_by, foreign, renamed, changed, cut, huge, few)
    assert results(answer) == ["refused"] * 6
    assert not Visit.objects.exists()


def test_what_is_wrong_comes_back_to_be_mended_and_the_others_are_kept() -> None:
    made = canvass()
    bad = sealed(made, made.began_by, uuid4(), address="", note="Ring twice.")
    good = sealed(made, made.began_by, uuid4())
    answer = send(made, made.began_by, bad, good)
    assert results(answer) == ["refused", "kept"]
    assert answer.json()["results"][0]["words"]["note"] == "Ring twice."
    assert answer.json()["results"][0]["problem"] == "Please fill this in."


def test_on_a_shared_phone_nobody_sends_in_a_colleagues_name() -> None:
    made = canvass()
    colleague = joined(made)
    answer = send(made, colleague, sealed(made, made.began_by, uuid4(), note="secret"))
    assert results(answer) == ["others"]
    assert b"secret" not in answer.content
    assert not Visit.objects.exists()


def test_a_correction_from_the_phone_takes_the_place_of_the_visit() -> None:
    made = canvass()
    first = visit(made)
    entry = sealed(made, made.began_by, uuid4(), outcome="no_camera", corrects=str(first.public_id))
    for _again in range(2):
        assert results(send(made, made.began_by, entry)) == ["kept"]
    (row,) = doors_of(made)
    assert (row.last.visit.corrects, row.last.visit.outcome) == (first, "no_camera")
    stray = sealed(made, made.began_by, uuid4(), corrects=str(visit(canvass()).public_id))
    assert results(send(made, made.began_by, stray, sealed(made, made.began_by, uuid4(), corrects="x"))) == [
        "refused",
        "refused",
    ]


def test_place_and_time_to_come_back_arrive_and_nonsense_is_left_out_or_named() -> None:
    made = canvass()
    entry = sealed(made, made.began_by, uuid4(), outcome="come_back", comeBack="2026-12-01T18:30", place=[30.4, -84.2])
    odd = sealed(made, made.began_by, uuid4(), address="9 Elm St.", place=[float("nan"), 500])
    bad = sealed(made, made.began_by, uuid4(), outcome="come_back", comeBack="later")
    assert results(send(made, made.began_by, entry, odd, bad)) == ["kept", "kept", "refused"]
    rows = {row.door.address: row for row in doors_of(made)}
    assert rows["12 Oak St."].place == (30.4, -84.2)
    assert rows["9 Elm St."].place is None
    back = rows["12 Oak St."].last.visit.come_back_at
    assert back is not None
    assert back.isoformat() == "2026-12-01T23:30:00+00:00"


@pytest.mark.parametrize(
    "body", ["", "[]", "{", '{"entries": 7}', '{"entries": [7]}', '{"entries": [{"id": "x"}]}', "[" * 9999]
)
def test_what_is_no_list_of_entries_is_refused(body: str) -> None:
    made = canvass()
    answer = sign_in(Client(), made.began_by).post(
        address(made), body, content_type="application/json", headers={"accept": "application/json"}
    )
    assert answer.status_code == 422


def test_more_than_fifty_at_once_are_refused_whole() -> None:
    made = canvass()
    entry = sealed(made, made.began_by, uuid4())
    assert send(made, made.began_by, *[entry] * 51).status_code == 422
    assert not Visit.objects.exists()


def test_who_never_joined_gets_nothing_and_sends_nothing() -> None:
    made = canvass()
    for person in (works_on(made.case), staff(Role.DETECTIVE, made.agency), works_on(CaseFactory.create())):
        client = sign_in(Client(), person)
        assert client.get(address(made, "doors")).status_code == 404
        assert client.get(address(made)).status_code == 404
        assert send(made, person, sealed(made, person, uuid4())).status_code == 404
    assert not Visit.objects.exists()


def test_the_list_says_what_the_page_shows_and_is_stored_nowhere() -> None:
    made = canvass()
    colleague = joined(made)
    visit(made, address="12 Oak St.", place=(30.4, -84.2))
    visit(made, colleague, address="14 Oak St.", outcome="says_no")
    answer = sign_in(Client(), colleague).get(address(made, "doors"))
    assert "no-store" in answer["Cache-Control"]
    told = answer.json()
    assert [(one["address"], bool(one["visit"]), one["back"]) for one in told["doors"]] == [
        ("14 Oak St.", True, False),
        ("12 Oak St.", False, True),
    ]
    assert told["spots"] == [{"at": [-84.2, 30.4], "back": True}]
    assert made.sealing_key not in answer.content.decode()


def without_nonce(answer: Any) -> str:
    page: str = answer.content.decode()
    return page.replace(page.split('nonce="')[1].split('"')[0], "")


def test_the_page_at_the_doors_is_the_same_for_everybody() -> None:
    made = canvass()
    signed_in, stranger = sign_in(Client(), made.began_by), Client()
    for language, _name in settings.LANGUAGES:
        page = reverse("canvass:phone", args=[language])
        shown = signed_in.get(page)
        assert without_nonce(shown) == without_nonce(stranger.get(page))
        assert f'lang="{language}"' in shown.content.decode()
        assert "csrfmiddlewaretoken" not in shown.content.decode()
    assert stranger.get("/canvass/xx/").status_code == 404


def test_the_worker_keeps_the_page_and_its_files_and_reaches_no_other_page() -> None:
    answer = Client().get(reverse("canvass:worker"))
    assert answer["Content-Type"].startswith("text/javascript")
    assert "Service-Worker-Allowed" not in answer
    kept = json.loads(answer.content.decode().split("\n")[0].removeprefix("self.kept = ").removesuffix(";"))
    assert kept["pages"] == ["/canvass/en/", "/canvass/es/"]
    assert all(one.startswith("/static/") for one in kept["files"])
