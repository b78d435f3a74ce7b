"""The ledger's name and its former keys."""

from urllib.parse import urlsplit

from config.settings.components.environment import SITE_URL, env

# The ledger's name in its signed checkpoints (no scheme, no port, no spaces). After a change of name or key the old
# verifier keys (`manage.py verify_ledger` prints the present one) go into LEDGER_OLD_VERIFIERS.
LEDGER_ORIGIN: str = env.str("LEDGER_ORIGIN", default=f"{urlsplit(SITE_URL).hostname}/ledger")
LEDGER_OLD_VERIFIERS: list[str] = env.list("LEDGER_OLD_VERIFIERS", default=[])
