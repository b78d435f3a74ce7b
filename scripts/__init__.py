"""What `make` starts. Modules that run before the virtual environment exists use the standard library alone."""
