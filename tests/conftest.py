"""What every test may use."""

import pytest

from tests.plugins.databases import django_db_setup, remove_the_folder_of_the_run
from tests.plugins.ledger import every_entry_says_who_acted_as_what, flushing_suspends_the_ledger_triggers
from tests.plugins.stack import portal, web, workers

__all__ = [
    "django_db_setup",
    "every_entry_says_who_acted_as_what",
    "flushing_suspends_the_ledger_triggers",
    "portal",
    "web",
    "workers",
]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing in the temporary folder."""
    remove_the_folder_of_the_run(config)
