"""Pictures and films of the screen, also without a terminal: PNG, SVG, asciinema casts."""
