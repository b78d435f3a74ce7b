"""People who were entered by others and have not said yes."""
