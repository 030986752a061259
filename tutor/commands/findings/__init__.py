"""What the doctor and the check of a class machine report."""
