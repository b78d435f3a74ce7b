"""Addresses of an invitation, below /i/."""

from django.urls import path

from apps.web.requests import again_views, answer_views, calendar, camera_views, clock, piece_views, thread_views

app_name = "footage_requests"
urlpatterns = [
    path("files/<uuid:attachment>/", thread_views.attachment, name="attachment"),
    path("<uuid:invitation>/", answer_views.invitation, name="invitation"),
    path("<uuid:invitation>/cameras/", camera_views.cameras, name="cameras"),
    path("<uuid:invitation>/deadline.ics", calendar.calendar, name="calendar"),
    path("<uuid:invitation>/kept/", clock.kept, name="kept"),
    path("<uuid:invitation>/clock/<uuid:match>/", clock.check_clock, name="check_clock"),
    path("<uuid:invitation>/pieces/<uuid:piece>/", piece_views.decide, name="piece"),
    path("<uuid:invitation>/thanks/", answer_views.thanks, name="thanks"),
    path("<uuid:invitation>/messages/", thread_views.conversation, name="conversation"),
    path("<uuid:invitation>/again/", again_views.again, name="again"),
    path("<uuid:invitation>/rate/", thread_views.rate, name="rate"),
]
