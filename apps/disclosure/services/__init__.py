"""The verbs of disclosure."""
