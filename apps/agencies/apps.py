"""Django's registration of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgenciesConfig(AppConfig):
    name = "apps.agencies"
    verbose_name = _("Agencies")

    def ready(self) -> None:
        from apps.accounts.staff_holds import staff_flooded, staff_held
        from apps.agencies import sso_saml
        from apps.agencies.names import names_of_agencies
        from apps.agencies.staff_findings import notice_flood
        from apps.agencies.staff_mails import tell_of_hold
        from apps.core.official import named_by

        staff_held.connect(tell_of_hold, dispatch_uid="agencies.tell_of_hold")
        staff_flooded.connect(notice_flood, dispatch_uid="agencies.notice_flood")
        sso_saml.use_it()
        named_by(names_of_agencies)
