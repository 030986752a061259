"""A picture made as those that a network was trained on are."""
