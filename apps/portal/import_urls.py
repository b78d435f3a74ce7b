"""Addresses of a partner's imports and exports, among those of the portal."""

from django.urls import path

from apps.portal.views import imports

urlpatterns = [
    path("cameras/import/", imports.index, name="imports"),
    path("cameras/import/template-<str:language>.<str:kind>", imports.template, name="import_template"),
    path("cameras/import/<uuid:public_id>/", imports.show, name="import"),
    path("cameras/import/<uuid:public_id>/columns/", imports.columns, name="import_columns"),
    path("cameras/import/<uuid:public_id>/rows/<int:number>/", imports.row, name="import_row"),
    path("cameras/import/<uuid:public_id>/act/", imports.act, name="import_act"),
    path("cameras/import/<uuid:public_id>/problems.csv", imports.problems, name="import_problems"),
    path("cameras/export.<str:kind>", imports.export, name="import_export"),
]
