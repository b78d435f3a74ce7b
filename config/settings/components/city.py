"""What a city configures. Nothing in the code names Tallahassee."""

from config.settings.components.environment import env

# Where this portal's source code can be had: AGPL-3.0 section 13 asks for it wherever a changed copy serves people.
PORTAL_SOURCE_URL: str = env.str("PORTAL_SOURCE_URL", default="")
PORTAL_NAME: str = env.str("PORTAL_NAME", default="Community Camera Partnership")
# IANA zone in which people see times who have chosen none; stored times are UTC.
PORTAL_TIME_ZONE: str = env.str("PORTAL_TIME_ZONE", default="UTC")
# Who hears of a weakness, as a mailto: or https: address; stands at /.well-known/security.txt (RFC 9116).
SECURITY_CONTACT: str = env.str("SECURITY_CONTACT", default="")
PORTAL_CITY: str = env.str("PORTAL_CITY", default="")
# west, south, east, north in degrees: where the maps open and where cameras are expected
PORTAL_BOUNDS: tuple[float, ...] = tuple(env.list("PORTAL_BOUNDS", cast=float, default=[-84.60, 30.30, -84.05, 30.68]))

# Maps show the streets that were loaded, else raster tiles of this address (https://tiles.example.org/{z}/{x}/{y}.png),
# else zones and a grid. Only raster tiles are asked for outside the portal.
MAP_TILES_URL: str = env.str("MAP_TILES_URL", default="")
MAP_TILES_ATTRIBUTION: str = env.str("MAP_TILES_ATTRIBUTION", default="")

# Street addresses are looked up in the portal's own "streets" (manage.py load_streets), by "census" (US Census Bureau),
# a class of your own by its dotted path (see apps/cameras/geocoding/protocol.py), or by "none". GEOCODER_CITY completes
# an address that names no city.
GEOCODER: str = env.str("GEOCODER", default="streets")
GEOCODER_URL: str = env.str("GEOCODER_URL", default="https://geocoding.geo.census.gov")
GEOCODER_CITY: str = env.str("GEOCODER_CITY", default=PORTAL_CITY)
GEOCODER_PER_HOUR: int = env.int("GEOCODER_PER_HOUR", default=30)
