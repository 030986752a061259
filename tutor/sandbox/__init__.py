"""The sandbox of ``--restricted``: the kernel refuses a shell, other people's files and the network.

A process restricts itself, irrevocably, before it does anything for a learner. This needs no privileges and no library
beyond the C library's ``syscall`` and ``prctl``.
"""
