"""The catalog of common cameras and recorders: what staff write about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.cameras import policies
from apps.cameras.catalog.facts import checked_facts
from apps.cameras.models import CatalogEntry
from apps.core.errors import InvalidInput, NotAllowed, Stale
from apps.core.locks import locked
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject


def save_catalog_entry(
    *,
    facts: Mapping[str, Any],
    actor: Actor,
    entry: CatalogEntry | None = None,
    version: int | None = None,
    user: User | None = None,
) -> CatalogEntry:
    """Write a new entry (`entry` None) or change one, given the `version` that was read. Repeating it changes nothing.

    What owners registered with it before stays as it is. `facts` are those of `catalog.facts`. `user` is the program
    manager; None is for the portal's own commands. Raises NotAllowed, Stale, InvalidInput, also for a second entry of
    one maker and model.
    """
    with transaction.atomic():
        if user is not None and not policies.can_edit_catalog(user):
            raise NotAllowed(_("Only a program manager changes the catalog."), code="role")
        checked = checked_facts(facts)
        if entry is not None:
            entry = locked(CatalogEntry.objects).get(pk=entry.pk)
            if version is not None and entry.version != version:
                raise Stale(_("Somebody changed this entry while you were editing. Nothing was saved."), code="version")
            if all(getattr(entry, name) == value for name, value in checked.items()):
                return entry
        twin = CatalogEntry.objects.filter(maker=checked["maker"], name=checked["name"]).first()
        if twin is not None and (entry is None or twin.pk != entry.pk):
            sentence = _("The catalog has an entry for this maker and model already.")
            raise InvalidInput.about("name", sentence)
        verb = "added" if entry is None else "changed"
        entry = entry or CatalogEntry(version=0)
        for name, value in checked.items():
            setattr(entry, name, value)
        entry.version += 1
        entry.save()
        ledger.record(
            f"catalog_entry.{verb}",
            Subject.of("catalog_entry", entry.public_id),
            actor,
            version=entry.version,
            maker=entry.maker,
            model=entry.name,
            offered=entry.is_offered,
        )
        return entry


def load_catalog(*, entries: list[dict[str, Any]], actor: Actor) -> int:
    """Add the entries whose maker and model the catalog lacks; what staff wrote is never overwritten. How many."""
    with transaction.atomic():
        known = set(CatalogEntry.objects.values_list("maker", "name"))
        new = [facts for facts in entries if (facts.get("maker"), facts.get("name")) not in known]
        for facts in new:
            save_catalog_entry(facts=facts, actor=actor)
        return len(new)
