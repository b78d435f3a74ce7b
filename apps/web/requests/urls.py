"""Doors of an invitation, below /i/."""

from django.urls import path

from apps.web.requests import answer_views

app_name = "footage_requests"
urlpatterns = [
    path("code/", answer_views.code, name="code"),
    path("<uuid:invitation>/", answer_views.invitation, name="invitation"),
    path("<uuid:invitation>/open/", answer_views.open_link, name="open"),
    path("<uuid:invitation>/thanks/", answer_views.thanks, name="thanks"),
]
