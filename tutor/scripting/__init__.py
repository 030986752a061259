"""Walk-through scripts: parse them, run them headless, collect them under pytest."""
