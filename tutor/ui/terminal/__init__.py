"""The terminal: input bytes, output frames, and flow control."""
