"""The welcome kit."""

from django.urls import path

from apps.web.kit import views

urlpatterns = [
    path("kit/", views.kit, name="kit"),
    path("kit/sign/<slug:language>/", views.sign_pdf, name="sign_pdf"),
    path("kit/certificate/<slug:language>/", views.certificate_pdf, name="certificate_pdf"),
]
