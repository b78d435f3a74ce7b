"""Whoever holds one checkpoint from outside finds each change of the past, by name, and is never alarmed for nothing.

`FLIPS`, `ACTS` and `CLEAN` say how often; `make test` does few. Last figures: docs/faults.md.
"""

from __future__ import annotations

import os
import random
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction

from apps.disclosure.package.verify_package import verify as verify_package
from apps.ledger import services
from apps.ledger.models import PrivatePart
from tests.evidence.conftest import own_folders  # noqa: F401 - a fixture
from tests.factories.packages import KEY
from tests.faults import tampering
from tests.faults.tampering import City, founded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folders")]
SEED = int(os.environ.get("SEED", "1"))
FLIPS = int(os.environ.get("FLIPS", "54"))
ACTS = int(os.environ.get("ACTS", "28"))
CLEAN = int(os.environ.get("CLEAN", "10"))


@pytest.fixture
def rng() -> random.Random:
    return random.Random(SEED)


@pytest.fixture
def city(tmp_path, rng) -> City:
    return founded(tmp_path, rng)


def assert_found(city: City, way: tampering.Way, rng: random.Random) -> None:
    """The change is found, and one of the findings names it."""
    with city.undone():
        names = way(city, rng)
        findings = city.findings()
    assert any(name in finding for name in names for finding in findings), (way.__name__, names, findings)


def test_each_bit_that_changes_in_database_or_store_is_found_and_named(city, rng):
    for number in range(FLIPS):
        assert_found(city, tampering.BITS[number % len(tampering.BITS)], rng)
    assert city.findings() == []


def test_each_bit_that_changes_in_a_package_is_found_and_named(city, rng):
    for _flip in range(FLIPS):
        path, wrong = tampering.flip_in_package(city, rng)
        assert any(path in finding for finding in wrong) or (wrong and path.startswith("tagmanifest")), (path, wrong)
    assert verify_package(city.package, KEY).wrong == []


def test_a_package_made_anew_around_a_changed_file_is_found(rng):
    for _flip in range(max(FLIPS // 10, 5)):
        path, wrong = tampering.repack(rng)
        assert wrong, path


def test_each_act_of_somebody_with_all_rights_is_found_and_named(city, rng):
    for number in range(ACTS):
        assert_found(city, tampering.ACTS[number % len(tampering.ACTS)], rng)
    assert city.findings() == []


def told(*arguments: str) -> tuple[int, str]:
    """Exit code and words of `prove_evidence`."""
    out = StringIO()
    try:
        call_command("prove_evidence", *arguments, stdout=out)
    except SystemExit as ended:
        return int(str(ended.code)), out.getvalue()
    return 0, out.getvalue()


def test_one_command_proves_all_and_names_what_is_wrong(city, rng, tmp_path):
    kept = tmp_path / "kept.checkpoint"
    kept.write_text(city.kept)
    assert told("--checkpoint", str(kept))[1].endswith("Everything is what was sealed.\n")
    code, words = told()
    assert (code, "No checkpoint from outside was given" in words) == (2, True)
    with city.undone():
        (name,) = tampering.an_original_exchanged(city, rng)
        code, words = told("--checkpoint", str(kept))
    assert code == 1
    assert f"BROKEN       Item {name}: the ledger sealed it as" in words


def test_what_the_portal_does_by_itself_never_alarms(city, rng):
    for number in range(CLEAN):
        if number % 50 == 0:
            savepoint = transaction.savepoint()
            items, kept = list(city.items), city.kept
        kind = rng.randrange(4)
        if kind == 0:
            city.take_in(rng.randbytes(100))
        elif kind == 1 and (part := PrivatePart.objects.filter(data__isnull=False).order_by("?").first()):
            services.erase_private(entry=part.entry, reason="asked by the person", actor=tampering.CLERK)
        else:
            tampering.write(rng, number)
        if rng.random() < 0.7:
            city.give_out()
        assert city.findings() == []
        if number % 50 == 49:
            transaction.savepoint_rollback(savepoint)
            city.items, city.kept = items, kept
