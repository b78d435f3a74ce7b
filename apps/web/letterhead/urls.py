"""The seals of agencies."""

from django.urls import path

from apps.web.letterhead import views

urlpatterns = [path("agencies/<uuid:public_id>/seal/<slug:digest>/", views.seal, name="agency_seal")]
