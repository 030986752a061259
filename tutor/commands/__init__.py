"""The subcommands of ``dl-tutor``, one per module; each has ``run``, from parsed arguments to the exit status.

Only machine output and answers go to standard output, everything else to standard error.
"""
