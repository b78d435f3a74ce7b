"""What each verb of a layer begins with: the locked row, and the person's right."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.agencies.models import Agency
from apps.core.errors import NotAllowed, NotFound
from apps.core.locks import locked
from apps.layers import policies
from apps.layers.models import Layer
from apps.ledger.values import Actor, Subject


def locked_layer(user: User, layer: Layer) -> Layer:
    """The layer under its lock. Raises NotFound for one that the person does not see, NotAllowed for anybody but a
    program manager of its agency."""
    row = locked(Layer.objects).select_related("agency", "made_by").get(pk=layer.pk)
    if not policies.can_view_layer(user, row):
        raise NotFound(_("There is no such layer among those of your agencies."))
    keeper(user, row.agency)
    return row


def keeper(user: User, agency: Agency) -> Actor:
    """The person as the ledger names them. Raises NotAllowed for anybody but a program manager of the agency."""
    if not policies.can_keep_layers(user, agency):
        raise NotAllowed(_("Only a program manager of the agency keeps its layers."), code="role")
    return acting_as(user, agency, *policies.KEEPING_ROLES).actor


def subject_of(layer: Layer) -> Subject:
    """As the ledger names it."""
    return Subject.of("layer", layer.public_id)
