"""Field keys are rotated while the portal runs, and a run that dies is taken up by the next."""

from __future__ import annotations

import io
from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core.management import call_command
from django.db import connection

from apps.cameras.models import CameraView, Site
from apps.core.fields import newest_key_id
from apps.ledger.models import Entry, PrivatePart
from apps.ledger.services import sequence
from apps.ledger.values import Actor
from apps.ledger.verification import verify
from apps.notifications.models import Message
from apps.notifications.services import queue_message
from apps.privacy import field_keys
from tests.factories.cameras import camera
from tests.factories.people import registrant, staff
from tests.factories.sessions import SEED, give_second_factor
from tests.faults.dying import die_at

ACTOR = Actor.system("test")


def rotate(*arguments: str) -> tuple[int, str]:
    """Exit code and output of the command."""
    out = io.StringIO()
    try:
        call_command("rotate_field_keys", *arguments, stdout=out)
    except SystemExit as ended:
        return int(str(ended.code)), out.getvalue()
    return 0, out.getvalue()


@pytest.fixture
def written(settings: Any) -> Any:
    """Values of each kind under the first key, and then a newer one before it."""
    settings.FIELD_KEYS = ["old key"]
    person = staff()
    give_second_factor(person)
    own = camera(registrant()[1])
    CameraView.objects.create(camera=own, picture=b"\xff\xd8 a picture", width=1, height=1)
    message = queue_message(kind="x", recipient="ada@example.org", subject="s", text="Calle Niño 7", dedupe_key="x")
    sequence()
    settings.FIELD_KEYS = ["new key", "old key"]
    return {"person": person, "site": own.site, "message": message}


def stored_values() -> list[str]:
    """Every encrypted value as it lies in the database."""
    found = []
    for column in field_keys.columns():
        with connection.cursor() as cursor:
            name, table = map(connection.ops.quote_name, (column.name, column.table))
            cursor.execute(f"SELECT {name} FROM {table} WHERE {name} IS NOT NULL")
            for (value,) in cursor.fetchall():
                text = bytes(value).decode() if column.kind == "bytes" else str(value)
                found += field_keys._TOKEN.findall(text)
    return found


@pytest.mark.django_db
@pytest.mark.both
def test_everything_is_readable_with_the_new_key_alone(written: Any, settings: Any) -> None:
    before = PrivatePart.objects.count()
    assert rotate("--check")[0] == 1
    code, said = rotate()
    assert code == 0, said
    assert all(value.startswith(newest_key_id()) for value in stored_values())
    settings.FIELD_KEYS = ["new key"]
    assert rotate("--check")[0] == 0
    assert Message.objects.get(pk=written["message"].pk).text == "Calle Niño 7"
    assert Site.objects.get(pk=written["site"].pk).name == written["site"].name
    assert bytes(CameraView.objects.get().picture) == b"\xff\xd8 a picture"
    totp = TOTP(Authenticator.objects.get(user=written["person"], type="totp"))
    assert totp.validate_code("000000") is False
    assert get_adapter().decrypt(totp.instance.data["secret"]) == SEED
    sequence()
    report = verify()
    assert (report.broken, report.unchecked, report.private_kept) == ([], [], before)


@pytest.mark.django_db
def test_the_second_run_changes_nothing_and_writes_no_entry(written: Any) -> None:
    rotate()
    before = sorted(stored_values())
    assert rotate()[0] == 0
    assert sorted(stored_values()) == before
    assert Entry.objects.filter(action="field_keys.rotated").count() == 1


@pytest.mark.django_db
def test_what_no_key_opens_is_named_and_the_rest_goes_on(written: Any, settings: Any) -> None:
    settings.FIELD_KEYS = ["third key"]
    Message.objects.filter(pk=written["message"].pk).update(html="<p>x</p>")
    code, said = rotate()
    assert code == 2
    assert "that no configured key opens" in said
    settings.FIELD_KEYS = ["new key", "old key", "third key"]
    assert rotate()[0] == 0


@pytest.mark.django_db
def test_a_value_that_somebody_saves_meanwhile_is_not_put_back(written: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = field_keys._fresh

    def slow(column: Any, stored: Any) -> Any:
        if (column.table, column.name) == ("cameras_site", "address"):
            Site.objects.filter(pk=written["site"].pk).update(address="2 Newer Street")
        return fresh(column, stored)

    monkeypatch.setattr(field_keys, "_fresh", slow)
    assert rotate()[0] == 0
    assert Site.objects.get(pk=written["site"].pk).address == "2 Newer Street"


@pytest.mark.django_db(transaction=True)
def test_a_rotation_that_is_killed_loses_no_value_and_the_next_ends_it(written: Any) -> None:
    number, deaths, texts = 1, 0, len(stored_values())
    while die_at(number, lambda: field_keys.rotate_field_keys(actor=ACTOR)):
        deaths += 1
        assert Message.objects.get(pk=written["message"].pk).text == "Calle Niño 7"
        assert len(stored_values()) == texts
        number += 9
    assert deaths > 3
    assert rotate("--check")[0] == 0
    assert verify().broken == []
