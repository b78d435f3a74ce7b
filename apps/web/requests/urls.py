"""Addresses of an invitation, below /i/."""

from django.urls import path

from apps.web.requests import answer_views

app_name = "footage_requests"
urlpatterns = [
    path("<uuid:invitation>/", answer_views.invitation, name="invitation"),
    path("<uuid:invitation>/thanks/", answer_views.thanks, name="thanks"),
]
