"""Addresses by which staff sign in."""

from django.urls import path

from apps.accounts import staff_views

app_name = "staff"
urlpatterns = [
    path("notice/", staff_views.notice, name="notice"),
    path("locked/", staff_views.locked, name="locked"),
    path("active/", staff_views.active, name="active"),
]
