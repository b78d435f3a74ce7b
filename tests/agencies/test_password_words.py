"""A password of names that anybody tries first here is refused; one that merely holds such a word is not."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from tests.factories.people import AgencyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def springfield(settings):
    settings.PORTAL_NAME, settings.PORTAL_CITY = "Community Camera Partnership", "Springfield"
    AgencyFactory.create(name="Springfield Police Department", short_name="SPD-X")


@pytest.mark.parametrize(
    "password",
    ["Springfield police 2026", "CommunityCameraPartnership1", "springfield-springfield!", "Police.Department.SPD1"],
)
def test_words_of_the_place_make_no_password(password):
    with pytest.raises(ValidationError, match="Anybody would try"):
        validate_password(password)


@pytest.mark.parametrize("password", ["canopy roads at noon", "the springfield heron waits", "kX4#pT9!qW2$zB6"])
def test_other_passwords_are_taken(password):
    validate_password(password)
