"""The register for program managers, one module for each screen."""

from apps.cameras.admin import registrations, specifications

__all__ = ["registrations", "specifications"]
