"""The verbs of terms: draft, publish, put in force, withdraw, tell, accept."""

from apps.terms.digests import digest_of
from apps.terms.services.accepting import accept_documents, accept_terms
from apps.terms.services.drafting import change_draft, draft_terms
from apps.terms.services.publishing import (
    publish_and_put_in_force,
    publish_draft,
    publish_terms,
    put_due_in_force,
    put_in_force,
    withdraw_terms,
)
from apps.terms.services.telling import tell_about_terms

__all__ = [
    "accept_documents",
    "accept_terms",
    "change_draft",
    "digest_of",
    "draft_terms",
    "publish_and_put_in_force",
    "publish_draft",
    "publish_terms",
    "put_due_in_force",
    "put_in_force",
    "tell_about_terms",
    "withdraw_terms",
]
