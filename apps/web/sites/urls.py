"""A partner's sites."""

from django.urls import path

from apps.web.sites import views

urlpatterns = [
    path("sites/", views.sites, name="sites"),
    path("sites/add/", views.add, name="site_add"),
    path("sites/<uuid:public_id>/", views.edit, name="site_edit"),
    path("sites/<uuid:public_id>/close/", views.close, name="site_close"),
]
