"""What ``--restricted`` is made of: the kernel itself refuses a shell, other people's files and the network.

A process restricts itself, once and for good, before it does anything for a learner. Nothing here needs privileges or
a library beyond the C library's ``syscall`` and ``prctl``.
"""
