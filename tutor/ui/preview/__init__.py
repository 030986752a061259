"""A lesson or an exercise on the screen while its author writes it."""
