"""The register for program managers, one module for each screen."""

from apps.cameras.admin import catalogue, registrations, specifications

__all__ = ["catalogue", "registrations", "specifications"]
