"""A recurrent network: a state handed on, its gradient back through time, and gates that keep it."""

from tutor.labs.recurrent.lab import RecurrentLab

__all__ = ["RecurrentLab"]
