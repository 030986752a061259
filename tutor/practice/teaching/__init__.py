"""How well the exercises teach: what their hints keep to, and what they tell simulated programs."""
