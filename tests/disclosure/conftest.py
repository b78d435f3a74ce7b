"""A sealed-off store, an item, and the custodian of its agency."""

import pytest

from apps.agencies.models import Role
from tests.evidence.conftest import own_folders
from tests.factories.disclosure import taken_request
from tests.factories.evidence import received_item
from tests.factories.people import staff

__all__ = ["own_folders"]


@pytest.fixture
def item():
    return received_item(b"frames")


@pytest.fixture
def custodian(item):
    return staff(Role.RECORDS_CUSTODIAN, item.agency)


@pytest.fixture
def asked(item, custodian):
    return taken_request(custodian, item.agency, contact="Casey Canary, casey@example.org")
