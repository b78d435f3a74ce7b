"""Redactions on the staff's pages."""
