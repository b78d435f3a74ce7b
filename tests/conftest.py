"""What every test may use."""

import gc

import hypothesis
import pytest
from django.utils import translation

from tests.plugins import order, twice
from tests.plugins.ceph import bucket, ceph
from tests.plugins.databases import (
    django_db_keepdb,
    django_db_modify_db_settings,
    django_db_setup,
    remove_the_folder_of_the_run,
)
from tests.plugins.emptying import committing_tests_leave_an_empty_database
from tests.plugins.ledger import every_entry_says_who_acted_as_what
from tests.plugins.people import agency
from tests.plugins.stack import portal, workers

# How long an example takes says how busy the machine is, and nothing about the code.
hypothesis.settings.register_profile("portal", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("portal")


@pytest.fixture(autouse=True)
def in_english() -> None:
    """A page that another test opened in Spanish leaves its language to the thread."""
    translation.activate("en")


__all__ = [
    "agency",
    "bucket",
    "ceph",
    "committing_tests_leave_an_empty_database",
    "django_db_keepdb",
    "django_db_modify_db_settings",
    "django_db_setup",
    "every_entry_says_who_acted_as_what",
    "in_english",
    "portal",
    "workers",
]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Before `-m` chooses."""
    twice.mark(items)
    order.mark(items)


@pytest.hookimpl(trylast=True, specname="pytest_collection_modifyitems")
def pytest_longest_first(items: list[pytest.Item]) -> None:
    """After pytest-django has put those that commit to the end."""
    order.longest_first(items)


def pytest_collection_finish() -> None:
    """What is imported by now stays: the collector looks through new objects alone, and less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing in the temporary folder."""
    remove_the_folder_of_the_run(config)
