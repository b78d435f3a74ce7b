"""Who may ask, how and when."""

from django.urls import path

from apps.web.consent import views

urlpatterns = [
    path("account/agencies/", views.consents, name="consents"),
]
