"""What an instructor sees of a class: read from the learners' event logs, without writing to them."""
