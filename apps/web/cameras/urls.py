"""A partner's own cameras."""

from django.urls import path

from apps.web.cameras import aids, views

urlpatterns = [
    path("cameras/", views.index, name="cameras"),
    path("cameras/add/", views.add, name="add_camera"),
    path("cameras/find/", aids.locate, name="find_address"),
    path("places/find/", aids.suggest, name="find_place"),
    path("cameras/draft/", aids.draft, name="camera_draft"),
    path("cameras/<uuid:public_id>/photo/", aids.photo, name="camera_photo"),
    path("cameras/<uuid:public_id>/", views.edit, name="edit_camera"),
    path("cameras/<uuid:public_id>/registered/", views.registered, name="registered"),
    path("cameras/<uuid:public_id>/withdraw/", views.withdraw, name="withdraw_camera"),
]
