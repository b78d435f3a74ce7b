"""A partner's imports and exports."""

from django.urls import path

from apps.web.imports import views

urlpatterns = [
    path("cameras/import/", views.index, name="imports"),
    path("cameras/import/template-<str:language>.<str:kind>", views.template, name="import_template"),
    path("cameras/import/<uuid:public_id>/", views.show, name="import"),
    path("cameras/import/<uuid:public_id>/columns/", views.columns, name="import_columns"),
    path("cameras/import/<uuid:public_id>/rows/<int:number>/", views.row, name="import_row"),
    path("cameras/import/<uuid:public_id>/act/", views.act, name="import_act"),
    path("cameras/import/<uuid:public_id>/problems.csv", views.problems, name="import_problems"),
    path("cameras/export.<str:kind>", views.export, name="import_export"),
]
