"""Security headers, and who may be asked from a page of ours."""

from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF

from config.settings.components.city import MAP_TILES_URL
from config.settings.components.staff import STAFF_IDENTITY_PROVIDERS

# The one inline element is the import map; it carries the nonce.
CONTENT_SECURITY_POLICY: dict[str, dict[str, list[object]]] = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
# A form that leads to a provider is redirected there.
for _provider in STAFF_IDENTITY_PROVIDERS:
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"] += _provider["origins"]
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"

if MAP_TILES_URL:
    _tiles = urlsplit(MAP_TILES_URL)
    for _directive in ("img-src", "connect-src"):
        CONTENT_SECURITY_POLICY["DIRECTIVES"][_directive] += [f"{_tiles.scheme}://{_tiles.netloc}"]
