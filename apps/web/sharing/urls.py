"""Pages of recipients outside: what was shared with a prosecutor or a defender."""

from django.urls import path

from apps.web.sharing import views

urlpatterns = [
    path("shared/<uuid:public_id>/", views.shared, name="shared"),
    path("shared/<uuid:public_id>/again/", views.again, name="shared_again"),
    path("shared/<uuid:public_id>/code/", views.code, name="shared_code"),
    path("shared/<uuid:public_id>/enter/", views.enter, name="shared_enter"),
    path("shared/<uuid:public_id>/court/", views.court, name="shared_court"),
    path("shared/<uuid:public_id>/passed-on/", views.passed_on, name="shared_passed_on"),
    path("shared/<uuid:public_id>/<uuid:item_id>/", views.watch, name="shared_video"),
    path("shared/<uuid:public_id>/<uuid:item_id>/save/", views.save, name="shared_save"),
]
