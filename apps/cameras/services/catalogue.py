"""The catalogue of common cameras and recorders: what staff write about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.cameras import policies
from apps.cameras.catalogue.facts import checked_facts
from apps.cameras.models import CatalogueEntry
from apps.core.errors import InvalidInput, NotAllowed, Stale
from apps.core.locks import locked
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject


def save_catalogue_entry(
    *,
    facts: Mapping[str, Any],
    actor: Actor,
    entry: CatalogueEntry | None = None,
    version: int | None = None,
    user: User | None = None,
) -> CatalogueEntry:
    """Write a new entry (`entry` None) or change one, given the `version` that was read. Repeating it changes nothing.

    What owners registered with it before stays as it is. `facts` are those of `catalogue.facts`. `user` is the program
    manager; None is for the portal's own commands. Raises NotAllowed, Stale, InvalidInput, also for a second entry of
    one maker and model.
    """
    with transaction.atomic():
        if user is not None and not policies.can_edit_catalogue(user):
            raise NotAllowed(_("Only a program manager changes the catalogue."), code="role")
        checked = checked_facts(facts)
        if entry is not None:
            entry = locked(CatalogueEntry.objects).get(pk=entry.pk)
            if version is not None and entry.version != version:
                raise Stale(_("Somebody changed this entry while you were editing. Nothing was saved."), code="version")
            if all(getattr(entry, name) == value for name, value in checked.items()):
                return entry
        twin = CatalogueEntry.objects.filter(maker=checked["maker"], name=checked["name"]).first()
        if twin is not None and (entry is None or twin.pk != entry.pk):
            sentence = _("The catalogue has an entry for this maker and model already.")
            raise InvalidInput(sentence, fields={"name": sentence})
        verb = "added" if entry is None else "changed"
        entry = entry or CatalogueEntry(version=0)
        for name, value in checked.items():
            setattr(entry, name, value)
        entry.version += 1
        entry.save()
        ledger.record(
            f"catalogue_entry.{verb}",
            Subject.of("catalogue_entry", entry.public_id),
            actor,
            version=entry.version,
            maker=entry.maker,
            model=entry.name,
            offered=entry.is_offered,
        )
        return entry


def load_catalogue(*, entries: list[dict[str, Any]], actor: Actor) -> int:
    """Add the entries whose maker and model the catalogue lacks; what staff wrote is never overwritten. How many."""
    with transaction.atomic():
        known = set(CatalogueEntry.objects.values_list("maker", "name"))
        new = [facts for facts in entries if (facts.get("maker"), facts.get("name")) not in known]
        for facts in new:
            save_catalogue_entry(facts=facts, actor=actor)
        return len(new)
