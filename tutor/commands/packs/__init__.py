"""``dl-tutor packs``: packs of lessons and exercises, added, listed and removed."""
