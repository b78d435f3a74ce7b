"""/api/v1/."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, re_path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter

from apps.portal import api
from apps.portal.api_catalogue import CatalogueViewSet

router = SimpleRouter(use_regex_path=False)
router.register("partners", api.PartnerViewSet, basename="api-partner")
router.register("sites", api.SiteViewSet, basename="api-site")
router.register("cameras", api.CameraViewSet, basename="api-camera")
router.register("catalogue", CatalogueViewSet, basename="api-catalogue")
router.register("invitations", api.InvitationViewSet, basename="api-invitation")

urlpatterns: list[URLPattern | URLResolver] = [
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("", include(router.urls)),
    re_path(r"^.*$", api.nowhere, name="api-nowhere"),
]
