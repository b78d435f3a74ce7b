"""Who sees a layer: the agency's own people, and those of agencies with which an agreement shares its kind."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.agencies.models import Agency, Role
from apps.agencies.policies import Person, agencies_of, has_role, serves_as
from apps.agreements.scopes import ALL
from apps.agreements.selectors import in_force, shared_items
from apps.layers.models import Layer

LAYER_ROLES = (Role.DETECTIVE, Role.SUPERVISOR, Role.ANALYST, Role.PROGRAM_MANAGER)
KEEPING_ROLES = (Role.PROGRAM_MANAGER,)
SCOPE = "layers"  # as agreements name it


def sees_layers(user: Person) -> bool:
    """Whether the person works with maps in any agency."""
    return serves_as(user, *LAYER_ROLES)


def viewable_layers(user: Person) -> QuerySet[Layer]:
    """The open layers of the person's agencies, and those that others share with these now."""
    if not sees_layers(user):
        return Layer.objects.none()
    mine = agencies_of(user, *LAYER_ROLES)
    shared = shared_items(mine, SCOPE).filter(
        Q(part=ALL) | Q(part=OuterRef("kind")), agreement__from_agency=OuterRef("agency")
    )
    return Layer.objects.filter(Q(agency__in=mine) | Exists(shared), closed_at__isnull=True)


def can_view_layer(user: Person, layer: Layer) -> bool:
    if layer.closed_at is not None:
        return False
    if has_role(user, layer.agency, *LAYER_ROLES):
        return True
    mine = agencies_of(user, *LAYER_ROLES)
    return any(in_force(layer.agency, agency, SCOPE, part=layer.kind) for agency in mine)


def can_keep_layers(user: Person, agency: Agency) -> bool:
    """A program manager of the agency makes, loads, changes and closes its layers."""
    return has_role(user, agency, *KEEPING_ROLES)


def is_own(user: Person, layer: Layer) -> bool:
    """Whether it is a layer of an agency of the person, not one that another shares."""
    return has_role(user, layer.agency, *LAYER_ROLES)
