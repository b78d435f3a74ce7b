"""Where the portal runs: folders, addresses, the switches that `local` and `production` set."""

import os
from pathlib import Path

from config.settings.reading import Environment

BASE_DIR = Path(__file__).resolve().parents[3]
env = Environment()

DATA_DIR = env.path("DATA_DIR", default=str(BASE_DIR / "var"))

# What any process of ours makes is for its own account alone: database, mail, keys, staged uploads.
os.umask(0o077)

DEBUG = False
DEMO = False
# A portal where nothing is real, for trainees (docs/operations.md). Only production settings read it from outside.
PRACTICE = False
PRACTICE_CODE = ""
PRACTICE_DIR = DATA_DIR / "practice"
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[])
SITE_URL: str = env.str("SITE_URL", default="http://localhost:8000")

# The number of this computer among those that take files in. It is the beginning of each upload's id, and of the names
# of the queues whose work is done where the bytes lie. One computer alone has none.
_NODE = env.str("NODE", default="")
NODE = int(_NODE or 0)
NODE_QUEUE = f"node-{_NODE}" if _NODE else "node"
SEAL_QUEUE = f"seal-{_NODE}" if _NODE else "seal"

# Proxies of ours before the portal: the caller's address is that many places from the end of X-Forwarded-For. Without
# one the header is anybody's word. Rate limits by address count everybody as one where this is wrong.
TRUSTED_PROXIES: int = env.int("TRUSTED_PROXIES", default=int(env.bool("BEHIND_PROXY", default=False)))
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
# Where those proxies stand. What they say is taken from nobody else: a caller from elsewhere came beside them.
TRUSTED_PROXY_NETWORKS: list[str] = env.list(
    "TRUSTED_PROXY_NETWORKS",
    default=["127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fd00::/8"],
)
