"""The worker process that trains beside the interface, and the interface's side of it."""
