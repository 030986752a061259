"""The instructor's live view of a class on the screen."""
