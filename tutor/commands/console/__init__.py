"""What the commands print, and how they speak on the console."""
