"""/api/v1/."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, re_path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter

from apps.api import views
from apps.api.calls import CallsView
from apps.api.catalog import CatalogViewSet
from apps.api.exporter import AskedView, PieceViewSet

router = SimpleRouter(use_regex_path=False)
router.register("partners", views.PartnerViewSet, basename="api-partner")
router.register("sites", views.SiteViewSet, basename="api-site")
router.register("cameras", views.CameraViewSet, basename="api-camera")
router.register("catalog", CatalogViewSet, basename="api-catalog")
router.register("exporter/pieces", PieceViewSet, basename="api-piece")
router.register("invitations", views.InvitationViewSet, basename="api-invitation")

urlpatterns: list[URLPattern | URLResolver] = [
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("exporter/requests/", AskedView.as_view(), name="api-asked"),
    path("calls/", CallsView.as_view(), name="api-calls"),
    path("", include(router.urls)),
    re_path(r"^[\s\S]*$", views.nowhere, name="api-nowhere"),
]
