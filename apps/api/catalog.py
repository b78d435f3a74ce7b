"""The catalog by API: what owners may choose from, and how a camera names its entry."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import mixins, serializers
from rest_framework.viewsets import GenericViewSet

from apps.accounts.models import User
from apps.api.refusals import REFUSED
from apps.cameras import policies
from apps.cameras.catalog.facts import FACTS
from apps.cameras.models import CatalogEntry
from apps.core.errors import NotAllowed


@extend_schema_field(OpenApiTypes.UUID)
class CatalogEntryField(serializers.Field[Any, Any, Any, Any]):
    """An offered entry by its id."""

    default_error_messages = {"unknown": _("The catalog has no such entry.")}

    def to_representation(self, value: CatalogEntry) -> str:
        return str(value.public_id)

    def to_internal_value(self, data: Any) -> CatalogEntry:
        try:
            entry = CatalogEntry.objects.filter(public_id=UUID(str(data)), is_offered=True).first()
        except ValueError:
            entry = None
        if entry is None:
            self.fail("unknown")
        return entry


class CatalogEntrySerializer(serializers.ModelSerializer[CatalogEntry]):
    """What is usual for a camera or recorder; null or empty where it differs from one installation to the next."""

    id = serializers.UUIDField(source="public_id", read_only=True)

    class Meta:
        model = CatalogEntry
        fields = ["id", *(fact for fact in FACTS if fact != "is_offered")]
        read_only_fields = fields


@extend_schema_view(
    list=extend_schema(
        description="Common cameras and recorders, and what is usual for each.",
        responses={200: CatalogEntrySerializer, **REFUSED},
    )
)
class CatalogViewSet(mixins.ListModelMixin, GenericViewSet[CatalogEntry]):
    """The offered entries."""

    serializer_class = CatalogEntrySerializer
    filter_backends: list[Any] = []
    queryset = CatalogEntry.objects.none()

    def get_queryset(self) -> QuerySet[CatalogEntry]:
        user = self.request.user
        if not isinstance(user, User) or user.is_staff:
            raise NotAllowed(_("The API is for partners. Staff work in the admin."), code="staff_account")
        return policies.viewable_catalog(user).filter(is_offered=True).order_by("maker", "name")
