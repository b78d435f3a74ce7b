"""Look-ups by pattern: an address asks a list by the values of its filters, never by a regular expression."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.db.models import Field
from django.db.models.fields.related import ForeignObjectRel
from django.test import RequestFactory
from django.urls import reverse
from rest_framework.routers import BaseRouter

from apps.agencies.models import Role
from apps.api import urls as api_urls
from tests.factories.people import staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
EXACT = {"exact", "isnull", "isempty", "gte", "lt"}
SCREENS = [pytest.param(screen, id=model._meta.label_lower) for model, screen in admin.site._registry.items()]


def columns(model: Any, *, depth: int = 2) -> list[tuple[str, Field[Any, Any]]]:
    """Fields of the model and, two steps far, of those that it refers to."""
    found = []
    for field in model._meta.get_fields():
        if isinstance(field, ForeignObjectRel) or not hasattr(field, "get_lookups"):
            continue
        found.append((field.name, field))
        if depth and field.related_model:
            found += [(f"{field.name}__{name}", one) for name, one in columns(field.related_model, depth=depth - 1)]
    return found


@pytest.mark.parametrize("screen", SCREENS)
def test_no_screen_takes_another_look_up_than_its_filters_make(screen):
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    own = {getattr(one, "parameter_name", None) for one in screen.get_list_filter(request)}
    taken = {
        f"{name}__{lookup}"
        for name, field in columns(screen.model)
        for lookup in field.get_lookups()
        if f"{name}__{lookup}" not in own and screen.lookup_allowed(f"{name}__{lookup}", "(a+)+$", request)
    }
    assert {one.rsplit("__", 1)[1] for one in taken} <= EXACT


@pytest.mark.parametrize(
    "lookup", ["regex", "iregex", "contains", "icontains", "startswith", "endswith", "in", "range"]
)
def test_an_expression_in_an_address_is_refused(client, lookup):
    sign_in(client, staff(Role.PROGRAM_MANAGER))
    page = reverse("admin:partners_partner_changelist")
    assert client.get(page, {"kind__exact": "resident"}).status_code == 200
    for name in ("kind", "name", "memberships__user__email"):
        assert client.get(page, {f"{name}__{lookup}": "(a+)+$"}).status_code == 400


def test_the_api_filters_by_declared_values_alone():
    routers = [one for one in vars(api_urls).values() if isinstance(one, BaseRouter)]
    sets = [getattr(view, "filterset_class", None) for router in routers for _prefix, view, _name in router.registry]
    assert any(sets)
    for one in filter(None, sets):
        assert {choice.lookup_expr for choice in one.base_filters.values()} == {"exact"}
