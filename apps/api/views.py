"""The API: a partner's own cameras and the requests to them, through the policies and services of the pages.

Every refusal is a problem document (RFC 9457). Staff find nothing here: their work needs a purpose and a second factor.
"""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response as ApiResponse
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet

from apps.accounts.actors import actor_for
from apps.accounts.models import User
from apps.api.consent import ConsentSerializer
from apps.api.refusals import REFUSED
from apps.api.serializers import (
    AnswersSerializer,
    CameraChangeSerializer,
    CameraSerializer,
    InvitationSerializer,
    PartnerSerializer,
    ResponseSerializer,
    SiteChangeSerializer,
    SiteClosingSerializer,
    SiteSerializer,
    WithdrawalSerializer,
)
from apps.cameras import policies as camera_policies
from apps.cameras.details import CameraDetails, stated_values
from apps.cameras.models import Camera, Site
from apps.cameras.selectors import get_own_camera, get_site_for, own_cameras
from apps.cameras.services import add_site, close_site, register_camera, update_camera, update_site, withdraw_camera
from apps.cameras.states import CameraState
from apps.core.errors import NotAllowed, NotFound
from apps.footage_requests.models import Invitation
from apps.footage_requests.models import Response as Answered
from apps.footage_requests.policies import answers_for_all, matches_of_reader
from apps.footage_requests.selectors import invitations_of
from apps.footage_requests.services import AnswerGiven, answer_matches
from apps.footage_requests.states import Answer, InvitationState
from apps.partners.models import Consent, Partner
from apps.partners.policies import memberships_of
from apps.partners.selectors import get_partner_for, partners_of
from apps.partners.services import ContactWish
from apps.partners.services.consenting import set_consent
from apps.terms.selectors import with_outstanding_terms

# What a call about a camera carries beside what its owner states of it.
NOT_STATED = frozenset({"site", "place", "version", "request_key"})


def caller(request: Request | HttpRequest) -> User:
    """The registrant who calls. Raises NotAllowed for staff."""
    user = request.user
    if not isinstance(user, User) or user.is_staff:
        raise NotAllowed(_("The API is for partners. Staff work in the admin."), code="staff_account")
    return user


class RegistrantViewSet(GenericViewSet[Any]):
    """Base: rows are looked up by their public id, and only ever among the caller's own."""

    lookup_field = "public_id"
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"

    def get_object(self) -> Any:
        found = self.filter_queryset(self.get_queryset()).filter(public_id=self.kwargs["id"]).first()
        if found is None:
            raise NotFound(_("There is no such thing among yours."))
        return found


@extend_schema_view(
    list=extend_schema(description="The partners for which you act.", responses={200: PartnerSerializer, **REFUSED}),
    retrieve=extend_schema(description="One of your partners.", responses={200: PartnerSerializer, **REFUSED}),
)
class PartnerViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, RegistrantViewSet):
    """Partners are made and left on the portal's pages, where the terms are read."""

    serializer_class = PartnerSerializer
    queryset = Partner.objects.none()

    def get_queryset(self) -> QuerySet[Partner]:
        consents = Consent.objects.select_related("agency").order_by("agency__short_name")
        user = caller(self.request)
        own = memberships_of(user).filter(partner_id=OuterRef("pk")).values("role")[:1]
        return with_outstanding_terms(partners_of(user).annotate(own_role=Subquery(own))).prefetch_related(
            Prefetch("consents", queryset=consents)
        )

    @extend_schema(
        methods=["GET"],
        description="Which agencies may ask this partner, how, at which hours and how often.",
        responses={200: ConsentSerializer, **REFUSED},
    )
    @extend_schema(
        methods=["PUT"],
        description="Choose anew who may ask, how, at which hours and how often. Send the version that you read.",
        request=ConsentSerializer,
        responses={200: ConsentSerializer, **REFUSED},
    )
    @action(detail=True, methods=["get", "put"], pagination_class=None)
    def consent(self, request: Request, id: str) -> ApiResponse:
        user, partner = caller(request), self.get_object()
        if request.method == "PUT":
            given = _checked(ConsentSerializer(data=request.data))
            set_consent(
                partner=partner,
                user=user,
                agencies=given.pop("agencies"),
                version=given.pop("version"),
                wish=ContactWish(**given),
                actor=actor_for(user),
            )
        return ApiResponse(ConsentSerializer(partner).data)


