"""Django's registration of the app."""

from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "apps.staff"
