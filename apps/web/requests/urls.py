"""Addresses of an invitation, below /i/."""

from django.urls import path

from apps.web.requests import answer_views, clock

app_name = "footage_requests"
urlpatterns = [
    path("<uuid:invitation>/", answer_views.invitation, name="invitation"),
    path("<uuid:invitation>/kept/", clock.kept, name="kept"),
    path("<uuid:invitation>/thanks/", answer_views.thanks, name="thanks"),
]
