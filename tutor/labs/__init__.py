"""Labs: live computations with named controls in and named readouts out.

A lab imports no interface. The terminal interface, the plain face and the walk-through scripts drive it through
the same ``controls``, ``set``, ``press`` and ``read``, so what one shows the others show. ``contract`` is what a lab
is, ``catalog`` finds them; every other file is one lab.
"""
