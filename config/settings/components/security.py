"""Security headers, names of cookies, and who may be asked from a page of ours."""

from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF

from config.settings.components.city import MAP_TILES_URL
from config.settings.components.staff import STAFF_IDENTITY_PROVIDERS

_REPORTS = "/policy-reports/"
REPORTING_ENDPOINTS = f'policy="{_REPORTS}"'
# The one inline element is the import map; it carries the nonce.
CONTENT_SECURITY_POLICY: dict[str, dict[str, list[object]]] = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        # The older and the newer way to say where reports go: browsers know one or the other.
        "report-uri": [_REPORTS],
        "report-to": ["policy"],
    },
}
# A form that leads to a provider is redirected there.
for _provider in STAFF_IDENTITY_PROVIDERS:
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"] += _provider["origins"]
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Static files are read by our own pages alone.
WHITENOISE_ALLOW_ALL_ORIGINS = False
# What pages of ours ask of a device: where it is, its passkeys, a screen that stays on while a file is sent.
_ASKED_FOR = (
    "fullscreen",
    "geolocation",
    "publickey-credentials-create",
    "publickey-credentials-get",
    "screen-wake-lock",
)
_NEVER_ASKED_FOR = (
    *("accelerometer", "autoplay", "browsing-topics", "camera", "clipboard-read", "display-capture"),
    *("encrypted-media", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi"),
    *("payment", "serial", "usb", "xr-spatial-tracking"),
)
PERMISSIONS_POLICY = ", ".join(
    [*(f"{name}=(self)" for name in _ASKED_FOR), *(f"{name}=()" for name in _NEVER_ASKED_FOR)]
)

# A browser takes a cookie named __Host-… from HTTPS and from this very host alone; production sets it.
COOKIE_PREFIX = ""
CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "apps.core.flash.HostFallbackStorage"

if MAP_TILES_URL:
    _tiles = urlsplit(MAP_TILES_URL)
    for _directive in ("img-src", "connect-src"):
        CONTENT_SECURITY_POLICY["DIRECTIVES"][_directive] += [f"{_tiles.scheme}://{_tiles.netloc}"]
