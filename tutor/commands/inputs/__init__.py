"""What the commands are given: files, folders, specifications."""
