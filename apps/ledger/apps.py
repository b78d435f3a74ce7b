"""Django's registration of the app."""

from typing import Any

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    name = "apps.ledger"
    verbose_name = _("Ledger")

    def ready(self) -> None:
        from apps.core.own_database import TAG
        from apps.ledger.checks import triggers_are_there
        from apps.ledger.practice import database_is_ours

        register(triggers_are_there, Tags.database)
        register(database_is_ours, TAG)
        post_migrate.connect(_install_triggers, sender=self)


def _install_triggers(*, using: str, **_: Any) -> None:
    from django.db import connections

    from apps.ledger import triggers
    from apps.ledger.models import Entry
    from apps.ledger.practice import open_practice_if_empty

    # Migrating back to zero leaves nothing to guard.
    if Entry._meta.db_table in connections[using].introspection.table_names():
        triggers.install(using)
        open_practice_if_empty(using)
