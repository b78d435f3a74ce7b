"""Verify now: an auditor has a worker check the whole ledger."""
