"""How the program does: the quarterly update that everybody reads."""
