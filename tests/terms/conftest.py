"""Who the tests of terms begin with."""

import pytest

from apps.agencies.models import Role
from tests.factories.people import staff


@pytest.fixture
def manager():
    """A program manager, who writes and publishes terms."""
    return staff(Role.PROGRAM_MANAGER)
