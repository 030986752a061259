"""The full-screen face in a browser: a page with a terminal, and behind it the program on a terminal of its own."""
