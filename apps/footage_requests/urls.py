"""Doors of an invitation, below /i/."""

from django.urls import path

from apps.footage_requests import views

app_name = "footage_requests"
urlpatterns = [
    path("code/", views.code, name="code"),
    path("<uuid:invitation>/", views.invitation, name="invitation"),
    path("<uuid:invitation>/open/", views.open_link, name="open"),
    path("<uuid:invitation>/thanks/", views.thanks, name="thanks"),
]
