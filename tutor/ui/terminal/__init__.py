"""The terminal: its bytes in, frames out, at the pace of the line."""
