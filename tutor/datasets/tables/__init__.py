"""Tables of one's own: from a stranger's file to rows that a network can train on.

In the order of use: ``text`` opens a file, ``cells`` divides its text into rows of cells, ``kinds`` tells numbers from
words, ``reading`` does all three and gives a ``table``; ``npz_table`` makes one of arrays. ``choosing`` picks the
target and the inputs, ``inputs`` and ``target`` turn columns into numbers, ``prepared`` splits the table into ``rows``
to train on and to test with. ``axes`` shows them on a plane.
"""
