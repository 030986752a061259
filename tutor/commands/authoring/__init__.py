"""Commands for authors: a small complete lesson or exercise to begin with, and a preview at each save."""
