"""A sealed-off store, a sealed item, and the custodian of its agency."""

import pytest

from apps.agencies.models import Role
from tests.factories.items import sealed_item
from tests.factories.people import staff


@pytest.fixture(autouse=True)
def stores(settings, tmp_path):
    settings.EVIDENCE_URL = f"file://{tmp_path / 'evidence'}"
    settings.STAGING_DIR = tmp_path / "staging"


@pytest.fixture
def item():
    return sealed_item(b"frames")


@pytest.fixture
def custodian(item):
    return staff(Role.RECORDS_CUSTODIAN, item.agency)
