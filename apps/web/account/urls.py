"""A person's account, their data and keys."""

from django.urls import path

from apps.web.account import api_key, closing, mail, my_data, switching, texts, views

urlpatterns = [
    path("account/data/", my_data.my_data, name="my_data"),
    path("account/data/file/", my_data.my_data_file, name="my_data_file"),
    path("account/close/", closing.close, name="close_account"),
    path("account/keep/", closing.keep, name="keep_account"),
    path("account/mail/", mail.try_again, name="try_mail_again"),
    path("account/texts/", texts.texts, name="texts"),
    path("account/texts/code/", texts.confirm, name="confirm_texts"),
    path("account/texts/stop/", texts.stop, name="stop_texts"),
    path("account/", views.account, name="account"),
    path("account/key/", api_key.api_key, name="api_key"),
    path("account/key/<uuid:public_id>/revoke/", api_key.revoke_api_key, name="api_key_revoke"),
    path("partner/", switching.switch, name="switch"),
    path("for/<uuid:public_id>/<slug:page>/", switching.for_partner, name="for_partner"),
]
