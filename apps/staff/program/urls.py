"""The dashboard's addresses, below /admin/program/ and /admin/program-updates/."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.recent import recent_proof_required
from apps.staff.program import exports, gap_pages, pages, updates

View = Callable[..., HttpResponseBase]


def urls(site: Any) -> list[URLPattern]:
    """Each page, guarded by the site."""
    named: dict[str, tuple[str, View]] = {
        "program/": ("program", require_safe(pages.dashboard)),
        "program/gaps/": ("program_gaps", require_safe(gap_pages.gap_page)),
        "program/residents/": ("program_residents", require_POST(gap_pages.residents)),
        "program/export/": ("program_export", require_POST(exports.export)),
        "program/measures/<slug:key>/": ("program_measure", require_safe(pages.measure_page)),
        "program/measures/<slug:key>/target/": ("program_target", require_POST(pages.target)),
        "program/measures/<slug:key>/target/end/": ("program_target_end", require_POST(pages.end_target)),
        "program-updates/": ("program_updates", require_safe(updates.updates)),
        "program-updates/correct/": ("program_update_correct", require_POST(updates.correct)),
        "program-updates/<uuid:public_id>/": ("program_update", require_safe(updates.update_page)),
        "program-updates/<uuid:public_id>/save/": ("program_update_save", require_POST(updates.save)),
        "program-updates/<uuid:public_id>/publish/": (
            "program_update_publish",
            require_POST(recent_proof_required(updates.publish)),
        ),
        "program-updates/<uuid:public_id>/discard/": ("program_update_discard", require_POST(updates.discard)),
    }
    return [path(route, site.admin_view(view), name=name) for route, (name, view) in named.items()]
