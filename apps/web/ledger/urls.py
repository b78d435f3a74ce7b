"""The ledger's checkpoint, for everybody."""

from django.urls import path

from apps.web.ledger import views

urlpatterns = [
    path("ledger/", views.ledger, name="ledger"),
    path("ledger/checkpoint", views.checkpoint, name="checkpoint"),
]
