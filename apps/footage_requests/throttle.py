"""Guesses at a door; see `accounts.guesses`."""

from apps.accounts.guesses import check_guesses, count_wrong_guess

__all__ = ["check_guesses", "count_wrong_guess"]
