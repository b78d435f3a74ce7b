"""Who many tests begin with."""

import pytest

from apps.agencies.models import Agency
from tests.factories.people import AgencyFactory


@pytest.fixture
def agency() -> Agency:
    """An agency without staff."""
    return AgencyFactory.create()
