def gradient_step(w, g, rate):
    step = -rate * g
    return w + step
