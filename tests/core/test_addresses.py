"""An address from a list is the one that `reverse` gives."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import NoReverseMatch, reverse, set_script_prefix
from django.urls.base import clear_script_prefix

from apps.core.addresses import address_of


@pytest.mark.parametrize("view", ["web:edit_camera", "web:camera_history", "footage_requests:invitation"])
def test_it_is_what_reverse_gives(view):
    for public_id in (uuid4(), uuid4()):
        assert address_of(view, public_id) == address_of(view, str(public_id)) == reverse(view, args=[public_id])


def test_a_portal_below_a_folder_has_it_in_its_addresses():
    one = uuid4()
    address_of("web:edit_camera", one)
    set_script_prefix("/portal/")
    try:
        assert address_of("web:edit_camera", one) == reverse("web:edit_camera", args=[one])
    finally:
        clear_script_prefix()


def test_a_view_that_is_not_there_is_refused():
    with pytest.raises(NoReverseMatch):
        address_of("web:no_such_page", uuid4())


def test_what_is_no_id_is_refused():
    with pytest.raises(ValueError, match="hexadecimal"):
        address_of("web:edit_camera", "../accounts")
