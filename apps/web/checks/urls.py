"""The yearly check, by who runs the account or holds the letter; the time code, for everybody."""

from django.urls import path

from apps.web.checks import views

urlpatterns = [
    path("clock/", views.time_code, name="time_code"),
    path("clock/now/", views.now, name="time_now"),
    path("cameras/<uuid:public_id>/check/", views.check_own, name="check_camera"),
    path("cameras/<uuid:public_id>/clip/", views.clip, name="test_clip"),
    path("confirm/<uuid:confirmation_id>/<uuid:public_id>/", views.check_by_letter, name="check_by_letter"),
]
