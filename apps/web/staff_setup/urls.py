"""The address where a staff account is set up."""

from django.urls import path

from apps.web.staff_setup import views

urlpatterns = [path("staff-setup/<uuid:public_id>/", views.staff_setup, name="staff_setup")]
