"""Who may ask, how and when."""

from django.urls import path

from apps.web.consent import views
from apps.web.requests import again_views

urlpatterns = [
    path("account/agencies/", views.consents, name="consents"),
    path("account/agencies/kinds/<uuid:public_id>/", again_views.allow_kind, name="allow_kind"),
]
