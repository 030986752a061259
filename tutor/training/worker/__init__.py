"""The worker process, which trains in the background, and the interface's connection to it."""
