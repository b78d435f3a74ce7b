"""save_view, rename_view, delete_view: a list as somebody wants to see it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.agencies.models import Agency
from apps.agencies.policies import has_role
from apps.core import text
from apps.core.errors import InvalidInput, NotAllowed, NotFound
from apps.core.locks import locked_exclusively
from apps.core.once import create_once
from apps.ledger import services as ledger
from apps.ledger.values import Subject
from apps.lists.models import ListView
from apps.lists.policies import can_change_view, can_view_view, viewable_views

NAME_MAX = 40
MOST_VIEWS = 20
_FACTS_MAX = 4_000


@dataclass(frozen=True, slots=True)
class Shown:
    """How a list is shown: filters with their values, the search, columns and order by name."""

    filters: Mapping[str, list[str]] = field(default_factory=dict)
    search: str = ""
    columns: Sequence[str] = ()
    order: Sequence[str] = ()


def save_view(
    *, user: User, agency: Agency, listed: str, name: str, shared: bool, shown: Shown, request_key: UUID | None = None
) -> ListView:
    """Keep the list as it is shown; a repeat of the key finds the first one. The search may name people: encrypted.

    Raises NotFound for an agency that the person does not serve, InvalidInput for a name that is missing, too long or
    taken, and when the list has as many views as one sees at a glance.
    """
    with transaction.atomic():
        if not has_role(user, agency):
            raise NotFound(_("There is no such agency among yours."))
        earlier = ListView.objects.filter(request_key=request_key).first() if request_key else None
        if earlier is None:
            name = _free_name(user, agency, listed, name)
            if len(str(shown.filters)) + len(shown.search) > _FACTS_MAX:
                raise InvalidInput(_("The filters of this list are too long to be kept."))
            if viewable_views(user).filter(listed=listed, agency=agency).count() >= MOST_VIEWS:
                raise InvalidInput(_("This list has %(most)d views already. Delete one first.") % {"most": MOST_VIEWS})
        view, created = _created(
            request_key,
            author=user,
            agency=agency,
            listed=listed,
            name=name,
            shared=shared,
            filters=dict(shown.filters),
            search=shown.search,
            columns=list(shown.columns),
            order=list(shown.order),
        )
        if not created:
            if view.author_id != user.pk or view.listed != listed:
                raise NotFound(_("There is no such view."))
            return view
        _record("list_view.saved", view, user)
        return view


def rename_view(*, view: ListView, name: str, shared: bool, user: User) -> ListView:
    """Give the view another name, share it with the agency or keep it to its author.

    Raises NotFound, NotAllowed for somebody who is neither its author nor looks after the agency's views, InvalidInput.
    """
    with transaction.atomic():
        view = _held(view, user)
        name = _free_name(user, view.agency, view.listed, name, besides=view)
        if not shared and view.author_id != user.pk:
            raise NotAllowed(_("Only the author takes a view back from the agency. You can delete it."))
        if (view.name, view.shared) == (name, shared):
            return view
        view.name, view.shared = name, shared
        try:
            with transaction.atomic():
                view.save(update_fields=["name", "shared"])
        except IntegrityError as error:
            raise _taken() from error
        _record("list_view.renamed", view, user)
        return view


def delete_view(*, view: ListView, user: User) -> None:
    """Delete the view; the list stays. Raises NotFound and NotAllowed as `rename_view`."""
    with transaction.atomic():
        view = _held(view, user)
        _record("list_view.deleted", view, user)
        view.delete()


def _held(view: ListView, user: User) -> ListView:
    """The view, locked, if the person may change it."""
    found = locked_exclusively(ListView.objects).select_related("agency").filter(pk=view.pk).first()
    if found is None or not can_view_view(user, found):
        raise NotFound(_("There is no such view."))
    if not can_change_view(user, found):
        raise NotAllowed(_("Only its author, a supervisor or a program manager changes this view."))
    return found


def _free_name(user: User, agency: Agency, listed: str, name: str, *, besides: ListView | None = None) -> str:
    name = text.line(name, field="name", most=NAME_MAX)
    others = viewable_views(user).filter(agency=agency, listed=listed, name__iexact=name)
    others = others.exclude(pk=besides.pk) if besides else others
    if others.exists():
        raise _taken()
    return name


def _taken() -> InvalidInput:
    sentence = _("This list has a view of this name. Choose another name.")
    return InvalidInput.about("name", sentence)


def _created(request_key: UUID | None, **fields: Any) -> tuple[ListView, bool]:
    try:
        with transaction.atomic():
            return create_once(ListView, request_key=request_key, **fields)
    except IntegrityError as error:
        raise _taken() from error


def _record(action: str, view: ListView, user: User) -> None:
    subject, actor = Subject.of("list_view", view.public_id), acting_as(user, view.agency).actor
    facts = {"list": view.listed, "shared": view.shared, "filters": sorted(view.filters), "columns": view.columns}
    ledger.record(action, subject, actor, **facts, private={"name": view.name})
