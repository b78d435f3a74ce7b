"""Why an address gave nothing, each with what to do."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from apps.core.errors import InvalidInput


class FetchRefused(InvalidInput):
    """An address that is not asked, or whose answer is not taken. `code` says which of the reasons it is."""


def refused(code: str, **said: Any) -> FetchRefused:
    """The refusal; its sentence names no host, because a key of another system may stand in an address."""
    sentences = {
        "address": _("This is no address of the form https://…, or it holds a password. Copy it again."),
        "unknown_host": _("There is no server of this name now. Check the address."),
        "inside": _(
            "This address leads into a private network or to this computer. The portal asks only servers on the public"
            " internet."
        ),
        "no_answer": _("The server did not answer."),
        "tls": _("The server's certificate is not valid for this address, so nobody knows who answered."),
        "slow": _("The server took longer than %(seconds)d seconds to send everything."),
        "too_large": _("The answer is larger than %(mb)d MB. Ask for your city alone, or make several layers of it."),
        "cut": _("The answer ended in the middle."),
        "not_http": _("What answered is no web server that we understand."),
        "status": _("The server answered with error %(status)d instead of data."),
        "redirects": _("The address leads from one to the next without an end."),
        "html": _("The address answers with a web page (HTML), not with data. Copy the address of the file itself."),
        "type": _("The address answers with “%(type)s”. A layer takes CSV, GeoJSON or a zipped shapefile."),
        "packing": _("The answer is packed in a way that we do not read. Ask for it unpacked."),
    }
    sentence = sentences[code] % said if said else sentences[code]
    return FetchRefused(sentence, fields={"url": sentence}, code=code)
