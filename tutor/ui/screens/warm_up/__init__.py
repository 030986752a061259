"""The warm-up: its questions, the moments between them, its end, and its plan."""
