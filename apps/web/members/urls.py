"""A partner's people."""

from django.urls import path

from apps.web.members import inbox_views, views

urlpatterns = [
    path("members/", views.members, name="members"),
    path("members/history/", views.history, name="members_history"),
    path("members/leave/", views.leave, name="member_leave"),
    path("members/invitations/<uuid:public_id>/", views.invitation, name="member_invitation"),
    path("members/<uuid:public_id>/role/", views.change_role, name="member_role"),
    path("members/<uuid:public_id>/sites/", views.choose_sites, name="member_sites"),
    path("members/<uuid:public_id>/hand-over/", views.hand_over, name="member_hand_over"),
    path("members/<uuid:public_id>/remove/", views.remove, name="member_remove"),
    path("members/inboxes/", inbox_views.add, name="inbox_add"),
    path("members/inboxes/<uuid:public_id>/", inbox_views.end, name="inbox_end"),
    path("inbox/<uuid:public_id>/", inbox_views.inbox, name="inbox"),
    path("invited/<uuid:public_id>/", views.invited, name="invited"),
]
