"""A flushing test empties the ledger, and the guards stand again for the next one. The order of the tests matters."""

import pytest
from django.db import IntegrityError, transaction

from apps.ledger import services, triggers
from apps.ledger.models import Entry
from apps.ledger.values import Act, Actor, Subject

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_flushing_test_starts_empty_and_guarded(turn):
    assert not Entry.objects.exists()
    assert triggers.missing() == []
    with transaction.atomic():
        services.append(Act(action=turn, actor=Actor.system("test"), subject=Subject("camera", "1")))
    with pytest.raises(IntegrityError, match="append-only"):
        Entry.objects.all()._raw_delete("default")
    assert Entry.objects.get().action == turn