class SiteFilter(filters.FilterSet):
    """`?partner=<id>`."""

    partner = filters.UUIDFilter(field_name="partner__public_id")

    class Meta:
        model = Site
        fields = ["partner"]


@extend_schema_view(
    list=extend_schema(description="Your partners' sites.", responses={200: SiteSerializer, **REFUSED}),
    retrieve=extend_schema(description="One of your sites.", responses={200: SiteSerializer, **REFUSED}),
)
class SiteViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, RegistrantViewSet):
    """Sites of one's own partners."""

    serializer_class = SiteSerializer
    filterset_class = SiteFilter
    queryset = Site.objects.none()

    def get_queryset(self) -> QuerySet[Site]:
        return camera_policies.viewable_sites(caller(self.request)).select_related("partner").order_by("pk")

    @extend_schema(description="Add a site.", responses={201: SiteSerializer, **REFUSED})
    def create(self, request: Request) -> ApiResponse:
        user = caller(request)
        given = _checked(self.get_serializer(data=request.data))
        site = add_site(
            partner=get_partner_for(user, given["partner"]["public_id"]),
            user=user,
            name=given["name"],
            address=given.get("address", ""),
            request_key=given.get("request_key"),
            actor=actor_for(user),
        )
        return ApiResponse(self.get_serializer(site).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        description="Rename a site or correct its address.",
        request=SiteChangeSerializer,
        responses={200: SiteSerializer, **REFUSED},
    )
    def partial_update(self, request: Request, id: str) -> ApiResponse:
        user, site = caller(request), self.get_object()
        given = _checked(SiteChangeSerializer(data=request.data, partial=True))
        site = update_site(
            site=site,
            user=user,
            name=given.get("name", site.name),
            address=given.get("address", site.address),
            actor=actor_for(user),
        )
        return ApiResponse(self.get_serializer(site).data)

    @extend_schema(
        description="Close a site; refused while cameras take part there, unless they are to be withdrawn with it.",
        request=SiteClosingSerializer,
        responses={200: SiteSerializer, **REFUSED},
    )
    @action(detail=True, methods=["post"], filterset_class=None)
    def close(self, request: Request, id: str) -> ApiResponse:
        user, site = caller(request), self.get_object()
        given = _checked(SiteClosingSerializer(data=request.data))
        site = close_site(site=site, user=user, with_cameras=given["with_cameras"], actor=actor_for(user))
        return ApiResponse(self.get_serializer(site).data)


class CameraFilter(filters.FilterSet):
    """`?state=active&site=<id>&partner=<id>`."""

    state = filters.ChoiceFilter(choices=CameraState.choices)
    site = filters.UUIDFilter(field_name="site__public_id")
    partner = filters.UUIDFilter(field_name="site__partner__public_id")

    class Meta:
        model = Camera
        fields = ["state", "site", "partner"]


@extend_schema_view(
    list=extend_schema(description="Your partners' cameras.", responses={200: CameraSerializer, **REFUSED}),
    retrieve=extend_schema(description="One of your cameras.", responses={200: CameraSerializer, **REFUSED}),
)
class CameraViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, RegistrantViewSet):
    """Cameras of one's own partners, with their places."""

    serializer_class = CameraSerializer
    filterset_class = CameraFilter
    queryset = Camera.objects.none()

    def get_queryset(self) -> QuerySet[Camera]:
        return own_cameras(caller(self.request))

    @extend_schema(
        description="Register a camera; it waits for review. Refused until the terms in force are accepted.",
        responses={201: CameraSerializer, **REFUSED},
    )
    def create(self, request: Request) -> ApiResponse:
        user = caller(request)
        given = _checked(self.get_serializer(data=request.data))
        camera = register_camera(
            site=get_site_for(user, given["site"]["public_id"]),
            request_key=given.get("request_key"),
            user=user,
            actor=actor_for(user),
            details=CameraDetails.checked(**_stated(given)),
        )
        return self._camera(camera, status.HTTP_201_CREATED)

    @extend_schema(
        description="Change a camera: send the version that you read and what is to be different.",
        request=CameraChangeSerializer,
        responses={200: CameraSerializer, **REFUSED},
    )
    def partial_update(self, request: Request, id: str) -> ApiResponse:
        user, camera = caller(request), self.get_object()
        given = _checked(CameraChangeSerializer(data=request.data, partial=True))
        if "version" not in given:
            raise ValidationError({"version": [_("Send the version that you read.")]})
        camera = update_camera(
            camera=camera,
            version=given["version"],
            user=user,
            actor=actor_for(user),
            details=CameraDetails.checked(**(stated_values(camera) | _stated(given))),
        )
        return self._camera(camera)

    @extend_schema(
        description="Take a camera out of the program, for good.",
        request=WithdrawalSerializer,
        responses={200: CameraSerializer, **REFUSED},
    )
    @action(detail=True, methods=["post"], filterset_class=None)
    def withdraw(self, request: Request, id: str) -> ApiResponse:
        user, camera = caller(request), self.get_object()
        given = _checked(WithdrawalSerializer(data=request.data))
        return self._camera(withdraw_camera(camera=camera, version=given["version"], user=user, actor=actor_for(user)))

    def _camera(self, camera: Camera, code: int = status.HTTP_200_OK) -> ApiResponse:
        fresh = get_own_camera(caller(self.request), camera.public_id)
        return ApiResponse(CameraSerializer(fresh, context=self.get_serializer_context()).data, status=code)


