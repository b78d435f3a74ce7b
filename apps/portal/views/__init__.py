"""Pages that join apps, one module for each part of a visit."""
