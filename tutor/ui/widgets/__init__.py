"""What the screens are made of: the text and the questions of a step, and any lab."""
