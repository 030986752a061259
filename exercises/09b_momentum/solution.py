def momentum_step(w, v, g, rate, momentum):
    velocity = momentum * v - rate * g
    return w + velocity, velocity
