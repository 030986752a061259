"""How well questions teach: what their answers, hints and reasons must keep to, and learners simulated on them."""
