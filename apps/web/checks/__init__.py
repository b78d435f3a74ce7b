"""The yearly check of a camera, and the running time code that a recorder is compared with."""
