"""The register for program managers, one module for each screen."""
