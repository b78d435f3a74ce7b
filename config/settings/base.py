"""Settings that hold wherever the portal runs, by subject.

Secrets come from the environment alone. `local`, `test` and `production` import this module and add what differs.
"""

from config.settings.components.api import *  # noqa: F403
from config.settings.components.application import *  # noqa: F403
from config.settings.components.background import *  # noqa: F403
from config.settings.components.backups import *  # noqa: F403
from config.settings.components.city import *  # noqa: F403
from config.settings.components.connections import *  # noqa: F403
from config.settings.components.environment import *  # noqa: F403
from config.settings.components.imports import *  # noqa: F403
from config.settings.components.language import *  # noqa: F403
from config.settings.components.ledger import *  # noqa: F403
from config.settings.components.log import *  # noqa: F403
from config.settings.components.mail import *  # noqa: F403
from config.settings.components.program import *  # noqa: F403
from config.settings.components.security import *  # noqa: F403
from config.settings.components.sign_in import *  # noqa: F403
from config.settings.components.staff import *  # noqa: F403
from config.settings.components.static_files import *  # noqa: F403
from config.settings.components.stores import *  # noqa: F403
from config.settings.components.uploads import *  # noqa: F403
