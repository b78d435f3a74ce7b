"""Joining and leaving the program."""

from django.urls import path

from apps.web.joining import views

urlpatterns = [
    path("join/", views.join, name="join"),
    path("account/leave/", views.leave, name="leave"),
    path("join/another/", views.join_another, name="join_another"),
]
