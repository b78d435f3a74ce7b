"""How the program does, for everybody."""

from django.urls import path

from apps.web.program import views

urlpatterns = [
    path("program/", views.program, name="program"),
    path("program/<slug:quarter>/", views.quarter, name="program_quarter"),
    path("program/<slug:quarter>/<int:number>/", views.version, name="program_update"),
]
