"""The warm-up: its questions, its end, its plan."""
