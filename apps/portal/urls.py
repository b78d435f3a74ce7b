"""Addresses of the pages that join apps."""

from django.urls import path

from apps.portal import api_pages, import_urls, member_urls
from apps.portal.views import (
    account,
    cameras,
    consent,
    giving,
    joining,
    kit,
    leaving,
    my_data,
    public,
    staying,
    terms,
)

app_name = "portal"
urlpatterns = [
    *import_urls.urlpatterns,
    *member_urls.urlpatterns,
    path("", public.home, name="home"),
    path("terms/", terms.public_terms, name="terms"),
    path("start/", public.start, name="start"),
    path("language/", public.choose_language, name="language"),
    path("join/", joining.join, name="join"),
    path("join/terms/", terms.accept_terms, name="accept_terms"),
    path("cameras/", cameras.index, name="cameras"),
    path("cameras/add/", cameras.add, name="add_camera"),
    path("cameras/<uuid:public_id>/", cameras.edit, name="edit_camera"),
    path("cameras/<uuid:public_id>/registered/", cameras.registered, name="registered"),
    path("cameras/<uuid:public_id>/withdraw/", cameras.withdraw, name="withdraw_camera"),
    path("cameras/confirm/", staying.confirm_own, name="confirm_cameras"),
    path("cameras/<uuid:public_id>/history/", staying.history, name="camera_history"),
    path("cameras/<uuid:public_id>/replace/", staying.replace, name="replace_camera"),
    path("confirm/<uuid:public_id>/", staying.confirmation, name="confirmation"),
    path("confirm/<uuid:public_id>/open/", staying.open_confirmation_link, name="confirmation_open"),
    path("account/data/", my_data.my_data, name="my_data"),
    path("account/data/file/", my_data.my_data_file, name="my_data_file"),
    path("account/close/", leaving.close, name="close_account"),
    path("account/keep/", leaving.keep, name="keep_account"),
    path("account/moved/", staying.moved, name="moved"),
    path("account/pause/", staying.pause, name="pause"),
    path("requests/", giving.asked, name="requests"),
    path("given/", giving.given, name="given"),
    path("account/", account.account, name="account"),
    path("account/agencies/", consent.consents, name="consents"),
    path("account/terms/", terms.my_terms, name="my_terms"),
    path("account/terms/<uuid:public_id>/", terms.accepted_terms, name="accepted_terms"),
    path("account/key/", api_pages.api_key, name="api_key"),
    path("kit/", kit.kit, name="kit"),
    path("kit/sign/<slug:language>/", kit.sign_pdf, name="sign_pdf"),
    path("kit/certificate/<slug:language>/", kit.certificate_pdf, name="certificate_pdf"),
    path("account/leave/", joining.leave, name="leave"),
]
