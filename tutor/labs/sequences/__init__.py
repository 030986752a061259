"""What the labs on sequences have in common: the names as training rows, and names that a network writes."""
