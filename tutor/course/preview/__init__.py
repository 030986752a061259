"""A lesson or an exercise while its author writes it: what changed on the disk, and what the check says."""
