"""The officer's pages of what is taken at the scene."""
