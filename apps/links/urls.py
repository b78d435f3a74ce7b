"""Addresses of links, below /links/. The pages that they open stand with their subjects."""

from django.urls import path

from apps.links import views

app_name = "links"
urlpatterns = [
    path("code/", views.code, name="code"),
    path("<slug:kind>/<uuid:subject>/open/", views.open_link, name="open"),
]
