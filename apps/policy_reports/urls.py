"""Named in the policy itself: config/settings/components/security.py."""

from django.urls import path

from apps.policy_reports import views

app_name = "policy_reports"
urlpatterns = [path("", views.take_report, name="take")]
