"""The yearly confirmation, and changes of where somebody lives."""

from django.urls import path

from apps.web.confirmation import views

urlpatterns = [
    path("cameras/confirm/", views.confirm_own, name="confirm_cameras"),
    path("cameras/<uuid:public_id>/history/", views.history, name="camera_history"),
    path("cameras/<uuid:public_id>/replace/", views.replace, name="replace_camera"),
    path("confirm/<uuid:public_id>/", views.confirmation, name="confirmation"),
    path("account/moved/", views.moved, name="moved"),
    path("account/pause/", views.pause, name="pause"),
]
