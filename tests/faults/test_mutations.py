"""Some of the films that are damaged at random; `python -m tests.faults.mutations` tries two thousand."""

from __future__ import annotations

import pytest

from tests.evidence.conftest import own_folders  # noqa: F401 - a fixture
from tests.factories.evidence import invitation
from tests.faults.mutations import mutated, try_one

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_folders")]


def test_damaged_films_are_kept_and_each_ends_in_words() -> None:
    through = invitation()
    for number in range(1, 13):
        ended = try_one(number, through)
        assert not ended.wrong, (number, ended)


def test_a_mutation_follows_from_its_number() -> None:
    assert mutated(7) == mutated(7)
    assert mutated(7) != mutated(8)
