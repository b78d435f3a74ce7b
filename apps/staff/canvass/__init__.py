"""The officers' pages of a canvass: the list of doors at a desk, and what the phone at the doors asks for."""
