"""Django's registration of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PolicyReportsConfig(AppConfig):
    name = "apps.policy_reports"
    verbose_name = _("Policy reports")
