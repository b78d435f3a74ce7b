"""Where other ledgers' checkpoints are cosigned, and where what was cosigned is read."""

from django.urls import path

from apps.witness import views

app_name = "witness"
urlpatterns = [
    path("add-checkpoint", views.add_checkpoint, name="add_checkpoint"),
    path("<str:origin>/checkpoint", views.checkpoint, name="checkpoint"),
]
