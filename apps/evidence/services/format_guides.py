"""The catalog of formats: what staff write about files that no browser plays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.errors import InvalidInput, NotAllowed, Stale
from apps.core.locks import locked
from apps.evidence import policies
from apps.evidence.format_guides import checked_guide
from apps.evidence.models import FormatGuide
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject


def save_format_guide(
    *,
    facts: Mapping[str, Any],
    actor: Actor,
    guide: FormatGuide | None = None,
    version: int | None = None,
    user: User | None = None,
) -> FormatGuide:
    """Write a new guide (`guide` None) or change one, given the `version` that was read. A repeat changes nothing.

    Each version stands in the ledger with all that it says. `user` is the program manager; None is for the portal's own
    commands. Raises NotAllowed, Stale, InvalidInput, also for a second guide of one name.
    """
    with transaction.atomic():
        if user is not None and not policies.can_edit_format_guides(user):
            raise NotAllowed(_("Only a program manager changes the catalog."), code="role")
        checked = checked_guide(facts)
        if guide is not None:
            guide = locked(FormatGuide.objects).get(pk=guide.pk)
            if version is not None and guide.version != version:
                raise Stale(_("Somebody changed this entry while you were editing. Nothing was saved."), code="version")
            if all(getattr(guide, name) == value for name, value in checked.items()):
                return guide
        twin = FormatGuide.objects.filter(name=checked["name"]).first()
        if twin is not None and (guide is None or twin.pk != guide.pk):
            sentence = _("The catalog has an entry of this name already.")
            raise InvalidInput.about("name", sentence)
        verb = "added" if guide is None else "changed"
        guide = guide or FormatGuide(version=0)
        for name, value in checked.items():
            setattr(guide, name, value)
        guide.version += 1
        guide.save()
        facts_kept = {**checked, "checked_on": str(checked["checked_on"] or "")}
        ledger.record(
            f"format_guide.{verb}",
            Subject.of("format_guide", guide.public_id),
            actor,
            version=guide.version,
            **facts_kept,
        )
        return guide


def load_format_guides(*, guides: list[dict[str, Any]], actor: Actor) -> int:
    """Add the guides whose name the catalog lacks; what staff wrote is never overwritten. Returns how many."""
    with transaction.atomic():
        known = set(FormatGuide.objects.values_list("name", flat=True))
        new = [facts for facts in guides if facts.get("name") not in known]
        for facts in new:
            save_format_guide(facts=facts, actor=actor)
        return len(new)
