"""Benchmarks, as ratios within one run, because machines differ, and the same machine differs from minute to minute."""
