"""A sealed-off store, an item, and the custodian of its agency."""

import pytest

from apps.agencies.models import Role
from tests.factories.disclosure import taken_request
from tests.factories.evidence import received_item
from tests.factories.people import staff


@pytest.fixture(autouse=True)
def stores(settings, tmp_path):
    settings.EVIDENCE_URL = f"file://{tmp_path / 'evidence'}"
    settings.STAGING_DIR = tmp_path / "staging"


@pytest.fixture
def item():
    return received_item(b"frames")


@pytest.fixture
def custodian(item):
    return staff(Role.RECORDS_CUSTODIAN, item.agency)


@pytest.fixture
def asked(item, custodian):
    return taken_request(custodian, item.agency, contact="Casey Canary, casey@example.org")
