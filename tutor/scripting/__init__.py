"""Walk-through scripts: parse them, run them headless, collect them with pytest."""
