"""Map layers: what an agency puts on maps, what others share, how loads change them, and the rows that maps draw."""

from __future__ import annotations

import hashlib
import json
from typing import Any, cast
from uuid import UUID

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from apps.accounts.models import User
from apps.agencies.features import Feature, agencies_open, check_open_somewhere, off_words
from apps.agencies.maps import map_config
from apps.agencies.models import Agency
from apps.core.admin import View
from apps.core.errors import NotAllowed, NotFound
from apps.core.forms import ServiceForm
from apps.imports.uploading import bounded
from apps.layers import policies, services
from apps.layers.models import Layer, LayerLoad
from apps.layers.reading.problems import problem_words
from apps.layers.selectors import for_maps, get_layer_for, listed_layers
from apps.layers.services.loading import get_load_for
from apps.layers.states import LoadState
from apps.staff.layers.forms import FileForm, MakeForm, SourceForm
from apps.staff.verbs import Verb, VerbScreen

FEATURES_PER_PAGE = 100
LOADS_SHOWN = 20


@admin.register(Layer)
class LayerAdmin(VerbScreen):
    """People who work with maps see layers; a program manager of the agency keeps them."""

    viewable = staticmethod(policies.viewable_layers)
    verbs = (
        Verb(
            name="make",
            creates=True,
            page=True,
            form=MakeForm,
            service=services.make_layer,
            done=gettext_lazy("The layer is made. It is empty until its first load."),
        ),
        Verb(name="offer", form=FileForm, service=services.offer_load, guard=bounded),
        Verb(name="source", form=SourceForm, service=services.change_layer, done=gettext_lazy("The change is saved.")),
        Verb(
            name="check",
            service=services.check_now,
            done=gettext_lazy("The portal asks the address now. Load this page again in a minute."),
        ),
        Verb(name="close", service=services.close_layer, done=gettext_lazy("The layer is off all maps.")),
        Verb(name="apply", below="load/", service=services.apply_load, done=gettext_lazy("It is on the map.")),
        Verb(name="drop", below="load/", service=services.drop_load, done=gettext_lazy("The map stays as it is.")),
    )

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None:
            return super().has_view_permission(request, obj)
        return policies.sees_layers(request.user)

    def pages(self) -> dict[str, tuple[str, View]]:
        return {
            "": ("changelist", require_safe(self.list_view)),
            "features/": ("features", require_safe(self.features_view)),
            "<uuid:public_id>/": ("change", require_safe(self.layer_view)),
        }

    def list_view(self, request: HttpRequest) -> HttpResponse:
        """The layers of the person's agencies, and those that others share with them."""
        user = _staff(request)
        rows = list(listed_layers(user))
        context: dict[str, Any] = {
            "own": [layer for layer in rows if policies.is_own(user, layer)],
            "shared": [layer for layer in rows if not policies.is_own(user, layer)],
            "may_make": _keeping(user).exists(),
            "off": off_words(user, Feature.LAYERS, *policies.LAYER_ROLES),
        }
        return self.page(request, "admin/layers/list.html", title=_("Map layers"), **context)

    def features_view(self, request: HttpRequest) -> HttpResponse:
        """What maps draw, as JSON. Unchanged layers are a 304 without a body."""
        if not policies.sees_layers(request.user):
            raise NotFound(_("There is nothing here."))
        body = json.dumps(for_maps(_staff(request), only=_only(request)), separators=(",", ":")).encode()
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = {"Cache-Control": "private, no-cache", "ETag": tag}
        response = HttpResponse(body, content_type="application/json", headers=headers)
        return cast(HttpResponse, get_conditional_response(request, etag=tag, response=response))

    def layer_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """One layer: its features, its loads, and what its keepers can do."""
        return self._page(request, get_layer_for(_staff(request), public_id))

    # -- verbs -------------------------------------------------------------------------------------------------------

    def verb_subject(self, request: HttpRequest, verb: Verb, public_id: UUID) -> Layer | LayerLoad:
        user = _staff(request)
        return get_load_for(user, public_id) if verb.below else get_layer_for(user, public_id)

    def verb_form(self, request: HttpRequest, verb: Verb, subject: Any) -> ServiceForm:
        if verb.form is MakeForm:
            agencies = _keeping(_staff(request))
            check_open_somewhere(_staff(request), Feature.LAYERS, *policies.KEEPING_ROLES)
            if not agencies.exists():
                raise NotAllowed(_("Only a program manager of the agency keeps its layers."), code="role")
            return MakeForm(request.POST if request.method == "POST" else None, agencies=agencies)
        if verb.form is FileForm:
            return FileForm(request.POST, request.FILES, auto_id="offer_%s")
        return super().verb_form(request, verb, subject)

    def verb_arguments(self, request: HttpRequest, verb: Verb, subject: Any, given: dict[str, Any]) -> dict[str, Any]:
        about = {} if subject is None else {"load" if verb.below else "layer": subject}
        return {"user": _staff(request), **about, **given}

    def verb_page(self, request: HttpRequest, verb: Verb, subject: Any, form: ServiceForm) -> HttpResponse:
        return self._make_page(request, form)

    def verb_refused(self, request: HttpRequest, verb: Verb, subject: Any, form: ServiceForm) -> HttpResponse:
        if subject is None:
            return self._make_page(request, form, status=422)
        return self._page(request, subject, refused={verb.name: form}, status=422)

    def verb_done(self, request: HttpRequest, verb: Verb, subject: Any) -> HttpResponse:
        if verb.name == "close":
            return redirect("admin:layers_layer_changelist")
        layer = subject.layer if isinstance(subject, LayerLoad) else subject
        return redirect("admin:layers_layer_change", layer.public_id)

    # -- pages -------------------------------------------------------------------------------------------------------

    def _make_page(self, request: HttpRequest, form: ServiceForm, *, status: int = 200) -> HttpResponse:
        return self.page(request, "admin/layers/make.html", title=_("Make a map layer"), status=status, form=form)

    def _page(
        self, request: HttpRequest, layer: Layer, *, refused: dict[str, ServiceForm] | None = None, status: int = 200
    ) -> HttpResponse:
        user = _staff(request)
        keeps = policies.can_keep_layers(user, layer.agency)
        source = {"name": layer.name, "url": layer.url, "every_minutes": layer.every_minutes or ""}
        forms = {
            "offer": FileForm(auto_id="offer_%s"),
            "source": SourceForm(initial=source, auto_id="source_%s"),
        }
        loads = list(
            layer.loads.select_related("made_by", "decided_by").defer("found", "unclear").order_by("-pk")[:LOADS_SHOWN]
        )
        waiting = next((load for load in loads if load.state == LoadState.OFFERED), None)
        features = layer.features.defer("shape").order_by("number", "name", "key")
        context = {
            "layer": layer,
            "own": policies.is_own(user, layer),
            "keeps": keeps,
            "forms": (forms | (refused or {})) if keeps else {},
            "page": Paginator(features, FEATURES_PER_PAGE).get_page(request.GET.get("page")),
            "loads": [load for load in loads if load.state != LoadState.OFFERED]
            if policies.is_own(user, layer)
            else [],
            "waiting": waiting if keeps else None,
            "left_out": problem_words(waiting.examples.get("left_out", [])) if waiting and keeps else [],
            "map_config": map_config(),
        }
        return self.page(request, "admin/layers/layer.html", title=layer.name, status=status, **context)


def _only(request: HttpRequest) -> UUID | None:
    """The layer that is asked for, if not all. Raises NotFound for what is no id."""
    said = request.GET.get("layer")
    try:
        return UUID(said) if said else None
    except ValueError as error:
        raise NotFound(_("There is no such layer among those of your agencies.")) from error


def _staff(request: HttpRequest) -> User:
    return cast(User, request.user)


def _keeping(user: User) -> QuerySet[Agency]:
    return agencies_open(user, Feature.LAYERS, *policies.KEEPING_ROLES)
