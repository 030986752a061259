"""Random use: keys, mouse, pastes and windows of any size, over every screen and every lab, from a seed."""
