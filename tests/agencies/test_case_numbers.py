"""An agency's case numbers are written as it writes them; a refusal shows an example."""

import pytest

from apps.agencies.case_numbers import example_of, fits, hint_for
from apps.agencies.models import Agency, Case
from apps.agencies.services import find_case, get_or_create_case
from apps.core.errors import InvalidInput
from apps.demo.city import AGENCIES
from tests.factories.people import AgencyFactory, CaseFactory

pytestmark = pytest.mark.django_db


def test_without_a_mask_any_number_is_taken():
    assert get_or_create_case(agency=AgencyFactory.create(), number="whatever 1").number == "WHATEVER 1"


@pytest.mark.parametrize("number", ["tpd-26-012345", " TPD-26-012345 "])
def test_a_number_that_fits_is_taken_however_it_is_typed(number):
    agency = AgencyFactory.create(case_mask="TPD-##-######")
    assert get_or_create_case(agency=agency, number=number).number == "TPD-26-012345"


@pytest.mark.parametrize("number", ["26-012345", "TPD-26-01234", "TPD-26-0123456", "TPD-26-01234X", "TPD-26-٠١٢٣٤٥"])
def test_one_that_does_not_is_refused_with_an_example_and_no_case_is_made(number):
    agency = AgencyFactory.create(case_mask="TPD-##-######")
    for act in (get_or_create_case, find_case):
        with pytest.raises(InvalidInput, match="TPD-26-012345"):
            act(agency=agency, number=number)
    assert not Case.objects.exists()


def test_a_case_from_before_the_mask_keeps_its_number():
    agency = AgencyFactory.create(case_mask="TPD-##-######")
    old = CaseFactory.create(agency=agency, number="OLD 7")
    assert get_or_create_case(agency=agency, number="old 7") == old


@pytest.mark.parametrize("mask", ["TPD-##-######", "@@ ####/#", *(plan.case_mask for plan in AGENCIES)])
def test_the_example_fits_its_own_mask(mask):
    agency = Agency(case_mask=mask)
    assert fits(agency, example_of(agency))
    assert example_of(agency) in hint_for([agency, Agency()])
