"""Runs a learner's code: a warm process forks for each check, and the fork restricts itself first.

``values`` carries numbers to it and back, ``program`` is the process that forks, ``child`` what happens in a fork, and
``client`` the side of the interface. Nothing but values comes back; they are compared elsewhere.
"""
