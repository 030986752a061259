"""The inputs of the commands: files, folders, specifications."""
