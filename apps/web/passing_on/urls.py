"""Passing cameras on to who moves in: the pages of who leaves, and the page of who was given the link."""

from django.urls import path

from apps.web.passing_on import views

urlpatterns = [
    path("cameras/pass-on/", views.offers, name="pass_on"),
    path("cameras/pass-on/<uuid:public_id>/", views.offer, name="pass_on_site"),
    path("cameras/pass-on/offers/<uuid:public_id>/", views.offered, name="pass_on_offer"),
    path("offered/<uuid:public_id>/", views.camera_offer, name="camera_offer"),
]
