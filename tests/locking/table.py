"""The table of verbs that lock rows, and who calls them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction

from apps.cameras.models import Camera
from apps.cameras.services import confirmation
from apps.core.locks import locked
from apps.partners.models import Partner
from tests.locking.world import SYSTEM, World

Act = Callable[[World], Any]
VERBS: dict[str, tuple[Callable[..., Any], Act]] = {}


def name_of(function: Callable[..., Any]) -> str:
    """`app.module.function`, as `discovery` names it."""
    return f"{function.__module__.removeprefix('apps.')}.{function.__name__}"


def verb(function: Callable[..., Any], arguments: Callable[[World], dict[str, Any]]) -> None:
    """Put a verb in the table; `arguments` are its keywords on the world."""
    VERBS[name_of(function)] = (function, lambda world: function(**arguments(world)))


def by_owner(w: World) -> dict[str, Any]:
    return {"user": w.owner, "actor": w.actor(w.owner)}


def by_manager(w: World) -> dict[str, Any]:
    return {"user": w.manager, "actor": w.actor(w.manager)}


def review(w: World, camera: Camera) -> dict[str, Any]:
    return {"camera": camera, "version": camera.version, "purpose": w.purpose, "user": w.manager}


def renew_links_of(w: World) -> int:
    """Renew the links of the yearly letters, under the partner's lock as every caller does."""
    with transaction.atomic():
        partner = locked(Partner.objects).get(pk=w.partner.pk)
        return confirmation.renew_links(partner=partner, actor=SYSTEM)


def by_author(w: World) -> dict[str, Any]:
    return {"user": w.detective, "actor": w.actor(w.detective)}


def by_asker(w: World) -> dict[str, Any]:
    return {"user": w.opened.author, "actor": w.actor(w.opened.author)}


def by_supervisor(w: World) -> dict[str, Any]:
    return {"user": w.supervisor, "actor": w.actor(w.supervisor)}
