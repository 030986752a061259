"""The screens of the exercises: the list of them, and one to write."""
