"""Addresses about a partner's people, its sites and its association, and the switch between partners."""

from django.urls import path

from apps.portal.views import associations, joining, members, sites, switching

urlpatterns = [
    path("join/another/", joining.join_another, name="join_another"),
    path("partner/", switching.switch, name="switch"),
    path("for/<uuid:public_id>/<slug:page>/", switching.for_partner, name="for_partner"),
    path("members/", members.members, name="members"),
    path("members/history/", members.history, name="members_history"),
    path("members/leave/", members.leave, name="member_leave"),
    path("members/invitations/<uuid:public_id>/", members.invitation, name="member_invitation"),
    path("members/<uuid:public_id>/role/", members.change_role, name="member_role"),
    path("members/<uuid:public_id>/hand-over/", members.hand_over, name="member_hand_over"),
    path("members/<uuid:public_id>/remove/", members.remove, name="member_remove"),
    path("associations/", associations.associations, name="associations"),
    path("associations/<uuid:public_id>/", associations.affiliation, name="affiliation"),
    path("association/", associations.desk, name="association"),
    path("association/flyer/", associations.flyer, name="association_flyer"),
    path("association/appeal/", associations.appeal, name="association_appeal"),
    path("belong/<str:code>/", associations.belong, name="belong"),
    path("appeals/stop/<str:token>/", associations.appeals_stop, name="appeals_stop"),
    path("sites/", sites.sites, name="sites"),
    path("sites/add/", sites.add, name="site_add"),
    path("sites/<uuid:public_id>/", sites.edit, name="site_edit"),
    path("sites/<uuid:public_id>/close/", sites.close, name="site_close"),
    path("invited/<str:token>/", members.invited, name="invited"),
]
