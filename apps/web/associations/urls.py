"""Associations, their members and appeals."""

from django.urls import path

from apps.web.associations import views

urlpatterns = [
    path("associations/", views.associations, name="associations"),
    path("associations/<uuid:public_id>/", views.affiliation, name="affiliation"),
    path("association/", views.desk, name="association"),
    path("association/flyer/", views.flyer, name="association_flyer"),
    path("association/appeal/", views.appeal, name="association_appeal"),
    path("belong/<uuid:public_id>/", views.belong, name="belong"),
    path("appeals/stop/<uuid:public_id>/", views.appeals_stop, name="appeals_stop"),
    path("no-mail/<uuid:public_id>/", views.no_mail, name="no_mail"),
]
