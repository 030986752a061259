"""The subcommands of ``dl-tutor``, one a file: each has ``run``, which takes the parsed words and gives the exit status.

Machine output goes to standard output alone, everything else to standard error.
"""
