"""Uploads, receipts, items and media."""

from django.urls import path

from apps.disclosure import package_view
from apps.evidence import files_view, media_views
from apps.sharing import shared_view
from apps.web.evidence import again_views, item_views, scene_views, statement_views, views

app_name = "evidence"
urlpatterns = [
    path("files/", files_view.FilesView.as_view(), name="files"),
    path("files/<uuid:public_id>", files_view.FilesView.as_view(), name="file"),
    path("files/<uuid:public_id>/digest", files_view.file_digest, name="file_digest"),
    path("files/<uuid:public_id>/note", files_view.file_note, name="file_note"),
    path("i/<uuid:invitation_id>/upload/", views.upload_page, name="upload"),
    path("i/<uuid:invitation_id>/given-before/", again_views.given_before, name="given_before"),
    path("items/<uuid:public_id>/", item_views.item, name="item"),
    path("items/<uuid:public_id>/replay/", item_views.replay, name="replay"),
    path("scene/<uuid:handover_id>/sign/", scene_views.sign_page, name="scene_sign"),
    path("scene/<uuid:handover_id>/send/", scene_views.send_page, name="scene_send"),
    path("handed-over/<uuid:handover_id>/", scene_views.handed_over, name="handed_over"),
    path("media/renew/", media_views.renew, name="media_renew"),
    path("media/packages/<str:token>", package_view.package, name="package"),
    path("media/shared/renew/", shared_view.renew, name="shared_renew"),
    path("media/shared/<str:token>", shared_view.shared, name="shared"),
    path("media/<str:token>", media_views.media, name="media"),
    path("receipt/<uuid:submission_id>/", views.receipt_page, name="receipt"),
    path("receipt/<uuid:submission_id>/files/<uuid:item_id>/", views.note_page, name="note"),
    path("receipt/<uuid:submission_id>/statement/", statement_views.statement_page, name="statement"),
    path("receipt/<uuid:submission_id>/statement.pdf", statement_views.statement_file, name="statement_file"),
]
