"""What the labs of digits and letters have in common."""
