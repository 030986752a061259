"""Speed as ratios within one run: machines differ, and the same machine differs from minute to minute."""
