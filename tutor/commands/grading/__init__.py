"""Commands about what a class did: the report, and homework."""
