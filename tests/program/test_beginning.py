"""`manage.py set_up_city`: a city begins from one file, once."""

from __future__ import annotations

import builtins
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.models import User
from apps.agencies.founding import AgencyDetails, set_agency_details
from apps.agencies.models import Agency, Role, Zone
from apps.agencies.policies import has_role
from apps.ledger.models import Entry
from apps.letterhead.selectors import in_force
from apps.specifications.selectors import specification_in_force
from apps.terms.selectors import terms_in_force
from tests.agencies.test_founding import TWO
from tests.factories.people import staff
from tests.factories.pictures import seal

pytestmark = pytest.mark.django_db
CITY = """
[[agency]]
short_name = "TPD"
name = "Tallahassee Police Department"
ori = "FL0370100"
time_zone = "America/New_York"
case_mask = "TPD-##-######"
phone = "(850) 555-0100"
zones = "zones.geojson"
seal = "seal.png"
manager_email = "chief@police.example"
manager_name = "Ada Chief"

[[agency]]
short_name = "LCSO"
name = "Leon County Sheriff"
ori = "FL0370000"
time_zone = "America/New_York"
"""


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """A city's file with the files that it names."""
    (tmp_path / "zones.geojson").write_bytes(TWO)
    (tmp_path / "seal.png").write_bytes(seal())
    file = tmp_path / "city.toml"
    file.write_text(CITY)
    return file


def test_one_file_begins_a_city_and_each_act_is_in_the_ledger(city: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("set_up_city", city)
    said = capsys.readouterr().out
    police = Agency.objects.get(short_name="TPD")
    assert (police.case_mask, police.phone) == ("TPD-##-######", "(850) 555-0100")
    assert Zone.objects.filter(agency=police).count() == 2
    letterhead = in_force(police)
    assert letterhead is not None
    assert letterhead.author is None
    assert has_role(User.objects.get(email="chief@police.example"), police, Role.PROGRAM_MANAGER)
    assert "this code in person or by phone: " in said
    assert terms_in_force("privacy") is not None
    assert specification_in_force() is not None
    acts = set(Entry.objects.values_list("action", flat=True))
    assert acts >= {"agency.founded", "agency.zones_loaded", "agency.letterhead_published", "role.granted"}
    assert Agency.objects.get(short_name="LCSO").ori == "FL0370000"


def test_the_same_again_changes_nothing_and_leaves_alone_what_managers_changed(city: Path) -> None:
    call_command("set_up_city", city)
    police = Agency.objects.get(short_name="TPD")
    manager = staff(Role.PROGRAM_MANAGER, police)
    details = AgencyDetails("Tallahassee Police", "FL0370100", "America/New_York", "(850) 555-0199", "")
    set_agency_details(agency=police, details=details, by=manager)
    Zone.objects.filter(agency=police, code="N1").update(name="Northern")
    before = Entry.objects.count()
    call_command("set_up_city", city)
    assert Entry.objects.count() == before
    police.refresh_from_db()
    assert police.phone == "(850) 555-0199"
    assert Zone.objects.get(agency=police, code="N1").name == "Northern"


def test_everything_that_does_not_hold_is_named_before_anything_is_begun(city: Path) -> None:
    wrong = CITY.replace("FL0370100", "12").replace("America/New_York", "Florida", 1).replace("seal.png", "no.png")
    city.write_text(f'typo = 1\nstreets = ["gone.zip"]\n{wrong}')
    with pytest.raises(CommandError) as refused:
        call_command("set_up_city", city)
    for said in (
        "typo is not a word",
        "gone.zip is not there",
        "An ORI is two letters",
        "time zone by its name",
        "no.png",
    ):
        assert said in str(refused.value)
    assert not Agency.objects.exists()
    assert not Entry.objects.exists()


def test_a_check_begins_nothing(city: Path) -> None:
    call_command("set_up_city", city, "--check")
    assert not Agency.objects.exists()


def test_without_a_file_it_asks_and_keeps_the_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(
        ["TPD", "Tallahassee Police Department", "FL03", "America/New_York", "", "", "", "", "", "", "ori", "FL0370100"]
        + ["no", ""]
    )
    monkeypatch.setattr(builtins, "input", lambda _question: next(answers))
    file = tmp_path / "city.toml"
    call_command("set_up_city", file)
    assert Agency.objects.get().ori == "FL0370100"
    assert 'ori = "FL0370100"' in file.read_text()
    call_command("set_up_city", file)
    assert Agency.objects.count() == 1


def test_with_nobody_to_answer_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(_question: str) -> str:
        raise EOFError

    monkeypatch.setattr(builtins, "input", nobody)
    with pytest.raises(CommandError, match="Nothing was begun"):
        call_command("set_up_city", tmp_path / "city.toml")
    assert list(tmp_path.iterdir()) == []
