"""An entry never stands alone."""

import pytest
from django.db import transaction

from apps.ledger import services
from apps.ledger.values import Act, Actor, Subject


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_a_transaction_is_refused():
    act = Act(action="x", actor=Actor.system("test"), subject=Subject("camera", "1"))
    with pytest.raises(transaction.TransactionManagementError):
        services.append(act)
