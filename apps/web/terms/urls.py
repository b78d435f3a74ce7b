"""The documents and their acceptance."""

from django.urls import path

from apps.web.terms import views

urlpatterns = [
    path("terms/", views.public_terms, name="terms"),
    path("join/terms/", views.accept_terms, name="accept_terms"),
    path("account/terms/", views.my_terms, name="my_terms"),
    path("account/terms/<uuid:public_id>/", views.accepted_terms, name="accepted_terms"),
]
