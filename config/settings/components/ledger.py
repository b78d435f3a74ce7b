"""The ledger's name and its former keys."""

from urllib.parse import urlsplit

from config.settings.components.environment import DATA_DIR, SITE_URL, env

# The ledger's name in its signed checkpoints (no scheme, no port, no spaces). After a change of name or key the old
# verifier keys (`manage.py verify_ledger` prints the present one) go into LEDGER_OLD_VERIFIERS.
LEDGER_ORIGIN: str = env.str("LEDGER_ORIGIN", default=f"{urlsplit(SITE_URL).hostname}/ledger")
LEDGER_OLD_VERIFIERS: list[str] = env.list("LEDGER_OLD_VERIFIERS", default=[])
# The key that follows: while it is set it signs beside LEDGER_KEY (`manage.py hand_over_ledger_key`).
LEDGER_NEXT_KEY: str = env.str("LEDGER_NEXT_KEY", default="")
# Where the newest checkpoint of each day is kept: a folder that whoever can change the database cannot change, best on
# another machine. And who gets it by mail each day: somebody outside the agency who runs the portal.
LEDGER_WITNESS_DIR: str = env.str("LEDGER_WITNESS_DIR", default=str(DATA_DIR / "checkpoints"))
LEDGER_WITNESS_MAILS: list[str] = env.list("LEDGER_WITNESS_MAILS", default=[])
# Other portals that cosign our checkpoints: verifier key, space, address (`manage.py watch_ledger` there prints it).
LEDGER_WITNESSES: list[str] = env.list("LEDGER_WITNESSES", default=[])