class InvitationFilter(filters.FilterSet):
    """`?state=sent&partner=<id>`."""

    state = filters.ChoiceFilter(choices=InvitationState.choices)
    partner = filters.UUIDFilter(field_name="partner__public_id")

    class Meta:
        model = Invitation
        fields = ["state", "partner"]


@extend_schema_view(
    list=extend_schema(
        description="What your partners were asked, the newest first.",
        responses={200: InvitationSerializer, **REFUSED},
    ),
    retrieve=extend_schema(
        description="One request to your partner.", responses={200: InvitationSerializer, **REFUSED}
    ),
)
class InvitationViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, RegistrantViewSet):
    """Requests to one's own partners."""

    serializer_class = InvitationSerializer
    filterset_class = InvitationFilter
    queryset = Invitation.objects.none()

    def get_queryset(self) -> QuerySet[Invitation]:
        return invitations_of(caller(self.request))

    @extend_schema(
        description="Answer for one or more cameras. The same answer again changes nothing; another one may follow.",
        request=AnswersSerializer,
        responses={200: ResponseSerializer(many=True), **REFUSED},
    )
    @action(detail=True, methods=["post"], filterset_class=None, pagination_class=None)
    def answers(self, request: Request, id: str) -> ApiResponse:
        user, invitation = caller(request), self.get_object()
        given = _checked(AnswersSerializer(data=request.data))
        answers = {
            answer["match"]: AnswerGiven(
                answer=answer["answer"],
                unavailable_reason=answer.get("unavailable_reason", ""),
                note=answer.get("note", ""),
            )
            for answer in given["answers"]
        }
        own = matches_of_reader(user, invitation).filter(public_id__in=answers)
        rules = any(one.answer == Answer.NEVER for one in answers.values())
        if own.count() != len(answers) or (rules and not answers_for_all(user, invitation.partner_id)):
            raise NotFound(_("One of these cameras is not part of this request."))
        recorded = answer_matches(
            invitation=invitation, answers=answers, request_key=given.get("request_key"), actor=actor_for(user)
        )
        rows = Answered.objects.filter(pk__in=[one.pk for one in recorded]).select_related("match").order_by("pk")
        return ApiResponse(ResponseSerializer(rows, many=True).data)


@csrf_exempt  # nothing is done here; a check would answer with a page
@extend_schema(exclude=True, responses=OpenApiTypes.NONE)
def nowhere(request: HttpRequest) -> Any:
    """An address under /api/v1/ that leads nowhere answers as the API does."""
    raise NotFound(_("The API has no such address."))


nowhere.more_methods = ("PUT", "PATCH", "DELETE", "OPTIONS")  # type: ignore[attr-defined]


def _checked(serializer: BaseSerializer[Any]) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    given: dict[str, Any] = {**serializer.validated_data}
    return given


def _stated(given: dict[str, Any]) -> dict[str, Any]:
    """What was given of a camera, in the words of `CameraDetails.checked`."""
    place: dict[str, Any] = given.get("place", {})
    return {name: value for name, value in given.items() if name not in NOT_STATED} | place
