"""The subcommands of ``dl-tutor``, one a file: each has ``run``, from parsed words to the exit status.

Machine output goes to standard output alone, everything else to standard error.
"""
