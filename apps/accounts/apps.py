"""Django's registration of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "apps.accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        from allauth.mfa.signals import authenticator_added, authenticator_removed

        from apps.accounts import staff_signin
        from apps.accounts.second_factor import drop_codes_without_app, note_set_up

        authenticator_added.connect(note_set_up, dispatch_uid="accounts.note_set_up")
        authenticator_removed.connect(drop_codes_without_app, dispatch_uid="accounts.drop_codes_without_app")
        staff_signin.listen()
