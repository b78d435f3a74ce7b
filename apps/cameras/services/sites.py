"""Sites: the addresses of a partner."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.cameras.models import Site
from apps.core import text
from apps.core.errors import NotFound
from apps.core.once import create_once
from apps.ledger import services as ledger
from apps.ledger.values import Act, Actor, Subject
from apps.partners import policies as partner_policies
from apps.partners.models import Partner
from apps.partners.services import check_takes_part

NAME_MAX = 80
ADDRESS_MAX = 200


def add_site(
    *, partner: Partner, user: User, name: str, address: str = "", request_key: UUID | None, actor: Actor
) -> Site:
    """Add a site to a partner. A repeated key finds the first.

    Raises NotFound or NotAllowed for people who do not run the account, WrongState if the partner left, InvalidInput.
    """
    with transaction.atomic():
        partner_policies.check_can_manage(user, partner)
        check_takes_part(partner)
        name = text.line(name, field="name", most=NAME_MAX)
        address = text.line(address, field="address", most=ADDRESS_MAX, required=False)
        site, created = create_once(Site, request_key=request_key, partner=partner, name=name, address=address)
        if not created:
            if site.partner_id != partner.pk:
                raise NotFound(_("There is no such site among yours."))
            return site
        ledger.append(
            Act(
                action="site.added",
                actor=actor,
                subject=Subject.of("site", site.public_id),
                facts={"partner": str(partner.public_id)},
                private={"name": name, "address": address},
            )
        )
        return site


def update_site(*, site: Site, user: User, name: str, address: str, actor: Actor) -> Site:
    """Correct a site's name and street address. Raises as `add_site` does."""
    with transaction.atomic():
        partner_policies.check_can_manage(user, site.partner)
        check_takes_part(site.partner)
        site = Site.objects.select_for_update().get(pk=site.pk)
        site.name = text.line(name, field="name", most=NAME_MAX)
        site.address = text.line(address, field="address", most=ADDRESS_MAX, required=False)
        site.save(update_fields=["name", "address"])
        ledger.append(
            Act(
                action="site.updated",
                actor=actor,
                subject=Subject.of("site", site.public_id),
                private={"name": site.name, "address": site.address},
            )
        )
        return site
