"""How each number of a recorded pass is written from others: a file for each kind of operation."""
