"""Labs: live computations with named controls in and named readouts out.

A lab imports no interface. The terminal interface, the plain face and the walk-through scripts drive it through
the same ``controls``, ``set``, ``press`` and ``read``, so that all show the same. ``kit/contract.py`` defines a lab,
``catalog`` finds labs; every other module or folder is one lab.
"""
